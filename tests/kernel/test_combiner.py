"""All who wait make one batch, in their order, answered when it is done and never before."""

import asyncio
from collections.abc import Sequence

import pytest

from kernel.combiner import Combiner


class Busy(Exception):
    pass


class Writer:
    """What a batch does, at its own pace."""

    def __init__(self, limit: int = 64, waiting: int = 2000) -> None:
        self.batches: list[list[int]] = []
        self.running = 0
        self.committed = asyncio.Event()
        self.queue: Combiner[int, int] = Combiner(self.run, full=Busy, limit=limit, waiting=waiting)

    async def run(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.running += 1
        assert self.running == 1, "one writer"
        self.batches.append(list(items))
        await self.committed.wait()
        self.running -= 1
        return [ValueError("odd one") if item == 7 else item * 10 for item in items]


async def test_who_waits_makes_the_next_batch_in_order_and_is_answered_after_it() -> None:
    writer = Writer(limit=3)
    asked = [asyncio.ensure_future(writer.queue.submit(number)) for number in range(6)]
    await asyncio.sleep(0.01)
    assert writer.batches == [[0, 1, 2]]
    assert not any(future.done() for future in asked)
    assert writer.queue.depth == 3
    writer.committed.set()
    assert await asyncio.gather(*asked) == [0, 10, 20, 30, 40, 50]
    assert writer.batches == [[0, 1, 2], [3, 4, 5]]
    assert writer.queue.is_idle


async def test_a_full_queue_says_so_at_once() -> None:
    writer = Writer(limit=1, waiting=2)
    first = asyncio.ensure_future(writer.queue.submit(0))
    await asyncio.sleep(0.01)
    waiting = [asyncio.ensure_future(writer.queue.submit(number)) for number in (1, 2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await writer.queue.submit(3)
    writer.committed.set()
    assert [await first, *await asyncio.gather(*waiting)] == [0, 10, 20]


async def test_a_refusal_and_a_caller_who_left_harm_nobody_else() -> None:
    writer = Writer()
    asked = [asyncio.ensure_future(writer.queue.submit(number)) for number in (6, 7, 8)]
    await asyncio.sleep(0.01)
    asked[0].cancel()
    writer.committed.set()
    with pytest.raises(ValueError, match="odd one"):
        await asked[1]
    assert await asked[2] == 80
    assert await writer.queue.submit(1) == 10


async def test_a_batch_may_let_more_into_the_next_one() -> None:
    writer = Writer(limit=1)
    asked = [asyncio.ensure_future(writer.queue.submit(number)) for number in range(5)]
    await asyncio.sleep(0.01)
    writer.queue.limit = 100
    writer.committed.set()
    await asyncio.gather(*asked)
    assert writer.batches == [[0], [1, 2, 3, 4]]
