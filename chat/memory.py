"""What a process knows of a room without asking: who may speak, how often, which words.

Not here: the rows (selectors reads them once) and the log (room feeds this from it).
"""

import datetime as dt
import uuid
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from chat.automod import Candidate, Said
from chat.bans import BanBook, Reach
from chat.blocklist import Blocklist, tokens
from chat.errors import (
    Banned,
    DuplicateMessage,
    GuestsNotAllowed,
    LinkNotAllowed,
    SlowMode,
    TimedOut,
    TooManyMessages,
    WordBlocked,
)
from chat.feed import Entry
from chat.people import Person
from chat.protocol import MAX_TEXT
from chat.team import TeamView
from chat.text import clean, has_link
from kernel import clock
from kernel.ratelimit import Bucket

MESSAGES, SECONDS, STAFF_MESSAGES = 20, 30.0, 100
DUPLICATE = dt.timedelta(seconds=30)
_REMEMBERED = 5000  # authors, texts, and keys of messages
_LINES = 10  # of one author
_ON_ITS_WAY = dt.timedelta(seconds=5)  # a line that was noted when it was sent and comes back from the log
_HISTORY = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Silence:
    """A time-out that is in force."""

    ban_id: str
    until: dt.datetime


@dataclass
class RoomMemory:
    """Loaded once a room, then kept true by events of the log: those carry values, so that an event
    that was read twice changes nothing."""

    slow_seconds: int
    guests_allowed: bool
    staff_names: frozenset[str]
    blocklist: Blocklist
    approval: bool = False
    bans: BanBook = field(default_factory=BanBook)
    shadows: BanBook = field(default_factory=BanBook)
    silences: dict[str, Silence] = field(default_factory=dict)  # by viewer
    team: TeamView = field(default_factory=TeamView)
    traced: OrderedDict[tuple[str, str, str], None] = field(default_factory=OrderedDict)
    _said: OrderedDict[str, deque[tuple[dt.datetime, str]]] = field(default_factory=OrderedDict)
    _texts: OrderedDict[str, dict[str, dt.datetime]] = field(default_factory=OrderedDict)  # who said it, when
    _posted: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)
    _buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def apply(self, entry: Entry) -> None:
        """Follow one event of the room or of the brand."""
        data = entry.data
        match entry.type:
            case "message.posted":
                at = dt.datetime.fromisoformat(entry.at)
                self.remember(data["author_key"], data["key"], data["message_id"], at, data["text"])
            case "message.shadowed":
                self.name(data["author_key"], data["key"], data["message_id"])
            case "message.held":
                self.name(data["author_key"], data["key"], data["held_id"])
            case "room.mode_changed" | "room.opened":
                self.slow_seconds, self.guests_allowed = data["slow_seconds"], data["guests_allowed"]
                self.approval = data["approval"]
            case "viewer.banned":
                self.bans.put(Reach(data["ban_id"], data["viewer_key"], data["customer_id"]))
            case "viewer.shut_out":
                self.bans.put(reach_of(data))
            case "viewer.shadowed":
                self.shadows.put(reach_of(data))
            case "viewer.timed_out":
                until = dt.datetime.fromisoformat(data["until"])
                self.silences[data["viewer_key"]] = Silence(data["ban_id"], until)
            case "viewer.unbanned" | "viewer.unshadowed":
                self.bans.drop(data["ban_id"])
                self.shadows.drop(data["ban_id"])
                silence = self.silences.get(data["viewer_key"])
                if silence and silence.ban_id == data["ban_id"]:
                    del self.silences[data["viewer_key"]]
        self.team.apply(entry)

    def remember(self, author_key: str, key: str, message_id: str, at: dt.datetime, text: str) -> None:
        """A message that was posted, here or by another process."""
        self.name(author_key, key, message_id)
        self._note(author_key, at, text)

    def name(self, author_key: str, key: str, line_id: str) -> None:
        """Know a line by its author's key for it, so that it is one line however often it is sent."""
        self._posted[(author_key, key)] = line_id
        _trim(self._posted)

    def posted(self, author_key: str, key: uuid.UUID) -> str | None:
        """The id of the line that this author sent under this key, if it is known here."""
        return self._posted.get((author_key, str(key)))

    def is_banned(self, person: Person | None) -> bool:
        """Of a stranger, whether the device or the network is meant."""
        return person is not None and self.bans.means(person)

    def is_shadowed(self, person: Person) -> bool:
        return self.shadows.means(person)

    def muted_seconds(self, person: Person) -> int:
        """How long this person is still silenced; 0 when not."""
        silence = self.silences.get(person.key)
        return max(0, ceil((silence.until - clock.now()).total_seconds())) if silence else 0

    def own_view(self, person: Person | None) -> dict[str, Any]:
        """What a snapshot shows this person beyond what all see."""
        if person is None:
            return {"waiting": [], "echoes": []}
        return {**self.team.own(person.key), **({"team": self.team.state()} if person.is_staff else {})}

    def is_new_trace(self, person: Person) -> bool:
        """Whether it is still to be noted from where this person writes."""
        trace = (person.key, person.device, person.network)
        if person.is_staff or not (person.device or person.network) or trace in self.traced:
            return False
        self.traced[trace] = None
        _trim(self.traced)
        return True

    def check_person(self, person: Person) -> None:
        """Raises Banned, TimedOut, GuestsNotAllowed."""
        if person.is_staff:
            return
        if self.is_banned(person):
            raise Banned
        if seconds := self.muted_seconds(person):
            raise TimedOut(seconds=seconds, retry_after=seconds)
        if not self.guests_allowed and person.customer_id is None:
            raise GuestsNotAllowed

    def check_text(self, person: Person, text: str, *, limit: int = MAX_TEXT) -> str:
        """The cleaned text. Raises what text.clean does, LinkNotAllowed, WordBlocked."""
        text = clean(text, limit=limit)
        if not person.is_staff:
            if has_link(text):
                raise LinkNotAllowed(param="text")
            if self.blocklist.blocks(text):
                raise WordBlocked(param="text")
        return text

    def candidate(self, person: Person, text: str, *, schema: str, show_id: uuid.UUID) -> Candidate:
        """What automatic moderation is asked about this line."""
        moment, fingerprint = clock.now(), _fingerprint(text)
        said = [
            Said((moment - at).total_seconds(), known == fingerprint)
            for at, known in self._said.get(person.key, ())
            if moment - at < _HISTORY
        ]
        others = [
            at
            for author, at in self._texts.get(fingerprint, {}).items()
            if author != person.key and moment - at < DUPLICATE
        ]
        return Candidate(
            schema=schema,
            show_id=show_id,
            author_key=person.key,
            author=person.name,
            is_customer=person.customer_id is not None,
            text=text,
            said=said,
            same_by_others=len(others),
            near_word=self.blocklist.comes_near(text),
        )

    def take_turn(self, person: Person, text: str) -> None:
        """Count a message that is about to be posted. Raises SlowMode, DuplicateMessage,
        TooManyMessages; a refused one isn't counted."""
        moment = clock.now()
        lines = self._said.get(person.key)
        if lines and not person.is_staff:
            last, words = lines[-1]
            passed = moment - last
            if (left := self.slow_seconds - passed.total_seconds()) > 0:
                raise SlowMode(seconds=ceil(left), retry_after=ceil(left))
            if words == _fingerprint(text) and passed < DUPLICATE:
                raise DuplicateMessage
        if wait := self._bucket(person).take():
            raise TooManyMessages(seconds=ceil(wait), retry_after=ceil(wait))
        self._note(person.key, moment, text)

    def give_turn_back(self, person: Person, text: str) -> None:
        """The message that was counted last was not posted: the same words may be said again."""
        lines = self._said.get(person.key)
        if lines and lines[-1][1] == _fingerprint(text):
            lines.pop()
            self._texts.get(_fingerprint(text), {}).pop(person.key, None)

    def _note(self, author_key: str, moment: dt.datetime, text: str) -> None:
        """Remember a line. One that was noted when it was sent comes back from the log a moment later,
        with the same words: it is the same line."""
        fingerprint = _fingerprint(text)
        lines = self._said.setdefault(author_key, deque(maxlen=_LINES))
        if not lines or (lines[-1][0] < moment and not any(_is_same(line, moment, fingerprint) for line in lines)):
            lines.append((moment, fingerprint))
            self._said.move_to_end(author_key)
            _trim(self._said)
            self._texts.setdefault(fingerprint, {})[author_key] = moment
            self._texts.move_to_end(fingerprint)
            _trim(self._texts)

    def _bucket(self, person: Person) -> Bucket:
        bucket = self._buckets.get(person.key)
        if bucket is None:
            bucket = self._buckets[person.key] = Bucket(STAFF_MESSAGES if person.is_staff else MESSAGES, SECONDS)
            _trim(self._buckets)
        return bucket


def reach_of(data: dict[str, Any]) -> Reach:
    """How far a ban reaches, by its event."""
    until = data["networks_until"]
    return Reach(
        ban_id=data["ban_id"],
        viewer_key=data["viewer_key"],
        customer_id=data.get("customer_id"),
        devices=frozenset(data["devices"]),
        networks=frozenset(data["networks"]),
        networks_until=dt.datetime.fromisoformat(until) if until else None,
    )


def _is_same(line: tuple[dt.datetime, str], moment: dt.datetime, fingerprint: str) -> bool:
    return line[1] == fingerprint and moment - line[0] < _ON_ITS_WAY


def _fingerprint(text: str) -> str:
    return " ".join(tokens(text)) or text


def _trim(remembered: OrderedDict[Any, Any]) -> None:
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)
