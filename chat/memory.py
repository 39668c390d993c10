"""What a process knows of a room without asking: who may speak, how often, which words.

Not here: the rows (selectors reads them once) and the log (room feeds this from it).
"""

import datetime as dt
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

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
from chat.text import clean, has_link
from kernel import clock
from kernel.ratelimit import Bucket

MESSAGES, SECONDS, STAFF_MESSAGES = 20, 30.0, 100
DUPLICATE = dt.timedelta(seconds=30)
_REMEMBERED = 5000  # authors, and keys of messages


@dataclass(frozen=True, slots=True)
class Silence:
    """A ban or time-out that is in force."""

    viewer_key: str
    customer_id: str | None
    until: dt.datetime | None


@dataclass
class RoomMemory:
    """Loaded once a room, then kept true by events of the log: those carry values, so that an event
    that was read twice changes nothing."""

    slow_seconds: int
    guests_allowed: bool
    staff_names: frozenset[str]
    blocklist: Blocklist
    banned: dict[str, str | None] = field(default_factory=dict)  # viewer → customer, if known
    silent_until: dict[str, dt.datetime] = field(default_factory=dict)
    _said: OrderedDict[str, tuple[dt.datetime, str]] = field(default_factory=OrderedDict)
    _posted: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)
    _buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def silence(self, silences: Iterable[Silence]) -> None:
        for silence in silences:
            if silence.until is None:
                self.banned[silence.viewer_key] = silence.customer_id
            else:
                self.silent_until[silence.viewer_key] = silence.until

    def apply(self, entry: Entry) -> None:
        """Follow one event of the room or of the brand."""
        data = entry.data
        match entry.type:
            case "message.posted":
                at = dt.datetime.fromisoformat(entry.at)
                self.remember(data["author_key"], data["key"], data["message_id"], at, data["text"])
            case "room.mode_changed" | "room.opened":
                self.slow_seconds, self.guests_allowed = data["slow_seconds"], data["guests_allowed"]
            case "viewer.banned":
                self.banned[data["viewer_key"]] = data["customer_id"]
            case "viewer.timed_out":
                self.silent_until[data["viewer_key"]] = dt.datetime.fromisoformat(data["until"])
            case "viewer.unbanned":
                self.banned.pop(data["viewer_key"], None)
                self.silent_until.pop(data["viewer_key"], None)

    def remember(self, author_key: str, key: str, message_id: str, at: dt.datetime, text: str) -> None:
        """A message that was posted, here or by another process."""
        self._posted[(author_key, key)] = message_id
        _trim(self._posted)
        self._note(author_key, at, text)

    def posted(self, author_key: str, key: uuid.UUID) -> str | None:
        """The id of the message that this author sent under this key, if it is known here."""
        return self._posted.get((author_key, str(key)))

    def is_banned(self, person: Person | None) -> bool:
        if person is None or person.is_staff:
            return False
        if person.key in self.banned:
            return True
        return person.customer_id is not None and str(person.customer_id) in self.banned.values()

    def muted_seconds(self, person: Person) -> int:
        """How long this person is still silenced; 0 when not."""
        until = self.silent_until.get(person.key)
        return max(0, ceil((until - clock.now()).total_seconds())) if until else 0

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

    def take_turn(self, person: Person, text: str) -> None:
        """Count a message that is about to be posted. Raises SlowMode, DuplicateMessage,
        TooManyMessages; a refused one isn't counted."""
        moment = clock.now()
        last = self._said.get(person.key)
        if last and not person.is_staff:
            passed = moment - last[0]
            if (left := self.slow_seconds - passed.total_seconds()) > 0:
                raise SlowMode(seconds=ceil(left), retry_after=ceil(left))
            if last[1] == _fingerprint(text) and passed < DUPLICATE:
                raise DuplicateMessage
        if wait := self._bucket(person).take():
            raise TooManyMessages(seconds=ceil(wait), retry_after=ceil(wait))
        self._note(person.key, moment, text)

    def _note(self, author_key: str, moment: dt.datetime, text: str) -> None:
        known = self._said.get(author_key)
        if known is None or known[0] < moment:
            self._said[author_key] = (moment, _fingerprint(text))
            self._said.move_to_end(author_key)
            _trim(self._said)

    def _bucket(self, person: Person) -> Bucket:
        bucket = self._buckets.get(person.key)
        if bucket is None:
            bucket = self._buckets[person.key] = Bucket(STAFF_MESSAGES if person.is_staff else MESSAGES, SECONDS)
            _trim(self._buckets)
        return bucket


def _fingerprint(text: str) -> str:
    return " ".join(tokens(text)) or text


def _trim(remembered: OrderedDict[Any, Any]) -> None:
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)
