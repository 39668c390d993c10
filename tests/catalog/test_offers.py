"""Offers: what pages show of variants, in a bounded number of queries."""

import datetime as dt
import uuid

from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import PriceChange
from catalog.selectors import active_drop, offers, price_of
from catalog.services.drops import announce_drop, close_drop
from catalog.services.prices import set_price
from catalog.services.products import archive_product
from catalog.services.stock import hold_stock
from kernel import clock
from kernel.money import Money
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.catalog import ACTOR, VARIANT_ID, fill_catalog, make_drop, make_product, make_variant


def test_an_offer_tells_what_a_page_needs(in_aurora: Brand) -> None:
    product = make_product(name="Dawn Serum", detail="30 ml", price=4600, stock=10)
    variant = product.variants.get()
    hold_stock(variant_id=variant.pk, quantity=4, reference="h")
    offer = offers([variant.pk], "EUR")[variant.pk]
    assert (offer.name, offer.slug, offer.detail) == ("Dawn Serum", "dawn-serum", "30 ml")
    assert (offer.price, offer.was, offer.low_30d, offer.drop) == (Money(4600, "EUR"), None, None, None)
    assert (offer.available, offer.total) == (6, 10)
    assert (offer.product_public_id, offer.variant_public_id) == (product.public_id, variant.public_id)


def test_order_is_kept_and_what_cannot_be_sold_is_left_out(in_aurora: Brand) -> None:
    first, second, dollars = make_variant(), make_variant(), make_variant(currency="USD")
    gone = make_product()
    archive_product(product_id=gone.pk, actor=ACTOR)
    wanted = [second.pk, dollars.pk, gone.variants.get().pk, first.pk, second.pk]
    assert list(offers(wanted, "EUR")) == [second.pk, first.pk]
    assert list(offers([dollars.pk], "USD")) == [dollars.pk]
    assert offers([], "EUR") == {}


def test_queries_do_not_grow_with_variants(in_aurora: Brand) -> None:
    def ask(number: int) -> int:
        wanted = []
        for _ in range(number):
            variant = make_variant(price=3000, compare_at_minor=4000)
            make_drop(variant_id=variant.pk, opened=True)
            wanted.append(variant.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(offers(wanted, "EUR")) == number
        return len(queries)

    assert ask(2) == ask(12) == 5


def test_a_drop_of_this_show_is_told_and_one_of_another_is_not(in_aurora: Brand) -> None:
    show, other = uuid.uuid4(), uuid.uuid4()
    variant = make_variant(stock=20, price=4600)
    drop = make_drop(variant_id=variant.pk, show_id=show, price=3800)
    assert offers([variant.pk], "EUR")[variant.pk].drop is None  # planned: nobody knows of it
    announce_drop(drop_id=drop.pk, actor=ACTOR)
    told = offers([variant.pk], "EUR", show_id=show)[variant.pk].drop
    assert told is not None
    assert (told.status, told.price, told.units_left) == ("announced", Money(3800, "EUR"), 5)
    assert offers([variant.pk], "EUR", show_id=other)[variant.pk].drop is None
    assert active_drop(variant.pk, show) is None
    everywhere = make_drop(variant_id=variant.pk, opened=True, price=3500)
    found = offers([variant.pk], "EUR", show_id=show)[variant.pk].drop
    assert found is not None
    assert found.public_id == everywhere.public_id  # the open one comes before the announced
    assert active_drop(variant.pk, show) == everywhere
    close_drop(drop_id=everywhere.pk, actor=ACTOR)
    assert active_drop(variant.pk, show) is None


def test_the_server_knows_the_price(in_aurora: Brand) -> None:
    variant = make_variant(price=4600, stock=5)
    drop = make_drop(variant_id=variant.pk, price=3800)
    assert price_of(variant.pk, "EUR") == Money(4600, "EUR")
    assert price_of(variant.pk, "EUR", drop.pk) == Money(3800, "EUR")


def aged(days: float) -> None:
    """Shift the ledger into the past: as if everything so far had happened that long ago."""
    for row in PriceChange.objects.all():
        row.at -= dt.timedelta(days=days)
        row.until = row.until and row.until - dt.timedelta(days=days)
        row.save()


def low(variant_id: uuid.UUID) -> Money | None:
    return offers([variant_id], "EUR")[variant_id].low_30d


def test_the_lowest_of_30_days_stands_beside_a_reduction(in_aurora: Brand) -> None:
    variant = make_variant(price=4600)

    def price(minor: int, was: int | None = None) -> None:
        set_price(variant_id=variant.pk, price=Money(minor, "EUR"), compare_at_minor=was, actor=ACTOR)

    aged(40)  # 46.00 began 60 days ago, held until 20 days ago
    price(2000)
    aged(12)
    price(4400)
    aged(20)
    price(3800, was=4600)
    # 20.00 held from 32 to 20 days before the reduction: the last of its days are inside the window
    assert low(variant.pk) == Money(2000, "EUR")
    assert PriceChange.objects.filter(variant=variant).count() == 4
    aged(5)
    price(4000, was=4600)  # a new price: its window begins 30 days before it, and holds 38.00
    assert low(variant.pk) == Money(2000, "EUR")
    aged(15)
    price(4100, was=4600)  # 20.00 ended 40 days ago
    assert low(variant.pk) == Money(3800, "EUR")
    price(4100)
    assert low(variant.pk) is None  # no reduction is claimed
    assert clock.now() > PriceChange.objects.latest("at").at


def test_a_first_price_has_no_lowest(in_aurora: Brand) -> None:
    assert low(make_variant(price=3800, compare_at_minor=4600).pk) is None


def test_a_drop_price_counts_from_its_opening_to_its_end(in_aurora: Brand) -> None:
    variant = make_variant(price=4600, stock=20)
    drop = make_drop(variant_id=variant.pk, price=3000, opened=True)
    shown = offers([variant.pk], "EUR")[variant.pk].drop
    assert shown is not None
    assert shown.low_30d == Money(4600, "EUR")
    close_drop(drop_id=drop.pk, actor=ACTOR)
    set_price(variant_id=variant.pk, price=Money(4000, "EUR"), compare_at_minor=4600, actor=ACTOR)
    assert low(variant.pk) == Money(3000, "EUR")


def test_offers_are_the_brands_own(aurora: Brand, fjord: Brand) -> None:
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            fill_catalog(index)
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            offer = offers([VARIANT_ID], "EUR")[VARIANT_ID]
            assert (offer.price.minor, offer.available) == (1000 + index, 100 + index)
