"""What is a draft is the staff's alone: its prices, counts and drops reach no viewer until it is on sale.

Not here: what is told of a product on sale (test_stock.py, test_drops.py).
"""

import pytest

from catalog.errors import DropNotOnSale
from catalog.models import Product
from catalog.services.drops import announce_drop, open_drop, sweep_drops
from catalog.services.prices import set_price
from catalog.services.products import update_product
from catalog.services.stock import correct_stock, receive_stock
from kernel import clock
from kernel.eventlog.models import EventRecord
from kernel.eventlog.schema import Audience, event_class
from kernel.money import Money
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_drop, make_product


def shown() -> list[tuple[str, dict[str, object]]]:
    """The events of products and drops that viewers get, in order."""
    rows = EventRecord.objects.filter(type__regex=r"^(product|price|stock|drop)\.").order_by("id")
    return [(row.type, row.data) for row in rows if event_class(row.type, row.version).audience != Audience.STAFF]


def make_draft() -> Product:
    return make_product(status="draft", price=4600, stock=10)


def change(product: Product) -> None:
    variant_id = product.variants.get().pk
    set_price(variant_id=variant_id, price=Money(3900, "EUR"), actor=ACTOR)
    receive_stock(variant_id=variant_id, quantity=5, reference="Delivery", actor=ACTOR)
    correct_stock(variant_id=variant_id, total=12, reason="Counted", actor=ACTOR)


def test_viewers_hear_nothing_of_a_draft_and_all_of_it_when_it_comes_on_sale(in_aurora: Brand) -> None:
    product = make_draft()
    change(product)
    assert shown() == []
    update_product(product_id=product.pk, status="active", actor=ACTOR)
    variant = product.variants.get().public_id
    assert shown() == [
        (
            "price.changed",
            {"variant_id": variant, "currency": "EUR", "price_minor": 3900, "was_minor": None, "low_30d_minor": None},
        ),
        (
            "stock.changed",
            {"variant_id": variant, "available": 12, "total": 12, "drop_id": None, "drop_units_left": None},
        ),
    ]
    update_product(product_id=product.pk, detail="30 ml", actor=ACTOR)
    assert len(shown()) == 2
    change(product)
    assert [type_ for type_, _ in shown()[2:]] == ["stock.changed", "stock.changed"]


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_what_is_taken_off_sale_falls_silent(in_aurora: Brand, status: str) -> None:
    product = make_product()
    before = len(shown())
    update_product(product_id=product.pk, status=status, actor=ACTOR)
    change(product)
    assert len(shown()) == before


def test_staff_still_hear_of_a_drafts_units(in_aurora: Brand) -> None:
    change(make_draft())
    assert EventRecord.objects.filter(type="stock.restocked").count() == 2
    assert EventRecord.objects.filter(type="stock.adjusted").count() == 1


def test_a_drop_of_a_draft_waits_until_it_is_on_sale(in_aurora: Brand) -> None:
    product = make_draft()
    drop = make_drop(variant_id=product.variants.get().pk, opens_at=clock.now())
    for step in (announce_drop, open_drop):
        with pytest.raises(DropNotOnSale, match="is draft, so nobody could buy it"):
            step(drop_id=drop.pk, actor=ACTOR)
    assert sweep_drops() == 0
    assert shown() == []
    update_product(product_id=product.pk, status="active", actor=ACTOR)
    assert sweep_drops() == 1
