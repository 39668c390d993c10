"""What a cart costs, counted with fractions and nothing of the application: the other opinion.

Not here: making carts (test_carts).
"""

from dataclasses import dataclass
from fractions import Fraction

# ISO 4217, and the step in which cards can be charged.
STEP = {"EUR": 1, "USD": 1, "SEK": 1, "JPY": 1, "KWD": 10}


@dataclass(frozen=True)
class Goods:
    """Pieces of one variant: minor units each, and whether the coupon is meant for their product."""

    unit: int
    quantity: int
    is_meant: bool


@dataclass(frozen=True)
class Cart:
    currency: str
    goods: tuple[Goods, ...]
    delivery: int
    free_from: int | None
    percent_off: Fraction | None  # of 1
    amount_off: int | None
    free_delivery: bool
    tax: Fraction  # of 1
    tax_inside: bool


@dataclass(frozen=True)
class Verdict:
    goods: int
    discount: int
    delivery: int
    tax: int
    total: int


def judge(cart: Cart) -> Verdict:
    """Goods, less the coupon, plus delivery, plus tax where it is not inside."""
    step = STEP[cart.currency]
    goods = sum(Fraction(each.unit) * each.quantity for each in cart.goods)
    meant = sum((Fraction(each.unit) * each.quantity for each in cart.goods if each.is_meant), Fraction(0))
    discount = Fraction(0)
    if cart.percent_off is not None:
        discount = nearest(meant * cart.percent_off, step)
    elif cart.amount_off is not None:
        discount = min(Fraction(cart.amount_off), meant)
    delivery = Fraction(cart.delivery)
    if cart.free_delivery or (cart.free_from is not None and goods >= cart.free_from):
        delivery = Fraction(0)
    taxed = goods - discount + delivery
    tax = nearest(taxed - taxed / (1 + cart.tax) if cart.tax_inside else taxed * cart.tax, step)
    total = taxed if cart.tax_inside else taxed + tax
    return Verdict(*(int(part) for part in (goods, discount, delivery, tax, total)))


def nearest(value: Fraction, step: int) -> Fraction:
    """To a whole step; halves go up."""
    steps = value / step
    whole = steps.numerator // steps.denominator
    return Fraction((whole + 1 if steps - whole >= Fraction(1, 2) else whole) * step)
