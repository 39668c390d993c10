"""One show's room in this process: its seats, what it remembers, and how a socket is let in.

Not here: what people do in it (acts) and which rooms there are (rooms).
"""

import asyncio
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from django.db import DatabaseError

from chat import presence, protocol
from chat.attendance import Attendance
from chat.batches import BUSY, Batches
from chat.delays import Delay, Delays
from chat.feed import Entry, Feed, Slice
from chat.hub import hub
from chat.memory import RoomMemory
from chat.models import Message
from chat.pace import Pace
from chat.people import Person, viewer_of
from chat.seating import Seat, Seating
from chat.selectors import load_blocklist, load_memory, own_choices, staff_names
from chat.snapshot import Snapshots
from chat.wire import Frame
from chat.writer import Line
from checkout.doors import tickets
from kernel import clock, ids
from kernel.combiner import Combiner
from kernel.eventlog.store import SHOP_TOPIC, show_topic
from kernel.tenancy import run_in_brand
from streams.access import may_enter
from streams.selectors import show_by_id
from streams.services.audience import record_visits

_TEAM_CHANGED = frozenset(["member.joined", "member.removed", "member.role_changed"])
# A socket that is known as a member's was opened after they had joined, however late the room hears of it.
_RIGHTS_CHANGED = frozenset(["member.removed", "member.role_changed"])
# After these the room's copy of the show is old; after some, not everybody may stay.
_SHOW_CHANGED = frozenset(
    "show.scheduled show.rescheduled show.withdrawn show.lobby_opened show.cancelled show.started show.ended "  # noqa: SIM905
    "replay.published broadcast.playable access.changed".split()
)
# Whose visits are written down: once a show is over what came later is no part of it.
_COUNTED = frozenset(["scheduled", "lobby", "live", "ended"])
_ACCESS_CHANGED = frozenset(["access.changed", "show.withdrawn"])

AGAIN_SECONDS = 0.5  # when the database is away
REPORT_SECONDS = 5.0  # between two reports of one page

log = structlog.get_logger(__name__)


