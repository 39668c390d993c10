"""What a new brand finds: two products that can be sold, made once."""

import pytest

from catalog.models import Product, StockMove
from catalog.selectors import offers
from config.first_contents import fill
from tenants.models import Brand


@pytest.mark.parametrize(("currency", "shown"), [("EUR", 2400), ("JPY", 2400)])
def test_samples_are_made_once_and_can_be_sold(in_aurora: Brand, currency: str, shown: int) -> None:
    in_aurora.currency = currency
    for _ in range(2):
        fill(in_aurora)
    assert Product.objects.filter(name__startswith="Sample", status="active").count() == 2
    assert StockMove.objects.count() == 2
    found = offers([variant.pk for product in Product.objects.all() for variant in product.variants.all()], currency)
    assert max(offer.price.minor for offer in found.values()) == shown
    assert all(offer.available > 0 for offer in found.values())
