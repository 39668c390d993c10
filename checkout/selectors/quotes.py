"""What an order would cost: the bag, an address, a way of delivery and a coupon, added up.

Not here: the arithmetic (sums.py) and placing the order (services/orders.py).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from checkout.errors import CurrenciesMixed, NoShippingThere, NothingHeld, ShippingMethodUnknown
from checkout.models import Coupon, Hold, ShippingMethod
from checkout.selectors.coupons import Savings, require_payable, savings_of, usable_coupon
from checkout.sums import Sums, add_up, goods_of
from checkout.taxes import TaxQuestion, ask_tax
from kernel.money import Money
from kernel.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Delivery:
    """A way of delivery and what it costs for these goods."""

    method: ShippingMethod
    price: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """`deliveries` are all that are offered; `chosen` is one of them. `saved` is all that the coupon takes off,
    goods and delivery."""

    country: str
    deliveries: list[Delivery]
    chosen: Delivery
    sums: Sums
    coupon: Coupon | None
    saved: Money


@dataclass(frozen=True, slots=True)
class Destination:
    """Where it goes, as far as somebody has written it."""

    country: str
    region: str = ""
    postal_code: str = ""


def quote(
    holds: Sequence[Hold],
    *,
    to: Destination,
    shipping_method_id: uuid.UUID | None = None,
    coupon_code: str = "",
    viewer: Viewer | None = None,
    email: str = "",
) -> Quote:
    """Add up these holds for delivery to a place, by the given method or the first one offered.

    Raises NothingHeld, CurrenciesMixed, NoShippingThere, ShippingMethodUnknown, and why a coupon does not count
    (selectors/coupons).
    """
    if not holds:
        raise NothingHeld
    if len({hold.currency for hold in holds}) > 1:
        raise CurrenciesMixed
    currency = holds[0].currency
    lines = [(hold.unit_price, hold.quantity) for hold in holds]
    items = goods_of(lines, currency)
    savings = _savings(holds, items, coupon_code, viewer, email)
    deliveries = [Delivery(method, delivery_price(method, items)) for method in methods_to(to.country, currency)]
    if not deliveries:
        raise NoShippingThere(param="country", country=to.country)
    chosen = _choose(deliveries, shipping_method_id)
    nothing = Money(0, currency)
    discount = savings.discount if savings else nothing
    free = savings is not None and savings.free_delivery
    shipping = nothing if free else chosen.price
    tax = ask_tax(TaxQuestion(to.country, to.region, to.postal_code, goods=items - discount, shipping=shipping))
    sums = add_up(
        lines,
        discount=discount,
        shipping=shipping,
        basis_points=tax.basis_points,
        included=tax.included,
        tax=tax.amount,
    )
    if savings:
        require_payable(sums.total)
    return Quote(
        country=to.country,
        deliveries=deliveries,
        chosen=chosen,
        sums=sums,
        coupon=savings.coupon if savings else None,
        saved=discount + (chosen.price if free else nothing),
    )


def _savings(
    holds: Sequence[Hold], items: Money, coupon_code: str, viewer: Viewer | None, email: str
) -> Savings | None:
    if not coupon_code.strip():
        return None
    own = {hold.order_id for hold in holds if hold.order_id}
    coupon = usable_coupon(coupon_code, viewer=viewer, email=email, own=own)
    return savings_of(coupon, holds, items)


def methods_to(country: str, currency: str) -> list[ShippingMethod]:
    """The ways of delivery offered to a country, in the brand's order."""
    methods = ShippingMethod.objects.filter(is_active=True, currency=currency, countries__contains=[country])
    return list(methods.order_by("position", "pk"))


def delivery_countries(currency: str) -> list[str]:
    """Where the brand delivers to, sorted."""
    rows = ShippingMethod.objects.filter(is_active=True, currency=currency).values_list("countries", flat=True)
    return sorted({country for countries in rows for country in countries})


def delivery_price(method: ShippingMethod, items: Money) -> Money:
    """What a way of delivery costs for goods of this worth, before any coupon."""
    free = method.free_over is not None and not items < method.free_over
    return Money(0, method.currency) if free else method.price


def _choose(deliveries: list[Delivery], method_id: uuid.UUID | None) -> Delivery:
    if method_id is None:
        return deliveries[0]
    for delivery in deliveries:
        if delivery.method.pk == method_id:
            return delivery
    raise ShippingMethodUnknown(param="shipping_method")
