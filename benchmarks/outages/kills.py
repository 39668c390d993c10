"""Kills one part during a show, brings it back, and times how long the crowd takes to hear on.

Not here: what was lost meanwhile; the judge says that at the end (verdict).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.outages.crowd import Crowd, eventually
from benchmarks.outages.plant import Plant
from benchmarks.report import percentile

DOWN_SECONDS, PATIENCE = 1.0, 40.0


@dataclass(frozen=True, slots=True)
class Outage:
    """`resumed`: for each visitor, seconds from the part's return until it got a line said after that.
    `takeover`: seconds from the kill until anybody got a line said after it."""

    resumed: list[float]
    takeover: float

    @property
    def resume_p95(self) -> float:
        return percentile(self.resumed, 0.95)


async def kill_web(plant: Plant, crowd: Crowd) -> Outage:
    """A socket process, with all the sockets on it."""
    port = crowd.rng.choice(plant.ports)

    async def back() -> None:
        plant.restart_web(port)
        await plant.ready(port)

    return await _outage(crowd, lambda: plant.kill(f"web-{port}"), back)


async def kill_redis(plant: Plant, crowd: Crowd) -> Outage:
    """Redis, which comes back empty."""
    return await _outage(crowd, plant.kill_redis, lambda: asyncio.to_thread(plant.redis.start))


async def kill_sequencer(plant: Plant, crowd: Crowd) -> Outage:
    """The sequencer that leads; the other one takes over, and it comes back as the standby."""
    name = plant.leader()

    async def back() -> None:
        plant.start_sequencer(name)
        await asyncio.to_thread(plant.wait_for_sequencer, name)

    return await _outage(crowd, lambda: plant.kill(name), back)


async def kill_postgres(plant: Plant, crowd: Crowd) -> Outage:
    """PostgreSQL, in the middle of whatever it does."""
    return await _outage(crowd, plant.kill_postgres, lambda: asyncio.to_thread(plant.postgres.start))


PARTS: dict[str, Callable[[Plant, Crowd], Awaitable[Outage]]] = {
    "web": kill_web,
    "redis": kill_redis,
    "sequencer": kill_sequencer,
    "postgres": kill_postgres,
}


async def _outage(crowd: Crowd, kill: Callable[[], None], back: Callable[[], Awaitable[None]]) -> Outage:
    kill()
    killed = time.monotonic()
    first = asyncio.create_task(_heard(crowd, killed, some=True))
    await asyncio.sleep(DOWN_SECONDS)
    await back()
    returned = time.monotonic()
    takeover = min(await first) - killed
    resumed = [moment - returned for moment in await _heard(crowd, returned)]
    await eventually(lambda: all(visitor.present for visitor in crowd.visitors), PATIENCE)
    return Outage(resumed, takeover)


async def _heard(crowd: Crowd, since: float, *, some: bool = False) -> list[float]:
    """When each visitor got the first line said after `since`; with `some` when the first of them did."""
    enough = any if some else all
    await eventually(lambda: enough(visitor.newest >= since for visitor in crowd.visitors), PATIENCE)
    return [visitor.first_after(since) for visitor in crowd.visitors if visitor.newest >= since]
