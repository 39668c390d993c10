"""Moves of stock: guarded, booked, told; and the journal that adds up to the counts."""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import CountTooLow, DropNotFound, DropNotOpen, SoldOut, StockShort, VariantNotFound
from catalog.models import Drop, Stock, StockMove
from catalog.selectors import verify_stock
from catalog.services import stock as services
from catalog.services.drops import close_drop
from kernel.errors import InvalidInput, Problem
from kernel.eventlog.models import EventRecord
from kernel.eventlog.store import SHOP_TOPIC
from kernel.ids import uuid7
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.catalog import ACTOR, VARIANT_ID, fill_catalog, make_drop, make_variant


def counts(variant_id: uuid.UUID) -> tuple[int, int, int, int]:
    row = Stock.objects.get(pk=variant_id)
    return row.total, row.available, row.held, row.sold


def told(type_: str) -> list[dict[str, object]]:
    return list(EventRecord.objects.filter(type=type_).order_by("id").values_list("data", flat=True))


def test_units_walk_from_the_shelf_to_a_buyer_and_back(in_aurora: Brand) -> None:
    variant = make_variant(stock=10)
    services.hold_stock(variant_id=variant.pk, quantity=3, reference="hld_1")
    assert counts(variant.pk) == (10, 7, 3, 0)
    services.release_stock(variant_id=variant.pk, quantity=1, reference="hld_1")
    services.sell_stock(variant_id=variant.pk, quantity=2, reference="ord_1")
    assert counts(variant.pk) == (10, 8, 0, 2)
    services.return_stock(variant_id=variant.pk, quantity=1, reference="rfd_1")
    assert counts(variant.pk) == (10, 9, 0, 1)
    lines = list(StockMove.objects.filter(variant=variant).order_by("id").values_list("kind", "quantity", "available"))
    assert lines == [("receive", 10, 10), ("hold", 3, 7), ("release", 1, 8), ("sell", 2, 8), ("return", 1, 9)]
    assert [data["available"] for data in told("stock.changed")] == [10, 7, 8, 9]
    assert verify_stock(variant.pk).faults == []


def test_a_hold_takes_all_or_nothing(in_aurora: Brand) -> None:
    variant = make_variant(stock=2)
    with pytest.raises(SoldOut) as refused:
        services.hold_stock(variant_id=variant.pk, quantity=3, reference="hld_1")
    assert refused.value.data == {"available": 2, "quantity": 3}
    assert counts(variant.pk) == (2, 2, 0, 0)
    services.hold_stock(variant_id=variant.pk, quantity=2, reference="hld_2")


def test_what_is_not_there_cannot_be_released_sold_or_returned(in_aurora: Brand) -> None:
    variant = make_variant(stock=5)
    services.hold_stock(variant_id=variant.pk, quantity=1, reference="hld_1")
    for move in (services.release_stock, services.sell_stock, services.return_stock):
        with pytest.raises(StockShort):
            move(variant_id=variant.pk, quantity=2, reference="x")
    assert counts(variant.pk) == (5, 4, 1, 0)


def test_a_count_can_be_corrected_down_to_what_is_bound(in_aurora: Brand) -> None:
    variant = make_variant(stock=10)
    services.hold_stock(variant_id=variant.pk, quantity=4, reference="hld_1")
    with pytest.raises(CountTooLow) as refused:
        services.correct_stock(variant_id=variant.pk, total=3, reason="Counted", actor=ACTOR)
    assert refused.value.data == {"bound": 4}
    services.correct_stock(variant_id=variant.pk, total=4, reason="Counted", actor=ACTOR)
    assert counts(variant.pk) == (4, 0, 4, 0)
    assert [(line["quantity"], line["available"], line["total"]) for line in told("stock.adjusted")] == [(-6, 0, 4)]
    before = StockMove.objects.count()
    services.correct_stock(variant_id=variant.pk, total=4, reason="Counted", actor=ACTOR)
    assert StockMove.objects.count() == before
    assert verify_stock().faults == []


