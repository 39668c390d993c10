"""What an order would cost: the bag, an address and a way of delivery, added up.

Not here: the arithmetic (sums.py) and placing the order (services/orders.py).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from checkout.errors import CurrenciesMixed, NoShippingThere, NothingHeld, ShippingMethodUnknown
from checkout.models import Hold, ShippingMethod, TaxRate
from checkout.sums import Sums, add_up
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Delivery:
    """A way of delivery and what it costs for these goods."""

    method: ShippingMethod
    price: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """`deliveries` are all that are offered; `chosen` is one of them."""

    country: str
    deliveries: list[Delivery]
    chosen: Delivery
    sums: Sums


def quote(holds: Sequence[Hold], *, country: str, shipping_method_id: uuid.UUID | None = None) -> Quote:
    """Add up these holds for delivery to a country, by the given method or the first one offered.

    Raises NothingHeld, CurrenciesMixed, NoShippingThere, ShippingMethodUnknown.
    """
    if not holds:
        raise NothingHeld
    if len({hold.currency for hold in holds}) > 1:
        raise CurrenciesMixed
    currency = holds[0].currency
    items = sum((hold.unit_price * hold.quantity for hold in holds), Money(0, currency))
    deliveries = [Delivery(method, _price(method, items)) for method in methods_to(country, currency)]
    if not deliveries:
        raise NoShippingThere(param="country", country=country)
    chosen = _choose(deliveries, shipping_method_id)
    rate = TaxRate.objects.filter(country=country).first()
    sums = add_up(
        ((hold.unit_price, hold.quantity) for hold in holds),
        shipping=chosen.price,
        basis_points=rate.basis_points if rate else 0,
        included=rate.included if rate else True,
    )
    return Quote(country=country, deliveries=deliveries, chosen=chosen, sums=sums)


def methods_to(country: str, currency: str) -> list[ShippingMethod]:
    """The ways of delivery offered to a country, in the brand's order."""
    methods = ShippingMethod.objects.filter(is_active=True, currency=currency, countries__contains=[country])
    return list(methods.order_by("position", "pk"))


def delivery_countries(currency: str) -> list[str]:
    """Where the brand delivers to, sorted."""
    rows = ShippingMethod.objects.filter(is_active=True, currency=currency).values_list("countries", flat=True)
    return sorted({country for countries in rows for country in countries})


def _price(method: ShippingMethod, items: Money) -> Money:
    free = method.free_over is not None and not items < method.free_over
    return Money(0, method.currency) if free else method.price


def _choose(deliveries: list[Delivery], method_id: uuid.UUID | None) -> Delivery:
    if method_id is None:
        return deliveries[0]
    for delivery in deliveries:
        if delivery.method.pk == method_id:
            return delivery
    raise ShippingMethodUnknown(param="shipping_method")
