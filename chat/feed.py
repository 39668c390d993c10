"""One topic of one brand in this process: a ring of what happened lately, kept whole from the log.

Not here: the subscription that wakes it (hub) and the sockets (outlet, room).
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any, Protocol

import structlog
from django.db import DatabaseError

from chat import protocol
from chat.wire import Frame
from kernel import clock
from kernel.eventlog.schema import Audience, Lane, UnknownEvent, event_class
from kernel.eventlog.sequencer import log_epoch
from kernel.eventlog.store import Recorded, read_topic, topic_heads
from kernel.tenancy import run_in_brand

RING_SECONDS, RING_BYTES = 120.0, 1024 * 1024
RESUME_EVENTS = 500  # more than this is no resume; a snapshot is smaller
_TOLD = ("seq", "type", "at", "data")  # of an event's envelope; docs/concepts/room.md says so

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """What a socket may see: everybody's events, those addressed to its keys, the team's if staff."""

    keys: frozenset[str]
    is_staff: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, serialised once, with what a page needs of it: the frame names the topic, and where one
    is in it is `seq`. `public` is without the actor, who may be a buyer."""

    seq: int
    type: str
    audience: Audience
    to: str
    data: dict[str, Any]
    at: str
    public: str
    staff: str
    lane: Lane = Lane.TICK

    def visible(self, view: View) -> bool:
        if self.audience is Audience.ALL:
            return True
        if self.audience is Audience.ONE:
            return self.to in view.keys
        return view.is_staff


def entry_of(envelope: dict[str, Any], to: str) -> Entry:
    """An entry of an event's envelope. An event that this process does not know is kept from
    viewers: its range is covered all the same."""
    try:
        kind = event_class(envelope["type"], envelope["version"])
        audience, lane = kind.audience, kind.lane
    except UnknownEvent:
        audience, lane = Audience.STAFF, Lane.TICK
    told = {name: envelope[name] for name in _TOLD}
    if envelope.get("media_time") is not None:
        told["media_time"] = envelope["media_time"]
    return Entry(
        seq=envelope["seq"],
        type=envelope["type"],
        audience=audience,
        to=to,
        data=envelope["data"],
        at=envelope["at"],
        public=protocol.dumps(told),
        staff=protocol.dumps({**told, "actor": envelope["actor"]}),
        lane=lane,
    )


class Slice:
    """Joined entries of one topic: `first` to `last` without a hole. The frames that most sockets
    get are made once."""

    def __init__(self, topic: str, epoch: int, entries: Sequence[Entry], first: int, last: int) -> None:
        self.topic, self.epoch, self.entries, self.first, self.last = topic, epoch, entries, first, last

    def after(self, seq: int) -> "Slice":
        """The part above `seq`; itself when nothing is cut off."""
        if seq < self.first:
            return self
        rest = [entry for entry in self.entries if entry.seq > seq]
        return Slice(self.topic, self.epoch, rest, seq + 1, self.last)

    def frame(self, view: View) -> Frame:
        """What this view is sent."""
        if view.keys & self.addressees:
            return self._frame(view)
        return self.for_staff if view.is_staff else self.for_all

    @cached_property
    def addressees(self) -> frozenset[str]:
        """The keys of viewers who are sent something that others are not."""
        return frozenset(entry.to for entry in self.entries if entry.audience is Audience.ONE)

    @cached_property
    def for_all(self) -> Frame:
        return self._frame(View(frozenset(), is_staff=False))

    @cached_property
    def for_staff(self) -> Frame:
        return self._frame(View(frozenset(), is_staff=True))

    def _frame(self, view: View) -> Frame:
        seen = [entry.staff if view.is_staff else entry.public for entry in self.entries if entry.visible(view)]
        return Frame(protocol.events(self.topic, self.epoch, self.first, self.last, seen))


class Reader(Protocol):
    """A room in this process."""

    def take(self, part: Slice) -> None:
        """New events, in order, without a hole."""

    def start_over(self) -> None:
        """The log has a new epoch: what was sent may name other events now."""


