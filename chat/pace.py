"""When a room's frames leave: at once while it is quiet, seldom enough for its size when it is not.

Not here: to whom (seating). The cost is per frame and socket, not per event, so waiting events share one.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from chat.feed import Entry, Slice
from kernel.eventlog.schema import Lane

LEVEL_SECONDS = 0.5
# What a frame costs for one socket, and the share of a core that one room may take for them.
FRAME_SECONDS, SHARE = 10e-6, 0.25
MOST_OWED = 1.0  # seconds that a burst of urgent frames may hold up the rest


def gap_seconds(seats: int) -> float:
    """The mean time between two frames of a full room with so many sockets in this process; half at least."""
    return max(settings.ROOM_TICK_SECONDS, seats * FRAME_SECONDS / SHARE)


@dataclass(slots=True)
class _Waiting:
    due: float
    parts: list[Slice] = field(default_factory=list)


class Pace:
    """`send` gets the joined parts of one topic at a time. Topics wait apart, so that levels of stock
    may wait longer than chat; an urgent event takes all that waits along, and leaves last."""

    def __init__(
        self,
        send: Callable[[Slice], None],
        seats: Callable[[], int],
        loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.get_running_loop,
    ) -> None:
        self._send, self._seats, self._loop = send, seats, loop
        self._waiting: dict[str, _Waiting] = {}
        self._free_at = self._level_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def take(self, part: Slice) -> None:
        """Send a part now or, with what else comes meanwhile, when its time has come."""
        now = self._loop().time()
        lanes = {_lane(entry) for entry in part.entries}
        due = self._level_at if Lane.LEVEL in lanes else self._free_at
        waiting = self._waiting.pop(part.topic, None) or _Waiting(due)
        waiting.due = max(waiting.due, due)
        waiting.parts.append(part)
        self._waiting[part.topic] = waiting  # the last to leave, if all leave
        if Lane.URGENT in lanes:
            self._leave(list(self._waiting), now)
        else:
            self._leave([topic for topic, other in self._waiting.items() if other.due <= now], now)

    def spend(self) -> None:
        """Count a frame that left beside the log's."""
        self._owe(self._loop().time())

    def forget(self) -> None:
        """Send nothing of what waits: the room ends or starts over."""
        self._waiting.clear()
        self._set_timer()

    def _leave(self, topics: Sequence[str], now: float) -> None:
        for topic in topics:
            part = _joined(self._waiting.pop(topic).parts)
            self._owe(now)
            if any(entry.lane is Lane.LEVEL for entry in part.entries):
                self._level_at = max(self._free_at, now + LEVEL_SECONDS)
            self._send(part)
        self._set_timer()

    def _owe(self, now: float) -> None:
        """A frame that leaves later than it might have gives the next one up to half a gap: else one late
        line of a steady chat would make all later ones wait."""
        gap = gap_seconds(self._seats())
        self._free_at = min(max(self._free_at, now - gap / 2) + gap, now + max(gap, MOST_OWED))

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            due = min(waiting.due for waiting in self._waiting.values())
            self._timer = self._loop().call_at(due, self._wake)

    def _wake(self) -> None:
        self._timer = None
        now = self._loop().time()
        due = [topic for topic, waiting in self._waiting.items() if waiting.due <= now]
        self._leave(due, now)


def _lane(entry: Entry) -> Lane:
    """An empty level is news."""
    if entry.lane is Lane.LEVEL and 0 in (entry.data.get("available"), entry.data.get("drop_units_left")):
        return Lane.URGENT
    return entry.lane


def _joined(parts: Sequence[Slice]) -> Slice:
    """One part with the range of all; of several levels of one thing only the last is told."""
    if len(parts) == 1:
        entries = parts[0].entries
    else:
        entries = [entry for part in parts for entry in part.entries]
    newest = {_subject(entry): entry.seq for entry in entries if entry.lane is Lane.LEVEL}
    if newest:
        entries = [entry for entry in entries if newest.get(_subject(entry), entry.seq) == entry.seq]
    elif len(parts) == 1:
        return parts[0]
    return Slice(parts[0].topic, parts[0].epoch, entries, parts[0].first, parts[-1].last)


def _subject(entry: Entry) -> tuple[Any, ...]:
    return (entry.type, entry.data.get("variant_id"), entry.data.get("drop_id"))
