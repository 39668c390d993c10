"""Show prices and flash prices: when they hold, for whom, which of several wins, and what the ledger keeps."""

import datetime as dt
import itertools
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.errors import (
    PriceMissing,
    SpecialPriceAlreadyOpen,
    SpecialPriceNotFound,
    SpecialPriceNotOnSale,
    SpecialPriceOpensWithShow,
    SpecialPriceStepRefused,
    SpecialPriceTooHigh,
    VariantNotFound,
)
from catalog.models import PriceChange, SpecialPrice
from catalog.selectors import Offer, offers, sale_price
from catalog.services.drops import close_drop
from catalog.services.prices import set_price
from catalog.services.products import archive_product
from catalog.services.special_prices import (
    close_prices_of_show,
    close_special_price,
    open_show_prices,
    open_special_price,
    plan_special_price,
    sweep_special_prices,
)
from kernel import clock
from kernel.errors import InvalidInput
from kernel.eventlog.models import EventRecord
from kernel.money import Money
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_drop, make_product, make_variant

EUR = "EUR"


def plan(variant_id: uuid.UUID, minor: int, kind: str = "flash", **fields: Any) -> SpecialPrice:
    return plan_special_price(variant_id=variant_id, kind=kind, price=Money(minor, EUR), actor=ACTOR, **fields)


def opened(variant_id: uuid.UUID, minor: int, **fields: Any) -> SpecialPrice:
    return open_special_price(price_id=plan(variant_id, minor, **fields).pk, actor=ACTOR)


def offer_of(variant_id: uuid.UUID, show_id: uuid.UUID | None = None) -> Offer:
    return offers([variant_id], EUR, show_id=show_id)[variant_id]


def late(special: SpecialPrice) -> None:
    """Its time is over by PostgreSQL's clock, and no sweep has come."""
    SpecialPrice.objects.filter(pk=special.pk).update(ends_at=clock.now() - dt.timedelta(milliseconds=1))


def test_of_the_prices_that_hold_for_a_buyer_the_lowest_counts(in_aurora: Brand) -> None:
    """Every set of open prices, in a show and outside of it, against the rule in one line."""
    show = uuid.uuid4()
    sources = {"show": 3000, "flash here": 2500, "flash everywhere": 2800}
    for chosen in itertools.product([None, -600, 600], repeat=3):
        variant = make_variant(price=4000)
        held = {"ordinary": 4000}
        for (name, minor), shift in zip(sources.items(), chosen, strict=True):
            if shift is None:
                continue
            held[name] = minor + shift
            where = None if name.endswith("everywhere") else show
            if name == "show":
                plan(variant.pk, held[name], kind="show", show_id=where)
                open_show_prices(show_id=show, actor=ACTOR)
            else:
                opened(variant.pk, held[name], show_id=where)
        everywhere = min(minor for name, minor in held.items() if name in ("ordinary", "flash everywhere"))
        for show_id, minor in ((show, min(held.values())), (None, everywhere), (uuid.uuid4(), everywhere)):
            found = offer_of(variant.pk, show_id)
            assert found.price.minor == sale_price(variant.pk, EUR, show_id=show_id).money.minor == minor
            assert found.was == (Money(4000, EUR) if minor < 4000 else None)
            assert (found.low_30d is not None) == (minor < 4000)


def test_of_equal_prices_the_nearest_is_named(in_aurora: Brand) -> None:
    show, variant = uuid.uuid4(), make_variant(price=4000)
    everywhere = opened(variant.pk, 3000)
    plan(variant.pk, 3000, kind="show", show_id=show)
    open_show_prices(show_id=show, actor=ACTOR)
    here = opened(variant.pk, 3000, show_id=show)
    assert sale_price(variant.pk, EUR, show_id=show).source_id == here.pk
    close_special_price(price_id=here.pk, actor=ACTOR)
    assert sale_price(variant.pk, EUR, show_id=show).kind == "flash"  # a flash price before a show price
    close_special_price(price_id=everywhere.pk, actor=ACTOR)
    assert sale_price(variant.pk, EUR, show_id=show).kind == "show"
    set_price(variant_id=variant.pk, price=Money(3000, EUR), actor=ACTOR)
    assert sale_price(variant.pk, EUR, show_id=show).kind == "ordinary"  # no reduction is claimed
    assert offer_of(variant.pk, show).was is None