class Feed:
    """`head` is the last `seq` handed on, `floor` the last one that the ring no longer holds.

    Redis only says that something is new. On any hole, and on every (re)connection, the log is
    read, by one reader at a time, before anything later is handed on.
    """

    def __init__(self, schema: str, topic: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.schema, self.topic = schema, topic
        self.epoch = self.head = self.floor = 0
        self.readers: set[Reader] = set()
        self.subscribed = asyncio.Event()
        self._monotonic = monotonic
        self._ring: deque[tuple[float, Entry]] = deque()
        self._bytes = 0
        self._asked = Slice(topic, 0, (), 0, 0)  # the same for all who join at one time
        self._wanted = 0
        self._catching_up: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin at the log's present head. Call after the subscription is confirmed, so that what
        is published from here on is heard."""
        self.epoch, self.head = await run_in_brand(self.schema, self._where)
        self.floor = self.head
        if self._wanted > self.head:  # published while the head was on its way here
            self.check()

    def heard(self, message: dict[str, Any]) -> None:
        """What the sequencer published: events, or the number of the last one."""
        if not self.epoch:  # still opening
            self._wanted = max(self._wanted, message["seq"] if message["kind"] == "head" else message["to"])
        elif message["epoch"] != self.epoch:
            self.check()
        elif message["kind"] == "head":
            if message["seq"] > self.head:
                self.check(above=message["seq"])
        elif message["from"] == self.head + 1 and self._catching_up is None:
            entries = []
            for envelope in message["events"]:
                to = envelope.pop("to")
                entries.append(entry_of(envelope, to))
            self._hand_on(entries, message["to"])
        elif message["to"] > self.head:
            self.check(above=message["to"])

    def check(self, above: int = 0) -> None:
        """Read the log up to `above` at least, unless that is under way."""
        self._wanted = max(self._wanted, above)
        if self.epoch and self._catching_up is None:
            self._catching_up = asyncio.get_running_loop().create_task(self._catch_up())

    async def checked(self) -> None:
        """Wait until the log was read once more."""
        self.check()
        if self._catching_up is not None:
            await self._catching_up

    def since(self, seq: int) -> Slice | None:
        """What the ring holds above `seq`; None when it reaches back less far."""
        if seq < self.floor or seq > self.head:
            return None
        if (self._asked.first, self._asked.last, self._asked.epoch) != (seq + 1, self.head, self.epoch):
            newest = takewhile(lambda entry: entry.seq > seq, (entry for _, entry in reversed(self._ring)))
            self._asked = Slice(self.topic, self.epoch, list(newest)[::-1], seq + 1, self.head)
        return self._asked

    async def resume(self, seq: int) -> list[Entry] | None:
        """Entries above `seq` out of the log, up to where the ring takes over; None when that is too
        many or too long ago for a resume."""
        if self.head - seq > RESUME_EVENTS:
            return None
        records = await run_in_brand(self.schema, read_topic, self.topic, after=seq, limit=RESUME_EVENTS)
        if not records or (clock.now() - records[0].at).total_seconds() > RING_SECONDS:
            return None
        return [_entry(record) for record in records]

    def close(self) -> None:
        if self._catching_up is not None:
            self._catching_up.cancel()

    def _where(self) -> tuple[int, int]:
        return log_epoch(), topic_heads([self.topic])[self.topic]

    async def _catch_up(self) -> None:
        try:
            while True:
                try:
                    epoch, head = await run_in_brand(self.schema, self._where)
                    if epoch != self.epoch or head < self.head:
                        self._begin_again(epoch, head)
                        return
                    records = await run_in_brand(self.schema, read_topic, self.topic, after=self.head)
                except DatabaseError as error:
                    log.warning("feed.log_unreadable", topic=self.topic, error=str(error))
                    await asyncio.sleep(0.5)
                    continue
                if records:
                    self._hand_on([_entry(record) for record in records], records[-1].seq)
                if not records or self.head >= max(head, self._wanted):
                    return
        finally:
            self._catching_up = None

    def _begin_again(self, epoch: int, head: int) -> None:
        log.warning("feed.new_epoch", topic=self.topic, epoch=epoch)
        self._ring.clear()
        self._bytes = 0
        self.epoch = epoch
        self.head = self.floor = self._wanted = head
        for reader in list(self.readers):
            reader.start_over()

    def _hand_on(self, entries: list[Entry], last: int) -> None:
        part = Slice(self.topic, self.epoch, entries, self.head + 1, last)
        self.head = last
        moment = self._monotonic()
        for entry in entries:
            self._ring.append((moment, entry))
            self._bytes += len(entry.staff)
        while self._ring and (self._bytes > RING_BYTES or self._ring[0][0] < moment - RING_SECONDS):
            _, gone = self._ring.popleft()
            self._bytes -= len(gone.staff)
            self.floor = gone.seq
        for reader in list(self.readers):
            reader.take(part)


def _entry(record: Recorded) -> Entry:
    return entry_of(record.envelope(), record.to)
