"""Sockets that are cut at random: nobody loses a line, gets one twice, or stands in silence."""

import asyncio

import pytest

from benchmarks.outages.crowd import Crowd, talking
from benchmarks.outages.plant import House, Plant
from tests.faults.conftest import RATE, verdict_of

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def test_cut_sockets_miss_nothing(plant: Plant, house: House, crowd: Crowd) -> None:
    """A hundred sockets, cut for 1–6 s, by a reset or by silence; 1,000 for up to 60 s in the benchmark."""

    async def show() -> int:
        async with talking(crowd, RATE):
            return await crowd.be_cut(10, longest=6, each=6)

    cuts = asyncio.run(show())
    verdict = verdict_of(plant, house, crowd)
    assert cuts > 40
    assert verdict.acked > 150
    assert (verdict.lost, verdict.doubled, verdict.failed_yet_there, verdict.unknown) == (0, 0, 0, 0)
    assert verdict.faults == []
    assert verdict.gaps == 0, "six seconds are within the ring, and within the log's reach"
