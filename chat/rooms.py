"""The rooms of this process, and the beat that counts them: presence, ticks, hearts.

Not here: one room (room).
"""

import asyncio
import uuid
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

import redis
import redis.asyncio as aioredis
import structlog

from chat import presence
from chat.batches import Batches, batcher
from chat.delays import delay_of
from chat.doors import doors
from chat.presence import Share
from chat.protocol import CLOSE_SUSPENDED, Hello
from chat.room import Room
from chat.seating import RESTART_SPREAD_MS, Seat
from chat.services.rooms import count_reactions
from kernel import clock
from kernel.redis import subscriber
from kernel.tenancy import active_schemas, run_in_brand, run_in_public

BEAT_SECONDS = 1.0
COUNT_EVERY, SAVE_EVERY, IDLE_EVERY = 2, 5, 30  # beats
# More than this would wait for their snapshot longer than a page has patience.
MOST_WELCOMES, WELCOMES_A_SECOND = 3000, 700

log = structlog.get_logger(__name__)

_registries: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Rooms]" = weakref.WeakKeyDictionary()


def rooms() -> "Rooms":
    """The rooms of the running event loop: one registry per process, save in tests."""
    loop = asyncio.get_running_loop()
    if loop not in _registries:
        _registries[loop] = Rooms()
    return _registries[loop]


@dataclass(slots=True)
class _Slot:
    room: Room
    opening: "asyncio.Task[None]"
    sockets: int = 0

    @property
    def is_open(self) -> bool:
        return self.opening.done() and not self.opening.cancelled() and self.opening.exception() is None


@dataclass(eq=False)
class Rooms:
    """Rooms by (schema, show), each kept while a socket is in it. `_redis` is there while they beat."""

    _redis: aioredis.Redis = field(init=False)
    _slots: dict[tuple[str, uuid.UUID], _Slot] = field(default_factory=dict)
    _beating: "asyncio.Task[None] | None" = None
    _welcoming: int = 0
    _closing: "set[asyncio.Task[None]]" = field(default_factory=set)
    _batches_of: Callable[[str], Batches] = field(default_factory=batcher)

    async def enter(self, schema: str, show_id: uuid.UUID) -> Room:
        """The open room; call `leave` for each `enter` that returned. Raises ShowNotFound."""
        key = (schema, show_id)
        slot = self._slots.get(key)
        if slot is None:
            room = Room(schema, show_id, self._batches_of(schema))
            slot = self._slots[key] = _Slot(room, asyncio.get_running_loop().create_task(room.open()))
        slot.sockets += 1
        try:
            await asyncio.shield(slot.opening)
        except BaseException:
            self._release(slot)
            raise
        if self._beating is None:
            self._beating = asyncio.get_running_loop().create_task(self._beat())
        return slot.room

    @property
    def sockets(self) -> int:
        """How many sockets are in rooms here, or on their way in."""
        return sum(slot.sockets for slot in self._slots.values())

    def open_rooms(self) -> list[Room]:
        return [slot.room for slot in self._slots.values() if slot.is_open]

    def leave(self, room: Room) -> None:
        """One socket less; the last one closes the room."""
        self._release(self._slots[(room.schema, room.show_id)])

    async def welcome(self, room: Room, seat: Seat, hello: Hello) -> None:
        """Bring a socket to the room's present, unless too many wait for that: a restart brings a whole
        audience at once, and who is sent away with a time to come again is served sooner than all."""
        if self._welcoming >= MOST_WELCOMES:
            seat.restart(spread_ms=max(RESTART_SPREAD_MS, self._welcoming * 1000 // WELCOMES_A_SECOND))
            return
        self._welcoming += 1
        try:
            await room.welcome(seat, hello)
        finally:
            self._welcoming -= 1

    def _release(self, slot: _Slot) -> None:
        """Also for a socket that went while the room was opening: nobody waits for it then."""
        slot.sockets -= 1
        if slot.sockets:
            return
        key = (slot.room.schema, slot.room.show_id)
        if self._slots.get(key) is slot:
            del self._slots[key]
        if not slot.opening.done():
            slot.opening.cancel()  # the room gives back by itself what it has taken
        elif slot.is_open:
            closing = asyncio.get_running_loop().create_task(self._close(slot.room))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def _close(self, room: Room) -> None:
        await self._send_hearts(room, is_last=True)
        await room.save_visits()
        await room.close()

    async def _beat(self) -> None:
        beat = 0
        self._redis = subscriber()
        try:
            while self._slots:
                await asyncio.sleep(BEAT_SECONDS)
                beat += 1
                try:
                    await self._beat_once(beat)
                except Exception:
                    # One beat that fails must not be the last one of the process.
                    log.exception("rooms.beat_failed")
        finally:
            self._beating = None
            await self._redis.aclose()

    async def _beat_once(self, beat: int) -> None:
        open_rooms = self.open_rooms()
        for room in open_rooms:
            room.attendance.beat(clock.now())
            if beat % IDLE_EVERY == 0:
                room.attendance.end_idle(clock.now())
        await self._close_suspended(open_rooms)
        if beat % COUNT_EVERY == 0:
            await self._count(open_rooms)
        for room in open_rooms:
            room.tick()
        await asyncio.gather(*map(self._send_hearts, open_rooms))
        if beat % SAVE_EVERY == 0:
            await asyncio.gather(*(room.save_visits() for room in open_rooms))

    async def _count(self, open_rooms: list[Room]) -> None:
        """Report this process's counts. Without Redis each process shows its own."""
        shares = {
            (room.schema, room.show_id): Share(room.attendance.present, *room.attendance.take_changes())
            for room in open_rooms
        }
        histograms = {(room.schema, room.show_id): room.delays.beat() for room in open_rooms}
        try:
            sums = await asyncio.wait_for(presence.report(self._redis, shares), 1.0)
            delays = await asyncio.wait_for(presence.share_delays(self._redis, histograms), 1.0)
            doors.hear(await asyncio.wait_for(presence.share_crowd(self._redis, doors.crowd()), 1.0))
            for room in open_rooms:
                room.is_estimate = False
        except (redis.RedisError, OSError, TimeoutError) as error:
            log.info("presence.without_redis", error=str(error))
            await self._redis.connection_pool.disconnect()  # the next count begins with a clean line
            doors.hear({})
            sums = [len(share.present) for share in shares.values()]
            for room, share in zip(open_rooms, shares.values(), strict=True):
                room.attendance.give_back_changes(share.came, share.went)
                room.is_estimate = True
            delays = [delay_of([histogram]) for histogram in histograms.values()]
        for room, viewers, delay in zip(open_rooms, sums, delays, strict=True):
            room.viewers = viewers
            room.tell_team(delay)

    async def _close_suspended(self, open_rooms: list[Room]) -> None:
        try:
            active = set(await run_in_public(active_schemas))
        except Exception as error:
            log.warning("rooms.brands_unreadable", error=str(error))
            return
        for room in open_rooms:
            if room.schema not in active:
                for seat in list(room.seating.seats):
                    seat.outlet.close(CLOSE_SUSPENDED)

    async def _send_hearts(self, room: Room, *, is_last: bool = False) -> None:
        """Add the sum of the last second to the room's; kept for the next beat if that did not work. A
        sum that was added while another process had told the log is told with the next one's turn."""
        count, room.hearts = room.hearts, 0
        if not count and not room.owes_hearts:
            return
        try:
            told = await run_in_brand(room.schema, count_reactions, show_id=room.show_id, count=count, is_last=is_last)
        except Exception as error:
            log.warning("reactions.not_counted", error=str(error))
            room.hearts += count
        else:
            room.owes_hearts = not told