@pytest.mark.parametrize("quantity", [0, -1, services.MOST_UNITS + 1])
def test_senseless_quantities_are_refused(in_aurora: Brand, quantity: int) -> None:
    variant = make_variant()
    with pytest.raises(InvalidInput):
        services.receive_stock(variant_id=variant.pk, quantity=quantity, reference="", actor=ACTOR)
    with pytest.raises(InvalidInput):
        services.hold_stock(variant_id=variant.pk, quantity=quantity, reference="")


def test_an_unknown_variant_is_named(in_aurora: Brand) -> None:
    with pytest.raises(VariantNotFound):
        services.hold_stock(variant_id=uuid7(), quantity=1, reference="x")
    with pytest.raises(VariantNotFound):
        services.receive_stock(variant_id=uuid7(), quantity=1, reference="x", actor=ACTOR)


def test_a_drop_gives_its_units_and_says_when_they_are_gone(in_aurora: Brand) -> None:
    variant = make_variant(stock=10)
    drop = make_drop(variant_id=variant.pk, units=3, opened=True)
    services.hold_stock(variant_id=variant.pk, quantity=2, reference="h1", drop_id=drop.pk)
    with pytest.raises(SoldOut) as refused:
        services.hold_stock(variant_id=variant.pk, quantity=2, reference="h2", drop_id=drop.pk)
    assert refused.value.data["available"] == 1
    assert counts(variant.pk) == (10, 8, 2, 0)  # the refusal gave the stock back
    services.hold_stock(variant_id=variant.pk, quantity=1, reference="h3", drop_id=drop.pk)
    drop.refresh_from_db()
    assert (drop.status, drop.units_left) == ("sold_out", 0)
    assert [data["drop_id"] for data in told("drop.sold_out")] == [drop.public_id]
    assert told("stock.changed")[-1]["drop_units_left"] == 0
    services.release_stock(variant_id=variant.pk, quantity=1, reference="h3", drop_id=drop.pk)
    drop.refresh_from_db()
    assert (drop.status, drop.units_left) == ("open", 1)
    assert [data["units_left"] for data in told("drop.opened")] == [3, 1]


def test_a_drop_that_is_not_open_gives_nothing(in_aurora: Brand) -> None:
    variant = make_variant(stock=10)
    drop = make_drop(variant_id=variant.pk)
    with pytest.raises(DropNotOpen) as refused:
        services.hold_stock(variant_id=variant.pk, quantity=1, reference="h", drop_id=drop.pk)
    assert refused.value.data == {"drop_status": "scheduled"}
    opened = make_drop(variant_id=variant.pk, opened=True, run_seconds=60)
    Drop.objects.filter(pk=opened.pk).update(closes_at=opened.opened_at)
    with pytest.raises(DropNotOpen) as late:  # the sweep has not come yet, the clock has
        services.hold_stock(variant_id=variant.pk, quantity=1, reference="h", drop_id=opened.pk)
    assert late.value.data == {"drop_status": "closed"}
    with pytest.raises(DropNotFound):
        services.hold_stock(variant_id=variant.pk, quantity=1, reference="h", drop_id=uuid7())
    assert counts(variant.pk) == (10, 10, 0, 0)


def test_who_comes_too_late_to_a_drop_writes_nothing(in_aurora: Brand) -> None:
    variant = make_variant(stock=10)
    drop = make_drop(variant_id=variant.pk, units=1, opened=True)
    services.hold_stock(variant_id=variant.pk, quantity=1, reference="h", drop_id=drop.pk)
    with CaptureQueriesContext(connection) as queries, pytest.raises(SoldOut):
        services.hold_stock(variant_id=variant.pk, quantity=1, reference="late", drop_id=drop.pk)
    assert [query["sql"].partition(" ")[0] for query in queries] == ["SELECT"]


def test_units_released_after_the_end_go_back_without_opening_the_drop(in_aurora: Brand) -> None:
    variant = make_variant(stock=1)
    drop = make_drop(variant_id=variant.pk, units=1, opened=True)
    services.hold_stock(variant_id=variant.pk, quantity=1, reference="h", drop_id=drop.pk)
    close_drop(drop_id=drop.pk, actor=ACTOR)
    services.release_stock(variant_id=variant.pk, quantity=1, reference="h", drop_id=drop.pk)
    drop.refresh_from_db()
    assert (drop.status, drop.units_left) == ("closed", 1)
    assert counts(variant.pk) == (1, 1, 0, 0)


