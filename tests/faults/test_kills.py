"""kill -9 of each part during a show: nothing acknowledged is lost or doubled, and all hear on."""

import asyncio

import pytest

from benchmarks.outages.crowd import Crowd, talking
from benchmarks.outages.kills import PARTS, Outage
from benchmarks.outages.plant import House, Plant
from tests.faults.conftest import RATE, verdict_of

pytestmark = [pytest.mark.slow, pytest.mark.faults]
ROUNDS = 2  # ten in the benchmark


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_costs_no_line(part: str, plant: Plant, house: House, crowd: Crowd) -> None:
    async def show() -> list[Outage]:
        async with talking(crowd, RATE):
            await asyncio.sleep(1)
            return [await PARTS[part](plant, crowd) for _ in range(ROUNDS)]

    outages = asyncio.run(show())
    verdict = verdict_of(plant, house, crowd)
    assert (verdict.lost, verdict.doubled, verdict.failed_yet_there, verdict.unknown) == (0, 0, 0, 0)
    assert verdict.faults == []
    assert verdict.acked > 40
    assert max(outage.resume_p95 for outage in outages) <= 3.0
    if part == "sequencer":
        assert max(outage.takeover for outage in outages) <= 2.0
    if part in ("redis", "web"):
        assert max(outage.takeover for outage in outages) <= 3.0, "the room goes on without it"
