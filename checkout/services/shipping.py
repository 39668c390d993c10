"""Ways of delivery and tax rates: the first ones of a brand, and changing them.

Not here: what they make of an order's total (selectors/quotes.py).
"""

import uuid

from django.db import transaction

from checkout.models import RegionTaxRate, ShippingMethod, TaxRate
from kernel.errors import InvalidInput, NotFound
from kernel.money import Money

# Standard rates of value added tax, in basis points, as they stood at the end of 2025.
EU_RATES = {
    "AT": 2000, "BE": 2100, "BG": 2000, "HR": 2500, "CY": 1900, "CZ": 2100, "DE": 1900, "DK": 2500, "EE": 2400,
    "ES": 2100, "FI": 2550, "FR": 2000, "GR": 2400, "HU": 2700, "IE": 2300, "IT": 2200, "LT": 2100, "LU": 1700,
    "LV": 2100, "MT": 1800, "NL": 2100, "PL": 2300, "PT": 2300, "RO": 2100, "SE": 2500, "SI": 2200, "SK": 2300,
}  # fmt: skip

# A first price for a parcel and from where it is free, by the currency's decimals: €4.90 and €60.
_FIRST_PRICES = {0: (600, 8000), 2: (490, 6000), 3: (1500, 20000)}


class ShippingMethodNotFound(NotFound):
    message = "There is no such way of delivery. Load the page again."


@transaction.atomic
def add_first_shipping(*, country: str, currency: str) -> None:
    """What a new brand begins with: one way of delivery and the taxes of where it goes. Nothing
    happens when there is one already."""
    if ShippingMethod.objects.exists():
        return
    countries = sorted(EU_RATES) if country in EU_RATES else [country]
    price, free_over = _FIRST_PRICES[Money(0, currency).exponent]
    save_method(
        method_id=None,
        name="Standard delivery",
        countries=countries,
        price=Money(price, currency),
        free_over=Money(free_over, currency),
        days=(2, 4),
        is_active=True,
    )
    for each in countries:
        save_tax_rate(country=each, basis_points=EU_RATES.get(each, 0), included=True)


def save_method(
    *,
    method_id: uuid.UUID | None,
    name: str,
    countries: list[str],
    price: Money,
    free_over: Money | None,
    days: tuple[int, int],
    is_active: bool,
) -> ShippingMethod:
    """Make or change a way of delivery; orders keep what they were placed with. Raises
    ShippingMethodNotFound, InvalidInput."""
    for amount in (price, free_over):
        if amount is not None and amount.minor % amount.step:
            raise InvalidInput(param="price", reason=f"In {amount.currency} the last figure is 0.")
    values = {
        "name": name,
        "countries": countries,
        "currency": price.currency,
        "price_minor": price.minor,
        "free_over_minor": free_over.minor if free_over else None,
        "days_min": days[0],
        "days_max": days[1],
        "is_active": is_active,
    }
    if method_id is None:
        return ShippingMethod.objects.create(position=ShippingMethod.objects.count(), **values)
    if not ShippingMethod.objects.filter(pk=method_id).update(**values):
        raise ShippingMethodNotFound
    return ShippingMethod.objects.get(pk=method_id)


def save_tax_rate(*, country: str, basis_points: int, included: bool, region: str = "") -> None:
    """Set the rate of one country; with `region`, of one region of it, which counts before the country's."""
    if region.strip():
        RegionTaxRate.objects.update_or_create(
            country=country,
            region=region.strip().upper(),
            defaults={"basis_points": basis_points, "included": included},
        )
        return
    TaxRate.objects.update_or_create(country=country, defaults={"basis_points": basis_points, "included": included})