def test_a_drop_has_its_own_price_whatever_else_holds(in_aurora: Brand) -> None:
    variant = make_variant(price=4000, stock=20)
    drop = make_drop(variant_id=variant.pk, price=3500, opened=True)
    opened(variant.pk, 2000)
    assert sale_price(variant.pk, EUR, drop_id=drop.pk).money == Money(3500, EUR)
    assert sale_price(variant.pk, EUR).money == Money(2000, EUR)


def test_it_ends_at_its_time_though_no_sweep_came(in_aurora: Brand) -> None:
    variant = make_variant(price=4000)
    special = opened(variant.pk, 3000, run_seconds=60)
    assert special.ends_at is not None
    assert offer_of(variant.pk).until == special.ends_at
    late(special)
    assert sale_price(variant.pk, EUR).money == Money(4000, EUR)
    assert offer_of(variant.pk).price == Money(4000, EUR)
    assert sweep_special_prices() == 1
    special.refresh_from_db()
    assert special.status == "closed"
    assert sweep_special_prices() == 0


def test_a_window_opens_by_itself(in_aurora: Brand) -> None:
    variant = make_variant(price=4000)
    soon = clock.now() + dt.timedelta(hours=1)
    special = plan(variant.pk, 3000, starts_at=soon, ends_at=soon + dt.timedelta(hours=1))
    assert sweep_special_prices() == 0
    SpecialPrice.objects.filter(pk=special.pk).update(starts_at=clock.now() - dt.timedelta(seconds=1))
    assert sweep_special_prices() == 1
    assert sale_price(variant.pk, EUR).source_id == special.pk


def test_the_ledger_keeps_what_was_offered(in_aurora: Brand) -> None:
    """The lowest of 30 days counts flash, show and drop prices, each only while it was public."""
    show, variant = uuid.uuid4(), make_variant(price=4000, stock=20)

    def low() -> Money | None:
        return offer_of(variant.pk).low_30d

    plan(variant.pk, 1000)  # planned: nobody was offered it
    with clock.shifted(dt.timedelta(seconds=1)):
        flash = opened(variant.pk, 3100, run_seconds=600)
        assert low() == Money(4000, EUR)
        close_special_price(price_id=flash.pk, actor=ACTOR)
    with clock.shifted(dt.timedelta(seconds=1.5)):
        set_price(variant_id=variant.pk, price=Money(3950, EUR), compare_at_minor=4000, actor=ACTOR)
        assert low() == Money(3100, EUR)
    with clock.shifted(dt.timedelta(seconds=2)):
        plan(variant.pk, 3000, kind="show", show_id=show)
        open_show_prices(show_id=show, actor=ACTOR)
        close_prices_of_show(show_id=show, actor=ACTOR)
        set_price(variant_id=variant.pk, price=Money(3900, EUR), compare_at_minor=4000, actor=ACTOR)
        assert low() == Money(3000, EUR)
    with clock.shifted(dt.timedelta(seconds=3)):
        set_price(variant_id=variant.pk, price=Money(3800, EUR), compare_at_minor=4000, actor=ACTOR)
        assert low() == Money(3000, EUR)
        drop = make_drop(variant_id=variant.pk, price=2900, opened=True)
        close_drop(drop_id=drop.pk, actor=ACTOR)
    with clock.shifted(dt.timedelta(seconds=4)):
        again = opened(variant.pk, 3500)
        assert low() == Money(2900, EUR)
        close_special_price(price_id=again.pk, actor=ACTOR)
    with clock.shifted(dt.timedelta(days=31)):
        opened(variant.pk, 3500)
        assert low() == Money(3800, EUR)  # all of it is more than 30 days ago but the ordinary price


def test_a_price_that_ended_late_in_the_books_ended_in_time(in_aurora: Brand) -> None:
    variant = make_variant(price=4000)
    special = opened(variant.pk, 3000, run_seconds=60)
    assert special.ends_at is not None
    with clock.shifted(dt.timedelta(minutes=5)):
        close_special_price(price_id=special.pk, actor=ACTOR)
    assert PriceChange.objects.get(special=special).until == special.ends_at


