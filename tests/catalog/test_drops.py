"""Drops: planned within the stock, opened by hand or by the clock, closed once."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from catalog import states
from catalog.errors import (
    DropAlreadyOpen,
    DropExceedsStock,
    DropNotFound,
    DropNotPlanned,
    DropStepRefused,
    VariantNotFound,
)
from catalog.models import Drop, PriceChange
from catalog.services.drops import amend_drop, announce_drop, change_drop, close_drop, open_drop, plan_drop, sweep_drops
from catalog.services.products import archive_product
from catalog.services.stock import hold_stock
from kernel import clock, ids
from kernel.errors import InvalidInput
from kernel.eventlog.models import EventRecord
from kernel.eventlog.schema import Audience, event_class
from kernel.eventlog.store import SHOP_TOPIC, show_topic
from kernel.ids import uuid7
from kernel.money import Money
from kernel.tasks import send_to_brand
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.catalog import ACTOR, DROP_ID, fill_catalog, make_drop, make_product, make_variant

MINUTE = dt.timedelta(minutes=1)


def told() -> list[str]:
    return list(EventRecord.objects.filter(type__startswith="drop.").order_by("id").values_list("type", flat=True))


def test_a_drop_goes_its_way(in_aurora: Brand) -> None:
    show = uuid.uuid4()
    drop = make_drop(show_id=show, units=5, price=3800, run_seconds=60)
    announce_drop(drop_id=drop.pk, actor=ACTOR)
    opened = open_drop(drop_id=drop.pk, actor=ACTOR)
    assert opened.opened_at is not None
    assert opened.closes_at == opened.opened_at + MINUTE
    close_drop(drop_id=drop.pk, actor=ACTOR)
    assert told() == ["drop.scheduled", "drop.announced", "drop.opened", "drop.closed"]
    event = EventRecord.objects.get(type="drop.opened")
    assert (event.topic, event.actor) == (show_topic(show), ACTOR)
    assert event.data["show_id"] == ids.public_id("shw", show)
    assert event.data["opened_at"] is not None
    assert event.data["closes_at"] is not None
    assert (event.data["units_left"], event.data["price_minor"], event.data["per_buyer"]) == (5, 3800, 1)


def test_viewers_do_not_hear_that_a_drop_ends_of_which_they_never_heard(in_aurora: Brand) -> None:
    close_drop(drop_id=make_drop(units=1).pk, actor=ACTOR)
    assert told() == ["drop.scheduled", "drop.struck"]
    assert event_class("drop.struck", 1).audience is Audience.STAFF
    announced = make_drop(units=1)
    announce_drop(drop_id=announced.pk, actor=ACTOR)
    close_drop(drop_id=announced.pk, actor=ACTOR)
    assert told()[-1] == "drop.closed"


def test_numbers_that_no_column_holds_are_refused_by_name(in_aurora: Brand) -> None:
    variant_id = make_variant(stock=50_000).pk
    with pytest.raises(InvalidInput) as cap:
        make_drop(variant_id=variant_id, units=50_000, per_buyer=40_000)
    with pytest.raises(InvalidInput) as price:
        make_drop(variant_id=variant_id, units=50_000, price=10**19)
    assert (cap.value.param, price.value.param) == ("per_buyer", "price")


def test_a_drop_outside_of_a_show_is_told_to_the_shop(in_aurora: Brand) -> None:
    make_drop(opened=True)
    assert set(EventRecord.objects.filter(type__startswith="drop.").values_list("topic", flat=True)) == {SHOP_TOPIC}


@pytest.mark.parametrize("start", list(states.DROP))
@pytest.mark.parametrize("step", [announce_drop, open_drop, close_drop])
def test_steps_outside_the_table_are_refused(in_aurora: Brand, start: str, step: object) -> None:
    drop = make_drop()
    Drop.objects.filter(pk=drop.pk).update(
        status=start, opened_at=Now() if start in ("open", "sold_out", "closed") else None
    )
    to = {announce_drop: "announced", open_drop: "open", close_drop: "closed"}[step]  # type: ignore[index]
    # Only units that come back open a sold-out drop again; a host cannot.
    if to in states.DROP[start] and (start, to) != ("sold_out", "open"):
        assert step(drop_id=drop.pk, actor=ACTOR).status == to  # type: ignore[operator]
    else:
        with pytest.raises(DropStepRefused) as refused:
            step(drop_id=drop.pk, actor=ACTOR)  # type: ignore[operator]
        assert refused.value.data == {"drop_status": start, "wanted": to}


def test_units_come_out_of_what_is_free(in_aurora: Brand) -> None:
    variant = make_variant(stock=62)
    with pytest.raises(DropExceedsStock, match=r"62 are free\. Lower it to 62, or restock first"):
        make_drop(variant_id=variant.pk, units=63)
    assert make_drop(variant_id=variant.pk, units=62).units_left == 62


def test_senseless_drops_are_refused(in_aurora: Brand) -> None:
    variant = make_variant(stock=9)
    now = clock.now()
    faults: dict[str, dict[str, object]] = {
        "title": {"title": "  "},
        "units": {"units": 0},
        "price": {"price": Money(0, "EUR")},
        "per_buyer": {"per_buyer": 4},
        "closes_at": {"opens_at": now + MINUTE, "closes_at": now + MINUTE},
        "run_seconds": {"run_seconds": 9},
    }
    for param, wrong in faults.items():
        fields = {"title": "One", "units": 3, "price": Money(900, "EUR"), **wrong}
        with pytest.raises(InvalidInput) as refused:
            plan_drop(variant_id=variant.pk, actor=ACTOR, **fields)  # type: ignore[arg-type]
        assert refused.value.param == param
    archived = make_product()
    archive_product(product_id=archived.pk, actor=ACTOR)
    for variant_id in (uuid7(), archived.variants.get().pk):
        with pytest.raises(VariantNotFound):
            make_drop(variant_id=variant_id)
    with pytest.raises(DropNotFound):
        open_drop(drop_id=uuid7(), actor=ACTOR)


def test_one_drop_of_a_variant_is_open_at_a_time(in_aurora: Brand) -> None:
    variant = make_variant(stock=10)
    first = make_drop(variant_id=variant.pk, opened=True)
    second = make_drop(variant_id=variant.pk, opens_at=clock.now())
    with pytest.raises(DropAlreadyOpen):
        open_drop(drop_id=second.pk, actor=ACTOR)
    assert sweep_drops() == 0  # it waits, without noise, until the first is over
    close_drop(drop_id=first.pk, actor=ACTOR)
    assert sweep_drops() == 1


def test_the_clock_opens_and_closes(in_aurora: Brand) -> None:
    by_hand, later = make_drop(), make_drop(opens_at=clock.now() + MINUTE)
    due = make_drop(opens_at=clock.now() - MINUTE, run_seconds=60)
    assert sweep_drops() == 1
    due.refresh_from_db()
    assert due.status == "open"
    Drop.objects.filter(pk=due.pk).update(closes_at=Now())
    assert sweep_drops() == 1
    assert sweep_drops() == 0
    statuses = dict(Drop.objects.values_list("pk", "status"))
    assert statuses == {by_hand.pk: "scheduled", later.pk: "scheduled", due.pk: "closed"}


def test_a_drop_whose_time_passed_unopened_is_closed_and_never_opens(in_aurora: Brand) -> None:
    drop = make_drop(opens_at=clock.now() + MINUTE, closes_at=clock.now() + 2 * MINUTE)
    Drop.objects.filter(pk=drop.pk).update(opens_at=clock.now() - 2 * MINUTE, closes_at=clock.now() - MINUTE)
    assert sweep_drops() == 1
    drop.refresh_from_db()
    assert (drop.status, drop.opened_at) == ("closed", None)
    assert "drop.opened" not in told()


def test_a_sold_out_drop_is_closed_by_the_clock_too(in_aurora: Brand) -> None:
    drop = make_drop(units=1, opened=True, run_seconds=60)
    hold_stock(variant_id=drop.variant_id, quantity=1, reference="h", drop_id=drop.pk)
    Drop.objects.filter(pk=drop.pk).update(closes_at=Now())
    assert sweep_drops() == 1
    assert told()[-2:] == ["drop.sold_out", "drop.closed"]


def test_the_price_of_a_drop_enters_the_ledger_while_it_lasts(in_aurora: Brand) -> None:
    drop = make_drop(opened=True, price=3800)
    row = PriceChange.objects.get(drop=drop)
    assert (row.minor, row.until) == (3800, None)
    close_drop(drop_id=drop.pk, actor=ACTOR)
    row.refresh_from_db()
    assert row.until is not None


def test_beat_sends_the_sweep_to_each_brand(aurora: Brand, fjord: Brand) -> None:
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            fill_catalog(index)
            Drop.objects.update(opens_at=clock.now())
    task = import_string(settings.CELERY_BEAT_SCHEDULE["drops"]["args"][0])
    task.app.conf.task_always_eager, before = True, task.app.conf.task_always_eager
    try:
        send_to_brand(task, aurora.schema_name)
    finally:
        task.app.conf.task_always_eager = before
    for brand, status in ((aurora, "open"), (fjord, "scheduled")):
        with brand_context(brand):
            assert Drop.objects.get(pk=DROP_ID).status == status


def planned_anew(drop: Drop, **changes: Any) -> Drop:
    now = {
        "title": drop.title, "units": drop.units, "price": drop.price, "per_buyer": drop.per_buyer,
        "opens_at": drop.opens_at, "closes_at": drop.closes_at, "run_seconds": drop.run_seconds,
    }  # fmt: skip
    return change_drop(drop_id=drop.pk, actor=ACTOR, **{**now, **changes})


def test_a_plan_may_change_until_viewers_hear_of_it(in_aurora: Brand) -> None:
    drop = make_drop(variant_id=make_variant(stock=20).pk, units=5)
    planned_anew(drop)
    assert told() == ["drop.scheduled"]
    planned_anew(drop, units=20, price=Money(2900, "EUR"), per_buyer=2, run_seconds=90)
    drop.refresh_from_db()
    assert (drop.units, drop.units_left, drop.price, drop.per_buyer, drop.run_seconds) == (
        20, 20, Money(2900, "EUR"), 2, 90,
    )  # fmt: skip
    with pytest.raises(DropExceedsStock) as refused:
        planned_anew(drop, units=21)
    assert "Lower it to 20" in refused.value.detail
    with pytest.raises(InvalidInput):
        planned_anew(drop, per_buyer=21)
    announce_drop(drop_id=drop.pk, actor=ACTOR)
    with pytest.raises(DropNotPlanned):
        planned_anew(drop, title="Too late")
    assert told() == ["drop.scheduled", "drop.changed", "drop.announced"]
    with pytest.raises(DropNotFound):
        change_drop(
            drop_id=uuid7(), title="x", units=1, price=Money(1, "EUR"), per_buyer=1, opens_at=None, closes_at=None,
            run_seconds=None, actor=ACTOR,
        )  # fmt: skip


def test_terms_that_are_not_named_stay(in_aurora: Brand) -> None:
    drop = make_drop(variant_id=make_variant(stock=20).pk, units=5)
    opens = clock.now() + dt.timedelta(hours=1)
    amend_drop(drop_id=drop.pk, actor=ACTOR, opens_at=opens, run_seconds=90)
    amended = amend_drop(drop_id=drop.pk, actor=ACTOR, price_minor=2900)
    assert (amended.title, amended.units, amended.price, amended.opens_at, amended.run_seconds) == (
        drop.title, 5, Money(2900, drop.currency), opens, 90,
    )  # fmt: skip
    assert amend_drop(drop_id=drop.pk, actor=ACTOR, opens_at=None).opens_at is None
    assert told() == ["drop.scheduled", "drop.changed", "drop.changed", "drop.changed"]
    with pytest.raises(TypeError):
        amend_drop(drop_id=drop.pk, actor=ACTOR, status="open")
    with pytest.raises(DropNotFound):
        amend_drop(drop_id=uuid7(), actor=ACTOR, title="x")


def test_two_changes_at_once_are_both_kept(live_brands: dict[str, Brand]) -> None:
    aurora = live_brands["aurora"]
    with brand_context(aurora):
        drop = make_drop(variant_id=make_variant(stock=20).pk, units=5)
    changes: list[dict[str, Any]] = [{"title": "Late evening"}, {"units": 7}, {"per_buyer": 2}, {"run_seconds": 60}]

    def change(one: dict[str, Any]) -> None:
        try:
            with brand_context(aurora):
                amend_drop(drop_id=drop.pk, actor=ACTOR, **one)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, changes))
    with brand_context(aurora):
        drop.refresh_from_db()
    assert (drop.title, drop.units, drop.units_left, drop.per_buyer, drop.run_seconds) == ("Late evening", 7, 7, 2, 60)


@pytest.mark.parametrize("param", ["opens_at", "closes_at"])
def test_a_moment_that_no_calendar_shows_is_refused(in_aurora: Brand, param: str) -> None:
    drop = make_drop(variant_id=make_variant(stock=20).pk, units=5)
    for year in (1, 9999):
        with pytest.raises(InvalidInput) as refused:
            amend_drop(drop_id=drop.pk, actor=ACTOR, **{param: dt.datetime(year, 12, 31, 23, tzinfo=dt.UTC)})
        assert refused.value.param == param
