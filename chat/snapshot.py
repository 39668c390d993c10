"""The whole of a room at one point of the log, made at most once a second for all who join.

Not here: what belongs to one viewer (`me`); the room adds it.
"""

import asyncio
import time
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from chat.protocol import dumps
from chat.selectors import room_state
from chat.wire import Frame, Head, HeadedFrame
from kernel import clock
from kernel.eventlog.sequencer import log_epoch
from kernel.eventlog.store import SHOP_TOPIC, show_topic, topic_heads
from kernel.tenancy import run_in_brand
from streams.selectors import show_snapshot

FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`head` is the frame up to the end of its state, to which each joiner's own part is added.
    `has_choices`: it shows something on which a joiner may have voted."""

    epoch: int
    cursors: dict[str, int]
    head: Head
    has_choices: bool
    made_at: float

    def frame(self, *, me: dict[str, Any], viewers: int, ticket: str = "") -> Frame:
        """The frame for one who joins. With `ticket` they can have this show's things held without the
        socket, should it be gone when they want one."""
        moment = clock.isoformat(clock.now())
        return HeadedFrame(
            self.head, f',"viewers":{viewers},"me":{dumps(me)}}},"now":"{moment}","ticket":{dumps(ticket)}}}'
        )


def snapshot_of(epoch: int, cursors: dict[str, int], state: dict[str, Any], made_at: float) -> Snapshot:
    """A snapshot that serialises `state` once for all."""
    opening = dumps({"t": "snapshot", "epoch": epoch, "cursors": cursors})
    head = Head(f'{opening[:-1]},"state":{dumps(state)[:-1]}')
    return Snapshot(epoch, cursors, head, bool(state["poll"] or state["questions"]), made_at)


def read_snapshot(show_id: uuid.UUID) -> tuple[int, dict[str, int], dict[str, Any]]:
    """(epoch, cursors, state) of one instant. The state may already hold what has no `seq` yet;
    its event follows and changes nothing."""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursors = topic_heads([show_topic(show_id), SHOP_TOPIC])
        return log_epoch(), cursors, {**show_snapshot(show_id), **room_state(show_id)}


class Snapshots:
    """The newest snapshot of one room; those who ask at once wait for the same."""

    def __init__(self, schema: str, show_id: uuid.UUID) -> None:
        self._schema, self._show_id = schema, show_id
        self._newest: Snapshot | None = None
        self._making: asyncio.Task[Snapshot] | None = None

    async def fresh(self) -> Snapshot:
        if self._newest is not None and time.monotonic() - self._newest.made_at < FRESH_SECONDS:
            return self._newest
        if self._making is None:
            self._making = asyncio.get_running_loop().create_task(self._make())
        return await asyncio.shield(self._making)

    def forget(self) -> None:
        self._newest = None

    async def _make(self) -> Snapshot:
        try:
            made_at = time.monotonic()
            epoch, cursors, state = await run_in_brand(self._schema, read_snapshot, self._show_id)
            self._newest = snapshot_of(epoch, cursors, state, made_at)
            return self._newest
        finally:
            self._making = None