def test_a_show_price_waits_for_its_show(in_aurora: Brand) -> None:
    show, variant = uuid.uuid4(), make_variant(price=4000)
    special = plan(variant.pk, 3000, kind="show", show_id=show)
    with pytest.raises(SpecialPriceOpensWithShow):
        open_special_price(price_id=special.pk, actor=ACTOR)
    for fields in ({}, {"show_id": show, "run_seconds": 60}):
        with pytest.raises(InvalidInput):
            plan(variant.pk, 3000, kind="show", **fields)


def test_a_show_goes_on_air_whatever_is_wrong_with_a_price(in_aurora: Brand) -> None:
    show, good = uuid.uuid4(), make_variant(price=4000)
    gone = make_product(price=4000)
    plan(gone.variants.get().pk, 3000, kind="show", show_id=show)
    plan(good.pk, 3000, kind="show", show_id=show)
    plan(good.pk, 2900, kind="show", show_id=show)  # a second one of the same product cannot hold beside it
    archive_product(product_id=gone.pk, actor=ACTOR)
    assert open_show_prices(show_id=show, actor=ACTOR) == 1
    assert close_prices_of_show(show_id=show, actor=ACTOR) == 3
    assert close_prices_of_show(show_id=show, actor=ACTOR) == 0


def test_what_cannot_be_planned_or_opened(in_aurora: Brand) -> None:
    product = make_product(price=4000)
    variant = product.variants.get()
    for minor, refusal in ((4000, SpecialPriceTooHigh), (0, InvalidInput)):
        with pytest.raises(refusal):
            plan(variant.pk, minor)
    with pytest.raises(VariantNotFound):
        plan(uuid.uuid4(), 3000)
    with pytest.raises(PriceMissing):
        plan_special_price(variant_id=variant.pk, kind="flash", price=Money(1, "JPY"), actor=ACTOR)
    now = clock.now()
    hour = dt.timedelta(hours=1)
    for fields in (
        {"run_seconds": 9},
        {"run_seconds": 60, "ends_at": now + hour},
        {"ends_at": now - hour},
        {"starts_at": now + hour, "ends_at": now + hour},
        {"starts_at": dt.datetime(1999, 1, 1, tzinfo=dt.UTC)},
    ):
        with pytest.raises(InvalidInput):
            plan(variant.pk, 3000, **fields)
    first, second = plan(variant.pk, 3000), plan(variant.pk, 2900)
    open_special_price(price_id=first.pk, actor=ACTOR)
    with pytest.raises(SpecialPriceAlreadyOpen):
        open_special_price(price_id=second.pk, actor=ACTOR)
    close_special_price(price_id=first.pk, actor=ACTOR)
    with pytest.raises(SpecialPriceStepRefused):
        open_special_price(price_id=first.pk, actor=ACTOR)
    with pytest.raises(SpecialPriceNotFound):
        close_special_price(price_id=uuid.uuid4(), actor=ACTOR)
    archive_product(product_id=product.pk, actor=ACTOR)
    with pytest.raises(SpecialPriceNotOnSale):
        open_special_price(price_id=second.pk, actor=ACTOR)


def test_steps_are_told_where_they_hold(in_aurora: Brand) -> None:
    show, variant = uuid.uuid4(), make_variant(price=4000)
    here, everywhere = plan(variant.pk, 3000, show_id=show), plan(variant.pk, 3100)
    for special in (here, everywhere):
        open_special_price(price_id=special.pk, actor=ACTOR)
        close_special_price(price_id=special.pk, actor=ACTOR)
    told = list(EventRecord.objects.filter(type__startswith="special_price.").order_by("pk"))
    topics = {row.topic for row in told if row.type == "special_price.opened"}
    assert topics == {f"show:{show}", "shop"}
    assert [row.type.rpartition(".")[2] for row in told] == ["planned", "planned", *["opened", "closed"] * 2]
    opening = next(row for row in told if row.type == "special_price.opened")
    assert opening.data["price_minor"] == 3000
    assert opening.data["low_30d_minor"] == 4000


def test_offers_ask_as_often_however_many_prices_hold(in_aurora: Brand) -> None:
    wanted = []
    for _ in range(6):
        variant = make_variant(price=4000)
        opened(variant.pk, 3000)
        wanted.append(variant.pk)
    with CaptureQueriesContext(connection) as queries:
        assert len(offers(wanted, EUR)) == 6
    assert len(queries) == 5
