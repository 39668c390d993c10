"""Two hundred buyers in one process: each asks, waits for the answer, and the next one takes its place.

Standard library alone: ours and the peers run it in their own environments. Not here: what is asked.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

# Takes the buyer's number; the hold's name, or None when the buyer got nothing.
Reserve = Callable[[int], Awaitable[str | None]]


@dataclass(frozen=True)
class Way:
    """One way to take units. `settled` returns when all is in the database that was promised; `granted`
    names the holds since the last call, in the order in which they were granted."""

    reserve: Reserve
    settled: Callable[[], Awaitable[None]]
    granted: Callable[[], Awaitable[Sequence[str]]]


async def crowd(way: Way, buyers: int, seconds: float, first: int) -> dict[str, Any]:
    """Let so many ask at once for so long; the figures. Buyers are numbered from `first`."""
    delays: list[float] = []
    arrived: dict[str, int] = {}
    number, refused = first, 0
    began = time.perf_counter()
    until = began + seconds

    async def buyer() -> None:
        nonlocal number, refused
        while (asked := time.perf_counter()) < until:
            me, number = number, number + 1
            hold = await way.reserve(me)
            delays.append(time.perf_counter() - asked)
            if hold is None:
                refused += 1
            else:
                arrived[hold] = me - first

    async with asyncio.TaskGroup() as group:
        for _ in range(buyers):
            group.create_task(buyer())
    answered = time.perf_counter() - began
    await way.settled()
    settled = time.perf_counter() - began
    delays.sort()
    return {
        "held": len(arrived),
        "refused": refused,
        "seconds": answered,
        "settled_seconds": settled,
        "p50_ms": delays[len(delays) // 2] * 1000,
        "p99_ms": delays[int(len(delays) * 0.99)] * 1000,
        "next": number,
        **displaced([arrived[hold] for hold in await way.granted() if hold in arrived]),
    }


def displaced(arrivals: Sequence[int]) -> dict[str, int]:
    """How far winners stand from where they came: arrival numbers in the order of the grants."""
    ranks = {number: rank for rank, number in enumerate(sorted(arrivals))}
    steps = sorted(abs(ranks[number] - rank) for rank, number in enumerate(arrivals)) or [0]
    return {"displaced_p50": steps[len(steps) // 2], "displaced_max": steps[-1]}


async def obey(way: Way) -> None:
    """Answer each line `BUYERS SECONDS` on standard input by one line of JSON, until it ends."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps({"ready": True}), flush=True)
    first = 0
    while line := await lines.readline():
        buyers, seconds = line.split()
        figures = await crowd(way, int(buyers), float(seconds), first)
        first = figures.pop("next")
        print(json.dumps(figures), flush=True)
