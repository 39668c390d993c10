"""A crowd of visitors in one room: it talks at a steady rate and is cut off at random.

Not here: one visitor (visitor), and the parts that are killed under it (plant).
"""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.outages.ledger import Ledger
from benchmarks.outages.visitor import Venue, Visitor

# Twenty lines in half a minute are the most for a viewer: an author says a line each two seconds.
RATE_OF_ONE = 0.5
JOINING = 25  # at a time


@dataclass
class Crowd:
    """`rng` decides who is cut off, when and for how long: the same seed, the same cuts."""

    visitors: list[Visitor]
    ledger: Ledger
    rng: random.Random
    _stays: "list[asyncio.Task[None]]" = field(default_factory=list)

    async def join(self) -> None:
        """Everybody comes, a few at a time. Raises TimeoutError when somebody does not get in."""
        for first in range(0, len(self.visitors), JOINING):
            batch = self.visitors[first : first + JOINING]
            self._stays += [asyncio.create_task(visitor.stay()) for visitor in batch]
            await eventually(lambda batch=batch: all(visitor.present for visitor in batch), 60)  # type: ignore[misc]

    async def leave(self) -> None:
        for stay in self._stays:
            stay.cancel()
        await asyncio.gather(*self._stays, return_exceptions=True)

    async def talk(self, rate: float) -> None:
        """Say `rate` lines a second, each by another author, until cancelled."""
        authors = [visitor for visitor in self.visitors if visitor.cookie]
        if rate > len(authors) * RATE_OF_ONE:
            raise ValueError(f"{rate} lines a second need {rate / RATE_OF_ONE:.0f} authors")
        due, number = time.monotonic(), 0
        while True:
            await authors[number % len(authors)].say()
            number, due = number + 1, due + 1 / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def be_cut(self, seconds: float, *, longest: float, each: float) -> int:
        """For so long cut sockets off, each about once in `each` seconds, for 1 s up to `longest`.
        Returns how many cuts there were."""
        due, cuts = time.monotonic(), 0
        until = due + seconds
        while (due := due + self.rng.expovariate(len(self.visitors) / each)) < until:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            visitor = self.rng.choice(self.visitors)
            if visitor.present:
                visitor.cut(self.rng.uniform(1.0, longest), silently=self.rng.random() < 0.2)
                cuts += 1
        return cuts

    async def settle(self, seconds: float = 30.0) -> None:
        """Wait until everybody is back, every line has an answer, and all have been told as much."""
        await eventually(lambda: all(visitor.present for visitor in self.visitors), seconds + 60)
        await eventually(lambda: not any(visitor.waits for visitor in self.visitors), seconds)
        with contextlib.suppress(TimeoutError):
            await eventually(lambda: len({visitor.reached for visitor in self.visitors}) == 1, seconds)
        await asyncio.sleep(1.5)  # a late double would come now


def make_crowd(venue: Venue, size: int, cookies: Sequence[str], *, seed: int) -> Crowd:
    """So many visitors; those of the first cookies may speak, the others watch."""
    ledger, rng = Ledger(), random.Random(seed)
    visitors = [
        Visitor(venue, ledger, cookies[number] if number < len(cookies) else "", random.Random(rng.random()))
        for number in range(size)
    ]
    return Crowd(visitors, ledger, rng)


@contextlib.asynccontextmanager
async def talking(crowd: Crowd, rate: float) -> AsyncIterator[Crowd]:
    """The crowd is in the room and talks while the block runs; then all is settled."""
    await crowd.join()
    talk = asyncio.create_task(crowd.talk(rate))
    try:
        try:
            yield crowd
        finally:
            talk.cancel()
            await asyncio.gather(talk, return_exceptions=True)
        await crowd.settle()
    finally:
        await crowd.leave()


async def eventually(true: Callable[[], bool], seconds: float) -> None:
    """Wait until it is so. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for is a count of many
            await asyncio.sleep(0.02)
