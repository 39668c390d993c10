"""Emptying this process before it ends: its sockets are asked, one after another, to connect elsewhere.

Not here: when (config.shutdown). Whoever is asked resumes at another process, by its cursors.
"""

import asyncio
import random

import structlog

from chat.rooms import rooms

# The rest of the time is for those who are slow to leave.
SPREAD, STEP_SECONDS = 0.6, 0.1

log = structlog.get_logger(__name__)

_draining = False


def is_draining() -> bool:
    """Whether a socket that comes now had better gone elsewhere."""
    return _draining


async def drain(seconds: float) -> None:
    """Send everybody away, evenly over the first part of `seconds`, and wait until all are gone, or the
    time is over. A socket is served to its last moment; then it is told when to come again, and closed
    with 1012."""
    global _draining
    _draining = True
    loop = asyncio.get_running_loop()
    seats = [seat for room in rooms().open_rooms() for seat in room.seating.seats]
    random.shuffle(seats)
    began = loop.time()
    log.info("room.draining", sockets=len(seats), seconds=seconds)
    asked = 0
    while asked < len(seats):
        due = (loop.time() - began) / (seconds * SPREAD) * len(seats)
        while asked < min(due, len(seats)):
            seats[asked].restart()
            asked += 1
        await asyncio.sleep(STEP_SECONDS)
    while rooms().sockets and loop.time() < began + seconds:  # noqa: ASYNC110 - sockets leave by many ways
        await asyncio.sleep(STEP_SECONDS)
    log.info("room.drained", left=rooms().sockets, seconds=round(loop.time() - began, 1))
