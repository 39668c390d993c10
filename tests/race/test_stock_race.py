"""Many buyers at once: the race that a plain read-then-write loses, and that the services don't.

Not here: what one move does (tests/catalog/test_stock.py).
"""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections, transaction

from catalog.errors import DropNotOpen, DropStepRefused, SoldOut
from catalog.models import Drop, Stock
from catalog.selectors import verify_stock
from catalog.services.drops import close_drop, open_drop, sweep_drops
from catalog.services.stock import hold_stock, release_stock, sell_stock
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.catalog import ACTOR, VARIANT_ID, fill_catalog, make_drop, make_variant

BUYERS = 8
UNITS = 3


def at_once(calls: Sequence[Callable[[], object]]) -> list[BaseException]:
    """Run all calls in threads of their own, started together. Returns what they raised."""
    start = threading.Barrier(len(calls))
    failed: list[BaseException] = []

    def run(call: Callable[[], object]) -> None:
        try:
            start.wait(10)
            call()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return failed


def test_a_read_then_write_oversells(live_brands: dict[str, Brand]) -> None:
    """The guard off: everybody reads before anybody writes, and everybody gets a unit."""
    brand = live_brands["aurora"]
    with brand_context(brand):
        variant_id = make_variant(stock=UNITS).pk
    granted: list[int] = []
    everybody_read = threading.Barrier(BUYERS)

    def naive_hold() -> None:
        with brand_context(brand), transaction.atomic():
            stock = Stock.objects.get(pk=variant_id)
            everybody_read.wait(10)
            if stock.available >= 1:
                stock.available -= 1
                stock.held += 1
                stock.save()
                granted.append(1)

    assert at_once([naive_hold] * BUYERS) == []
    with brand_context(brand):
        held = Stock.objects.get(pk=variant_id).held
    assert len(granted) == BUYERS > UNITS  # eight buyers were promised three units
    assert held < len(granted)  # and the row has forgotten most of them


def test_holds_never_exceed_the_units(live_brands: dict[str, Brand]) -> None:
    """The guard on, in two brands with the same ids at the same time."""
    for index, brand in enumerate(live_brands.values()):
        with brand_context(brand):
            fill_catalog(index)
            Stock.objects.filter(pk=VARIANT_ID).update(total=UNITS + index, available=UNITS + index)
    outcomes: Counter[tuple[str, str]] = Counter()

    def buyer(brand: Brand) -> Callable[[], None]:
        def hold() -> None:
            for number in range(3):
                try:
                    with brand_context(brand), transaction.atomic():
                        hold_stock(variant_id=VARIANT_ID, quantity=1, reference=f"hld_{number}")
                    outcomes[brand.slug, "granted"] += 1
                except SoldOut:
                    outcomes[brand.slug, "sold out"] += 1

        return hold

    calls = [buyer(brand) for brand in live_brands.values() for _ in range(BUYERS // 2)]
    assert at_once(calls) == []
    assert outcomes == {
        ("aurora", "granted"): UNITS,
        ("aurora", "sold out"): 12 - UNITS,
        ("fjord", "granted"): UNITS + 1,
        ("fjord", "sold out"): 12 - UNITS - 1,
    }


def test_a_drop_never_oversells_and_opens_again_when_units_come_back(live_brands: dict[str, Brand]) -> None:
    brand = live_brands["aurora"]
    with brand_context(brand):
        variant_id = make_variant(stock=50).pk
        drop_id = make_drop(variant_id=variant_id, units=UNITS, opened=True).pk
    holding: list[int] = []
    most = [0]
    lock = threading.Lock()

    def buyer() -> None:
        chance = random.Random(threading.get_ident())
        for _ in range(15):
            try:
                with brand_context(brand), transaction.atomic():
                    hold_stock(variant_id=variant_id, quantity=1, reference="h", drop_id=drop_id)
            except SoldOut:
                continue
            with lock:
                holding.append(1)
                most[0] = max(most[0], len(holding))
            if chance.random() < 0.7:
                with lock:
                    holding.pop()
                with brand_context(brand), transaction.atomic():
                    release_stock(variant_id=variant_id, quantity=1, reference="h", drop_id=drop_id)

    assert at_once([buyer] * BUYERS) == []
    with brand_context(brand):
        drop, stock = Drop.objects.get(pk=drop_id), Stock.objects.get(pk=variant_id)
        assert 1 <= most[0] <= UNITS
        assert stock.held == len(holding) == UNITS - drop.units_left
        assert drop.status == ("sold_out" if drop.units_left == 0 else "open")
        assert verify_stock().faults == []


def test_any_mix_of_moves_adds_up_and_nobody_waits_for_ever(live_brands: dict[str, Brand]) -> None:
    """Holds, sales and releases while a host opens and closes and the sweep runs: no deadlock, no
    unit lost, the journal bears every count out."""
    brand = live_brands["aurora"]
    with brand_context(brand):
        variant_id = make_variant(stock=40).pk
        drop_ids = [make_drop(variant_id=variant_id, units=10).pk for _ in range(4)]

    def move(action: Callable[[], object]) -> bool:
        try:
            with brand_context(brand), transaction.atomic():
                action()
        except (SoldOut, DropNotOpen):
            return False
        return True

    def buyer() -> None:
        chance = random.Random(threading.get_ident())
        for _ in range(25):
            drop_id: uuid.UUID | None = chance.choice([None, *drop_ids])
            what: dict[str, Any] = {
                "variant_id": variant_id,
                "quantity": chance.randint(1, 2),
                "reference": "h",
                "drop_id": drop_id,
            }
            if not move(lambda: hold_stock(**what)):  # noqa: B023 - called before the next round
                continue
            end = sell_stock if chance.random() < 0.3 else release_stock
            assert move(lambda: end(**what))  # noqa: B023

    def host() -> None:
        with brand_context(brand):
            for drop_id in drop_ids:
                open_drop(drop_id=drop_id, actor=ACTOR)
                threading.Event().wait(0.05)
                sweep_drops()
                try:
                    close_drop(drop_id=drop_id, actor=ACTOR)
                except DropStepRefused as refused:
                    raise AssertionError("only this thread closes") from refused

    assert at_once([buyer] * (BUYERS - 1) + [host]) == []
    with brand_context(brand):
        stock = Stock.objects.get(pk=variant_id)
        assert stock.held == 0
        assert stock.total == 40
        assert verify_stock().faults == []
        for drop in Drop.objects.filter(pk__in=drop_ids):
            assert drop.status == "closed"
        sold_in_drops = sum(drop.units - drop.units_left for drop in Drop.objects.filter(pk__in=drop_ids))
        assert sold_in_drops <= stock.sold


def test_one_of_two_hosts_opens_a_drop(live_brands: dict[str, Brand]) -> None:
    brand = live_brands["fjord"]
    with brand_context(brand):
        drop_id = make_drop().pk

    def opens() -> None:
        with brand_context(brand):
            open_drop(drop_id=drop_id, actor=ACTOR)

    failed = at_once([opens] * 4)
    assert [type(error) for error in failed] == [DropStepRefused] * 3
