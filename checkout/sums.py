"""Adding up an order: goods, what a coupon takes off, delivery, tax. Whole minor units, halves rounded up.

Not here: which price, coupon, method or rate applies (selectors/).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Sums:
    """`tax` lies inside `total`: already in the prices when `included`, else on top of them. `discount` comes
    off the goods; what a coupon saves of the delivery is not in `shipping` any more."""

    items: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    basis_points: int
    included: bool


def add_up(
    lines: Iterable[tuple[Money, int]],
    *,
    shipping: Money,
    basis_points: int,
    included: bool,
    discount: Money | None = None,
    tax: Money | None = None,
) -> Sums:
    """Sums over (unit price, quantity). What is left of the goods, and delivery, are taxed alike; `tax` is an
    amount that somebody else has reckoned. Raises CurrencyMismatch."""
    items = goods_of(lines, shipping.currency)
    discount = discount or Money(0, shipping.currency)
    before = items - discount + shipping
    whole = 10_000 + basis_points if included else 10_000
    tax = tax or share(before, basis_points, whole)
    total = before if included else before + tax
    return Sums(items, discount, shipping, tax, total, basis_points, included)


def goods_of(lines: Iterable[tuple[Money, int]], currency: str) -> Money:
    """The goods alone. Raises CurrencyMismatch."""
    return sum((unit * quantity for unit, quantity in lines), Money(0, currency))


def share(of: Money, numerator: int, denominator: int) -> Money:
    """A part of an amount, to the nearest step of its currency, halves up."""
    return Money(half_up(of.minor * numerator, denominator * of.step) * of.step, of.currency)


def half_up(numerator: int, denominator: int) -> int:
    """A quotient of whole numbers, halves rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)