class Room:
    """Opened by its first socket, closed by its last. `memory` and `show` are right from `open` on."""

    memory: RoomMemory

    def __init__(self, schema: str, show_id: uuid.UUID, batches: Batches) -> None:
        self.schema, self.show_id, self.batches = schema, show_id, batches
        self.seating = Seating()
        self._pace = Pace(self.seating.carry, lambda: len(self.seating.seats))
        self.viewers = self.reactions = self.hearts = 0
        self.owes_hearts = False  # some of them are counted and not told
        self.is_estimate = False  # of the viewers: those of this process alone, when Redis is away
        self._told = (0, False)
        self.delays, self.attendance = Delays(), Attendance()
        self._feeds: dict[str, Feed] = {}
        self._early: list[Entry] | None = []
        self._snapshots = Snapshots(schema, show_id)
        self._choices: Combiner[str, dict[str, Any]] = Combiner(self._read_choices, full=BUSY, limit=500)
        self._posting: dict[tuple[str, uuid.UUID], asyncio.Task[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._reloading = asyncio.Lock()
        self._accesses = 0  # how often it was read anew who may enter

    async def open(self) -> None:
        """Take part in the topics, then load: what happens in between is applied after. Raises
        ShowNotFound, before anything is taken part in."""
        self.show = await run_in_brand(self.schema, show_by_id, self.show_id)
        try:
            for topic in (show_topic(self.show_id), SHOP_TOPIC):
                self._feeds[topic] = await hub().attach(self.schema, topic, self)
            self.memory = await run_in_brand(self.schema, load_memory, self.show_id)
            self.show = await run_in_brand(self.schema, show_by_id, self.show_id)
        except BaseException:
            await self.close()
            raise
        early, self._early = self._early or [], None
        self.seating.told = self._heads()
        for entry in early:
            self.memory.apply(entry)
            self._follow(entry)

    async def close(self) -> None:
        self._pace.forget()
        for task in self._tasks:
            task.cancel()
        for feed in self._feeds.values():
            await hub().detach(feed, self)

    async def admits(self, seat: Seat) -> bool:
        """Whether this show may be watched from this seat, as it is read now."""
        seat.admitted = self._accesses
        if seat.person and seat.person.is_staff:
            return True
        if self.show.status == "draft":
            await self._reload_show()  # nobody is turned away by an old copy
        if self.show.status == "draft":
            return False
        if not self.show.is_private:
            return True
        return await run_in_brand(self.schema, may_enter, self.show, cookies=seat.cookies)

    def is_shut_to(self, seat: Seat) -> bool:
        """Whether a ban means whom this seat belongs to, also one who only watches."""
        return self.memory.is_banned(seat.person or seat.stranger)

    async def welcome(self, seat: Seat, hello: protocol.Hello) -> None:
        """Bring a socket to the present: on from its cursors where that can be told whole, else by a
        snapshot. From then on it gets what happens."""
        if hello.cursors:
            if hello.epoch is not None and await self._resume(seat, hello.cursors, hello.epoch):
                return
            for topic in hello.cursors.keys() & self._feeds.keys():
                seat.send(protocol.gap(topic))
        await self._send_snapshot(seat)

    def leave(self, seat: Seat) -> None:
        self._rise(seat)
        seat.outlet.abandon()

    def take(self, part: Slice) -> None:
        """New events of one of the topics: remembered, sent when it is time, then acted upon."""
        if self._early is not None:
            self._early.extend(part.entries)
            return
        for entry in part.entries:
            self.memory.apply(entry)
        self._pace.take(part)
        for entry in part.entries:
            self._follow(entry)

    def start_over(self) -> None:
        for feed in self._feeds.values():
            feed.check()  # the epoch is the brand's: a quiet topic has not heard of it yet
        self._snapshots.forget()
        self._pace.forget()
        self.seating.told = self._heads()
        for seat in list(self.seating.seats):
            self._rise(seat)
            for topic in self._feeds:
                seat.send(protocol.gap(topic))
            self._spawn(self._begin_again(seat))

    def tick(self) -> None:
        """Tell everybody how many watch, if that moved. The sum of the hearts has its own event."""
        numbers = (self.viewers, self.is_estimate)
        if numbers != self._told:
            self._told = numbers
            self.seating.push(Frame(protocol.tick(self.viewers, self.reactions, is_estimate=self.is_estimate)))
            self._pace.spend()

    async def save_visits(self) -> None:
        """Write down who came and who went, for the show's own numbers; kept for the next time if that
        does not work."""
        visits = self.attendance.take_visits()
        if self.show.status not in _COUNTED or not (visits or self.attendance.present):
            return
        try:
            await run_in_brand(
                self.schema, record_visits, show_id=self.show_id, process=presence.PROCESS, visits=visits
            )
        except Exception as error:
            log.warning("visits.not_written", error=str(error))
            self.attendance.give_back_visits(visits)

    def tell_team(self, delay: Delay | None) -> None:
        """Tell the team how far behind the audience's pictures are."""
        if delay is not None:
            self.seating.push_to_team(Frame(protocol.delay(delay.median, delay.p95, delay.reports)))

    def hear_watching(self, seat: Seat, picture: int | None) -> None:
        """A page says that somebody watches, and which moment they see. The team's own pictures are no
        audience's, and who tells too often is heard once."""
        moment = clock.now()
        self.attendance.sign(seat.watcher, moment)
        now = moment.timestamp()
        if picture is None or (seat.person and seat.person.is_staff) or now - seat.reported_at < REPORT_SECONDS:
            return
        seat.reported_at = now
        self.delays.note(now - picture / 1000)

    async def posted(self, author_key: str, key: uuid.UUID) -> str | None:
        """The id of the message that this author sent under this key, also one on its way."""
        posting = self._posting.get((author_key, key))
        if posting is not None:
            return await asyncio.shield(posting)
        return self.memory.posted(author_key, key)

    async def once(self, author_key: str, key: uuid.UUID, work: Callable[[], Coroutine[Any, Any, str]]) -> str:
        """Do what names a line once, for all who ask under its key while it is done. It is done to its
        end, also when the socket leaves."""
        where = (author_key, key)
        posting = self._posting.get(where)
        if posting is None:
            posting = self._posting[where] = asyncio.get_running_loop().create_task(work())
            posting.add_done_callback(lambda _: self._posting.pop(where, None))
        return await asyncio.shield(posting)

    async def post(self, line: Line) -> str:
        """Post a line that passed the checks. Returns the message's id when it is durable."""
        message_id = ids.public_id(Message.id_prefix, await self.batches.lines.submit(line))
        self.memory.remember(line.person.key, str(line.key), message_id, clock.now(), line.text)
        return message_id

    async def _resume(self, seat: Seat, cursors: Mapping[str, int], epoch: int) -> bool:
        """Go on from the cursors; False when something could not be told."""
        past: dict[str, Sequence[Entry]] = {}
        for topic, feed in self._feeds.items():
            seq = cursors.get(topic)
            if seq is None or epoch != feed.epoch:
                return False
            if seq > feed.head:  # another process was ahead of this one
                await feed.checked()
            if seq > feed.head:
                return False
            if seq < feed.floor:
                entries = await feed.resume(seq)
                if entries is None:
                    return False
                past[topic] = entries
        # From here to the end nothing waits: what is sent and what follows join.
        parts = []
        for topic, feed in self._feeds.items():
            entries = list(past.get(topic, ()))
            seq = entries[-1].seq if entries else cursors[topic]
            rest = feed.since(seq)
            if rest is None:
                return False
            parts.append(Slice(topic, feed.epoch, [*entries, *rest.entries], cursors[topic] + 1, feed.head))
        for part in parts:
            seat.outlet.push(part.frame(seat.view))
        self._sit(seat)
        return True

    async def _send_snapshot(self, seat: Seat) -> None:
        while True:
            snapshot = await self._snapshots.fresh()
            for topic, feed in self._feeds.items():
                if feed.head < snapshot.cursors[topic]:  # what the reader alone sees is as old as the feed
                    await feed.checked()
            me = await self._me(seat.person, chooses=snapshot.has_choices)
            # From here to the end nothing waits.
            rests = [feed.since(min(snapshot.cursors[topic], feed.head)) for topic, feed in self._feeds.items()]
            if all(rest is not None and rest.epoch == snapshot.epoch for rest in rests):
                break
            # A burst has pushed its point out of the ring, or a failover has begun a new epoch.
            self._snapshots.forget()
            for feed in self._feeds.values():
                feed.check()
            await asyncio.sleep(0.1)
        own = {**me, **self.memory.own_view(seat.person)}
        seat.outlet.push(snapshot.frame(me=own, viewers=self.viewers, ticket=self._ticket(seat.person)))
        for rest in rests:
            if rest is not None and rest.last > snapshot.cursors[rest.topic]:
                seat.outlet.push(rest.frame(seat.view))
        self._sit(seat, {topic: max(feed.head, snapshot.cursors[topic]) for topic, feed in self._feeds.items()})

    def _sit(self, seat: Seat, cursors: Mapping[str, int] | None = None) -> None:
        if self.is_shut_to(seat):  # while the socket was being welcomed
            seat.outlet.close(protocol.CLOSE_REFUSED)
        elif seat.admitted != self._accesses:  # it was let in before that changed, and sat down after
            seat.restart()
        elif not seat.outlet.closed:
            self.seating.sit(seat, self._heads() if cursors is None else cursors)
            self.attendance.come(seat.watcher, clock.now(), is_back=cursors is None)

    def _rise(self, seat: Seat) -> None:
        if seat in self.seating.seats:
            self.seating.leave(seat)
            self.attendance.go(seat.watcher, clock.now())

    def _heads(self) -> dict[str, int]:
        return {topic: feed.head for topic, feed in self._feeds.items()}

    async def _me(self, person: Person | None, *, chooses: bool) -> dict[str, Any]:
        """What a snapshot says of its reader. Nothing is read when there is nothing to have chosen."""
        nothing: dict[str, Any] = {"votes": {}, "upvotes": []}
        if person is None:
            return {"key": "", "name": "", "staff": False, "customer": False, "muted": 0, **nothing}
        choices = await self._choices.submit(person.key) if chooses else nothing
        return {
            "key": person.key,
            "name": person.name,
            "staff": person.is_staff,
            "customer": person.customer_id is not None,
            "muted": self.memory.muted_seconds(person),
            **choices,
        }

    def _ticket(self, person: Person | None) -> str:
        """What lets a page ask for this show's things also when its socket is gone."""
        viewer = viewer_of(person)
        if person is None or viewer is None:
            return ""
        about = ids.public_id("shw", self.show_id)
        return tickets.issue(schema=self.schema, viewer=viewer, about=about, device=person.device)

    async def _read_choices(self, keys: Sequence[str]) -> Sequence[dict[str, Any] | Exception]:
        found = await run_in_brand(self.schema, own_choices, self.show_id, keys)
        return [found[key] for key in keys]

    def _follow(self, entry: Entry) -> None:
        """What an event means for the sockets that are open."""
        if entry.type in ("viewer.banned", "viewer.shut_out"):
            for seat in list(self.seating.seats):
                if self.is_shut_to(seat):
                    self._rise(seat)
                    seat.outlet.close(protocol.CLOSE_REFUSED)
        elif entry.type == "blocklist.changed":
            self._spawn(self._surely(self._reload_words))
        elif entry.type in _TEAM_CHANGED:
            for seat in list(self.seating.seats) if entry.type in _RIGHTS_CHANGED else ():
                if seat.person and seat.person.member_id == entry.data["member_id"]:
                    seat.restart()
            self._spawn(self._surely(self._reload_words))
        elif entry.type in _SHOW_CHANGED:
            self._spawn(self._surely(partial(self._reload_show, restart=entry.type in _ACCESS_CHANGED)))
        elif entry.type == "reaction.counted":
            self.reactions = entry.data["total"]

    async def _surely(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do what an event means until it is done, one after another: an older answer of the database
        never takes the place of a newer one, and none is left out because it was away."""
        async with self._reloading:
            while True:
                try:
                    await work()
                    return
                except DatabaseError as error:
                    log.warning("room.database_away", error=str(error))
                    await asyncio.sleep(AGAIN_SECONDS)

    async def _begin_again(self, seat: Seat) -> None:
        """A snapshot for a socket that was open; one that gets none comes again."""
        try:
            await self._send_snapshot(seat)
        except Exception as error:
            log.warning("room.no_snapshot", error=str(error))
            seat.outlet.close(protocol.CLOSE_TOO_SLOW)

    async def _reload_words(self) -> None:
        self.memory.blocklist = await run_in_brand(self.schema, load_blocklist)
        self.memory.staff_names = await run_in_brand(self.schema, staff_names)

    async def _reload_show(self, *, restart: bool = False) -> None:
        self.show = await run_in_brand(self.schema, show_by_id, self.show_id)
        if restart:
            self._accesses += 1
            for seat in list(self.seating.seats):
                if not await self.admits(seat):
                    seat.restart()

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("room.task_failed", exc_info=task.exception())
