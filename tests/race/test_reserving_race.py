"""Batches at the same moment, on tables that no statistics know: nothing is sold twice, and nobody waits for a plan.

Not here: what is decided (tests/checkout/test_reserving, test_reserving_model).
"""

import datetime as dt
import threading
import uuid
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum

from catalog.errors import SoldOut
from catalog.models import Drop, Stock, StockMove
from checkout.models import Hold
from checkout.selectors.stock_agreement import verify_all
from checkout.services.ending import expire_holds
from checkout.services.holds import create_hold
from checkout.services.reserving import HoldRequest, reserve_batch
from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.factories.catalog import make_drop, make_variant
from tests.race.test_holds_race import _room_for_all, together

__all__ = ["_room_for_all"]  # a connection for each thread


def read_then_write(variant_id: uuid.UUID, barrier: threading.Barrier) -> Hold:
    """What many shops do: look how many there are, then write one less."""
    with transaction.atomic():
        stock = Stock.objects.get(pk=variant_id)
        barrier.wait(timeout=30)
        if stock.available < 1:
            raise SoldOut(available=0, quantity=1)
        hold = Hold.objects.create(
            variant_id=variant_id, quantity=1, unit_minor=100, currency="EUR", viewer_key=new_viewer().key,
            expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1),
        )  # fmt: skip
        Stock.objects.filter(pk=variant_id).update(available=stock.available - 1, held=stock.held + 1)
        return hold


def test_eight_threads_oversell_by_reading_first_and_never_by_the_batch(live_brands: dict[str, Brand]) -> None:
    brand = live_brands["aurora"]
    with brand_context(brand):
        naive, ours = make_variant(stock=4), make_variant(stock=4)
    barrier = threading.Barrier(8)
    together(brand, [partial(read_then_write, naive.pk, barrier)] * 8)
    act = partial(create_hold, variant_id=ours.pk, quantity=1, actor="viewer:x")
    results = together(brand, [lambda: act(viewer=new_viewer())] * 8)
    with brand_context(brand):
        assert (Hold.objects.filter(variant=naive).aggregate(pieces=Sum("quantity"))["pieces"] or 0) > 4
        assert Hold.objects.filter(variant=ours).count() == 4
        assert Counter(type(result) for result in results) == {Hold: 4, SoldOut: 4}


def test_two_hundred_threads_and_a_hundred_units(live_brands: dict[str, Brand]) -> None:
    """Alone and in batches, for a drop, from 200 threads: exactly its hundred units are held, each once."""
    brand = live_brands["aurora"]
    with brand_context(brand):
        drop = make_drop(variant_id=make_variant(stock=150).pk, units=100, opened=True)
    at_once = threading.Semaphore(40)  # connections; the others stand in front of the door

    def take(size: int) -> list[Any]:
        requests = [HoldRequest(new_viewer(), drop.variant_id, drop_id=drop.pk) for _ in range(size)]
        with at_once, transaction.atomic():
            return reserve_batch(requests=requests)

    results = crowd(brand, [partial(take, 1 + number % 3) for number in range(200)])
    answers = [answer for result in results for answer in result]
    assert Counter(type(answer) for answer in answers) == {Hold: 100, SoldOut: len(answers) - 100}
    with brand_context(brand):
        drop.refresh_from_db()
        assert (drop.status, drop.units_left) == ("sold_out", 0)
        assert Stock.objects.get(pk=drop.variant_id).held == 100
        assert EventRecord.objects.filter(type="hold.created").count() == 100
        assert EventRecord.objects.filter(type="drop.sold_out").count() == 1
        assert StockMove.objects.filter(kind="hold").count() == 100
        assert verify_all().faults == []


def crowd(brand: Brand, acts: list[Any]) -> list[Any]:
    """`together`, for more threads than there are connections: nobody takes one before the door."""
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        from django.db import connections

        try:
            with brand_context(brand):
                results[place] = acts[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_batches_expiry_and_second_thoughts_at_once_lose_nothing(live_brands: dict[str, Brand]) -> None:
    """Viewers in two batches at once, holds outside the drop that have to go, sweeps: no deadlock, no unit lost."""
    brand = live_brands["aurora"]
    viewers = [new_viewer() for _ in range(30)]
    with brand_context(brand):
        drop = make_drop(variant_id=make_variant(stock=60).pk, units=20, opened=True)
        for viewer in viewers[:10]:
            create_hold(viewer=viewer, variant_id=drop.variant_id, quantity=1, actor="viewer:x")
        Hold.objects.filter(viewer_key__in=[viewer.key for viewer in viewers[:5]]).update(
            expires_at=F("expires_at") - dt.timedelta(hours=1)
        )

    def take(shift: int) -> list[Any]:
        turned = viewers[shift:] + viewers[:shift]
        with transaction.atomic():
            return reserve_batch(requests=[HoldRequest(each, drop.variant_id, drop_id=drop.pk) for each in turned])

    results = together(brand, [partial(take, shift) for shift in range(0, 30, 5)] + [expire_holds] * 2)
    assert all(isinstance(result, (list, int)) for result in results), results
    with brand_context(brand):
        drop.refresh_from_db()
        assert drop.units_left == 0
        assert Hold.objects.filter(drop=drop, status="active").count() == 20
        assert verify_all().faults == []


def rows_read() -> int:
    """Rows and index entries that this transaction has looked at, of the tables that grow with a drop."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid)) "
            "FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'i') "
            "AND c.relname ~ '^(checkout_hold|checkout_order|hold_|order_|catalog_stock|stock_)'"
        )
        [total] = cursor.fetchone() or [0]
    return int(total)


@pytest.mark.parametrize("state", ["never analysed", "analysed when empty", "bloated"])
def test_a_hold_costs_the_same_however_many_there_are(live_brands: dict[str, Brand], state: str) -> None:
    """The plans of the functions are made by the first batch, on empty tables, and kept. Rows looked at, not time."""
    brand = live_brands["aurora"]
    with brand_context(brand):
        drop = make_drop(variant_id=make_variant(stock=9000).pk, units=9000, opened=True)
        if state == "analysed when empty":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE checkout_hold, checkout_holdkey, catalog_stockmove, checkout_order")

        def batch(size: int) -> float:
            requests = [
                HoldRequest(new_viewer(), drop.variant_id, drop_id=drop.pk, key=uuid.uuid4(), body_hash=b"x")
                for _ in range(size)
            ]
            with transaction.atomic():
                before = rows_read()
                answers = reserve_batch(requests=requests)
                read = rows_read() - before
            assert {type(answer) for answer in answers} == {Hold}
            return read / size

        early = batch(100)
        for _ in range(12):
            batch(250)
        if state == "bloated":
            Hold.objects.filter(drop=drop).update(expires_at=F("created_at") - dt.timedelta(hours=1))
            expire_holds()
            for _ in range(4):
                Hold.objects.filter(drop=drop).update(extended=True)
        late = batch(100)
        assert late <= early + 3, (early, late)
        assert 1 < late < 20
        assert Drop.objects.get(pk=drop.pk).units_left > 0
