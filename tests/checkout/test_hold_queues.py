"""The queue for one thing: first come is first served, nobody is answered before the commit, and the line in
front of a full one is honest.

Not here: how a request comes to it (tests/checkout/test_hold_route.py, tests/chat/test_hold_doors.py).
"""

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import OperationalError

from catalog.errors import SoldOut
from catalog.models import Stock
from checkout.doors import queues
from checkout.doors.answers import Held
from checkout.doors.line import Line
from checkout.doors.queues import HoldQueues, decide
from checkout.errors import AnswerUnknown, InLine
from checkout.models import Hold
from checkout.services.reserving import HoldRequest
from kernel import ids
from kernel.errors import Problem
from kernel.tenancy import brand_context, run_in_brand
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.factories.catalog import make_variant


class Gate:
    """Lets a test hold a batch back in its thread, before it decides."""

    def __init__(self) -> None:
        self.batches: list[list[HoldRequest]] = []
        self.open = threading.Event()
        self.failing = False

    def decide(self, *, requests: Sequence[HoldRequest]) -> list[Held | Problem]:
        self.batches.append(list(requests))
        assert self.open.wait(10)
        if self.failing:
            raise OperationalError("the connection is gone")
        return decide(requests=requests)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate()
    monkeypatch.setattr(queues, "decide", made.decide)
    yield made
    made.open.set()


def stocked(brand: Brand, stock: int) -> uuid.UUID:
    with brand_context(brand):
        return make_variant(stock=stock).pk


@pytest.fixture
def five(live_brands: dict[str, Brand]) -> uuid.UUID:
    return stocked(live_brands["aurora"], 5)


def wish(variant_id: uuid.UUID) -> HoldRequest:
    return HoldRequest(viewer=new_viewer(), variant_id=variant_id, key=uuid.uuid4(), body_hash=bytes(16))


async def settled(asked: Sequence["asyncio.Future[Held]"]) -> list[str]:
    """What came of each: "held" or a code."""
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return [answer.code if isinstance(answer, Problem) else "held" for answer in answers if _known(answer)]


def _known(answer: object) -> bool:
    assert isinstance(answer, (Held, Problem)), answer
    return True


async def test_first_come_is_first_served(live_brands: dict[str, Brand]) -> None:
    """Five pieces, forty who ask in a row: the first five have them."""
    aurora, counter = live_brands["aurora"], HoldQueues()
    variant_id = await run_in_brand(aurora, lambda: make_variant(stock=5).pk)
    asked = [asyncio.ensure_future(counter.hold(brand=aurora, request=wish(variant_id))) for _ in range(40)]
    assert await settled(asked) == ["held"] * 5 + ["sold_out"] * 35


async def test_nobody_is_answered_before_the_commit(live_brands: dict[str, Brand], five: uuid.UUID) -> None:
    """What an answer says can be read by everybody else when it is given."""
    aurora, counter = live_brands["aurora"], HoldQueues()
    held = await counter.hold(brand=aurora, request=wish(five))
    found = await run_in_brand(aurora, lambda: Hold.objects.get().public_id)
    assert found.encode() in held.body