def test_a_move_outside_a_transaction_is_refused_before_it_moves(live_brands: dict[str, Brand]) -> None:
    with brand_context(live_brands["aurora"]):
        variant = make_variant(stock=2)
        with pytest.raises(transaction.TransactionManagementError):
            services.hold_stock(variant_id=variant.pk, quantity=1, reference="h")
        assert counts(variant.pk) == (2, 2, 0, 0)


def test_the_journal_cannot_be_rewritten(in_aurora: Brand) -> None:
    make_variant(stock=2)
    for change in ("UPDATE catalog_stockmove SET quantity = 3", "DELETE FROM catalog_stockmove"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_the_database_refuses_counts_that_do_not_add_up(in_aurora: Brand) -> None:
    variant = make_variant(stock=2)
    for wrong in ({"available": 3}, {"held": -1, "total": 1}, {"sold": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stock.objects.filter(pk=variant.pk).update(**wrong)


def test_a_count_changed_behind_the_journal_is_found(in_aurora: Brand) -> None:
    variant = make_variant(stock=5)
    Stock.objects.filter(pk=variant.pk).update(available=4, total=4)
    [fault] = verify_stock().faults
    assert (fault.sku, fault.what, fault.counted, fault.recomputed, fault.move) == (
        variant.sku, "now", (4, 0, 0), (5, 0, 0), None,
    )  # fmt: skip


def test_a_line_that_does_not_follow_is_found(in_aurora: Brand) -> None:
    variant = make_variant(stock=5)
    line = StockMove.objects.get(variant=variant)
    forged = StockMove.objects.create(
        variant=variant, kind="receive", quantity=1, available=9, held=0, sold=0, at=line.at
    )
    [fault] = verify_stock().faults
    assert (fault.what, fault.move, fault.recomputed) == ("counts", forged.pk, (6, 0, 0))


def test_brands_with_the_same_ids_count_apart(aurora: Brand, fjord: Brand) -> None:
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            fill_catalog(index)
    with brand_context(aurora):
        services.hold_stock(variant_id=VARIANT_ID, quantity=7, reference="h")
        assert counts(VARIANT_ID) == (100, 93, 7, 0)
    with brand_context(fjord):
        assert counts(VARIANT_ID) == (101, 101, 0, 0)
        assert EventRecord.objects.filter(topic=SHOP_TOPIC, type="stock.changed").count() == 1
        assert verify_stock().moves == 1


MOVES = st.lists(
    st.tuples(st.sampled_from(["receive", "hold", "release", "sell", "return", "correct"]), st.integers(1, 9)),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_any_walk_of_moves_recomputes_to_the_counts(in_aurora: Brand, moves: list[tuple[str, int]]) -> None:
    """A model in plain numbers beside the services: the same counts, the same refusals."""
    variant = make_variant(stock=0)
    available = held = sold = 0
    for kind, n in moves:
        try:
            if kind == "receive":
                services.receive_stock(variant_id=variant.pk, quantity=n, reference="", actor=ACTOR)
            elif kind == "correct":
                services.correct_stock(variant_id=variant.pk, total=n, reason="", actor=ACTOR)
            else:
                getattr(services, f"{kind}_stock")(variant_id=variant.pk, quantity=n, reference="")
        except Problem:
            short = {"hold": available, "release": held, "sell": held, "return": sold}
            assert n < held + sold if kind == "correct" else n > short[kind]
            continue
        match kind:
            case "receive":
                available += n
            case "hold":
                available, held = available - n, held + n
            case "release":
                available, held = available + n, held - n
            case "sell":
                held, sold = held - n, sold + n
            case "return":
                available, sold = available + n, sold - n
            case "correct":
                available = n - held - sold
    assert counts(variant.pk) == (available + held + sold, available, held, sold)
    assert verify_stock(variant.pk).faults == []