async def test_who_comes_while_a_batch_runs_makes_the_next_one(
    live_brands: dict[str, Brand], five: uuid.UUID, gate: Gate
) -> None:
    aurora, counter = live_brands["aurora"], HoldQueues()
    asked = [asyncio.ensure_future(counter.hold(brand=aurora, request=wish(five))) for _ in range(8)]
    await _until(lambda: len(gate.batches) == 1)
    more = [asyncio.ensure_future(counter.hold(brand=aurora, request=wish(five))) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert not any(future.done() for future in (*asked, *more))
    gate.open.set()
    assert await settled([*asked, *more]) == ["held"] * 5 + ["sold_out"] * 6
    assert [len(batch) for batch in gate.batches] == [8, 3]


async def test_sold_out_reaches_all_who_wait_at_once(
    live_brands: dict[str, Brand], five: uuid.UUID, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of ten, until the last unit is gone; then one for the hundred who are left, among them one who
    has a hold and missed the answer."""
    monkeypatch.setattr(queues, "BATCH", 10)
    aurora, counter = live_brands["aurora"], HoldQueues()
    gate.open.set()
    lucky = wish(five)
    first = await counter.hold(brand=aurora, request=lucky)
    asked = [asyncio.ensure_future(counter.hold(brand=aurora, request=wish(five))) for _ in range(110)]
    again = asyncio.ensure_future(counter.hold(brand=aurora, request=lucky))
    assert await settled(asked) == ["held"] * 4 + ["sold_out"] * 106
    assert (await again).body == first.body
    assert [len(batch) for batch in gate.batches] == [1, 10, 101]


async def test_a_lost_database_is_no_answer(live_brands: dict[str, Brand], five: uuid.UUID, gate: Gate) -> None:
    """Unknown is not no: asked again under the same key, the buyer has their hold, once."""
    aurora, counter, asked = live_brands["aurora"], HoldQueues(), wish(five)
    gate.open.set()
    gate.failing = True
    with pytest.raises(AnswerUnknown) as unknown:
        await counter.hold(brand=aurora, request=asked)
    assert unknown.value.retry_after == 1
    gate.failing = False
    await counter.hold(brand=aurora, request=asked)
    assert await run_in_brand(aurora, lambda: Stock.objects.get().held) == 1


async def test_a_full_queue_has_an_honest_line(
    live_brands: dict[str, Brand], five: uuid.UUID, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three fit. The next two are told how many are ahead, keep their order while they come back, and get in
    before somebody who came later."""
    monkeypatch.setattr(queues, "WAITING", 3)
    aurora, counter = live_brands["aurora"], HoldQueues()
    inside = [asyncio.ensure_future(counter.hold(brand=aurora, request=wish(five)))]
    await _until(lambda: len(gate.batches) == 1)
    inside += [asyncio.ensure_future(counter.hold(brand=aurora, request=wish(five))) for _ in range(3)]
    await asyncio.sleep(0)
    early, late, latest = wish(five), wish(five), wish(five)

    async def place(request: HoldRequest) -> int:
        with pytest.raises(InLine) as line:
            await counter.hold(brand=aurora, request=request)
        assert line.value.retry_after
        assert str(line.value.data["place"]) in line.value.detail
        return int(line.value.data["place"])

    assert [await place(early), await place(late), await place(early), await place(latest)] == [4, 5, 4, 6]
    gate.open.set()
    assert await settled(inside) == ["held"] * 4
    assert await settled([asyncio.ensure_future(counter.hold(brand=aurora, request=early))]) == ["held"]
    with pytest.raises(SoldOut):
        await counter.hold(brand=aurora, request=late)
    assert await run_in_brand(aurora, lambda: Stock.objects.get().available) == 0


async def test_things_do_not_wait_for_one_another(live_brands: dict[str, Brand], gate: Gate) -> None:
    aurora, counter = live_brands["aurora"], HoldQueues()
    one, other = [await run_in_brand(aurora, lambda: make_variant(stock=5).pk) for _ in range(2)]
    asked = [asyncio.ensure_future(counter.hold(brand=aurora, request=wish(thing))) for thing in (one, other)]
    await _until(lambda: len(gate.batches) == 2)
    gate.open.set()
    assert await settled(asked) == ["held"] * 2


async def test_a_queue_that_nobody_waits_in_is_forgotten(live_brands: dict[str, Brand], five: uuid.UUID) -> None:
    """Anybody may ask for anything, also for what does not exist: that must not fill the memory."""
    aurora, counter = live_brands["aurora"], HoldQueues()
    for thing in (five, ids.uuid7(), ids.uuid7()):
        await settled([asyncio.ensure_future(counter.hold(brand=aurora, request=wish(thing)))])
    assert counter.waiting == 0


def test_a_line_forgets_who_does_not_come_back() -> None:
    line = Line()
    for number, name in enumerate("abc"):
        assert line.place(name, now=0.0) == number + 1
        line.keep(name, until=10.0)
    line.keep("b", until=30.0)
    assert [line.place(name, now=5.0) for name in "abcd"] == [1, 2, 3, 4]
    assert [line.place(name, now=20.0) for name in "bd"] == [1, 3], "c is noticed when the front comes to it"
    line.leave("b")
    assert line.place("d", now=20.0) == 1
    assert not line


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0.005)
