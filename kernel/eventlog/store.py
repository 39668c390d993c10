"""Writing to the log in the caller's transaction, and reading it back.

Not here: the order of events. A record has neither position nor `seq` before the sequencer ran.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from kernel import clock, ids
from kernel.eventlog import doorbell
from kernel.eventlog.models import EventRecord, TopicHead
from kernel.eventlog.schema import Event, Timing, event_class
from kernel.tenancy import current_schema

# The topic of what concerns the brand as a whole: products, prices, stock, theme.
SHOP_TOPIC = "shop"


# Gives the media time of a moment in a topic; None where no picture belongs to it.
MediaClock = Callable[[str, dt.datetime], float | None]
_media_clock: MediaClock | None = None


def show_topic(show_id: uuid.UUID) -> str:
    """The topic of one show: what its viewers see, in order."""
    return f"show:{show_id}"


def use_media_clock(ask: MediaClock) -> None:
    """Called once, by the app that knows about pictures."""
    global _media_clock
    _media_clock = ask


@dataclass(frozen=True, slots=True)
class Recorded:
    """An ordered event as readers get it. `at` is the server's time of the append; `media_time`
    is seconds since the broadcast began, or None; `to` names the one viewer it is for."""

    event_id: uuid.UUID
    position: int
    topic: str
    seq: int
    type: str
    version: int
    data: dict[str, Any]
    actor: str
    to: str
    at: dt.datetime
    media_time: float | None

    def event(self) -> Event:
        """The typed event. Raises UnknownEvent, or pydantic's ValidationError for foreign data."""
        return event_class(self.type, self.version).model_validate(self.data)

    def envelope(self) -> dict[str, Any]:
        """The form in which frames, webhooks and the API carry it."""
        return {
            "id": ids.public_id("evt", self.event_id),
            "type": self.type,
            "version": self.version,
            "position": self.position,
            "topic": self.topic,
            "seq": self.seq,
            "at": clock.isoformat(self.at),
            "media_time": self.media_time,
            "actor": self.actor,
            "data": self.data,
        }


def append(event: Event, *, topic: str, actor: str = "", to: str = "", media_time: float | None = None) -> uuid.UUID:
    """Append one event to the brand's log, in the caller's transaction. Returns the event's id.

    Call it as the *last* statement, after the row locks that the change needs: then two events of
    which one saw the other have rising row ids. Raises NoBrand without a brand, and
    TransactionManagementError outside a transaction: a state change and its event are one.
    """
    return append_many([event], topic=topic, actor=actor, to=to, media_time=media_time)[0]


def append_many(
    events: Sequence[Event], *, topic: str, actor: str = "", to: str = "", media_time: float | None = None
) -> list[uuid.UUID]:
    """Append several events of one topic by one statement; see `append`. What belongs on the picture
    gets its media time here if the caller does not give one."""
    current_schema()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("append belongs into the transaction of the change it tells of")
    moment = clock.now()
    if media_time is None and _media_clock and any(event.timing is Timing.PICTURE for event in events):
        media_time = _media_clock(topic, moment)
    records = [
        EventRecord(
            topic=topic,
            type=event.type,
            version=event.version,
            data=event.model_dump(mode="json"),
            actor=actor,
            to=to,
            at=moment,
            media_time=media_time,
        )
        for event in events
    ]
    EventRecord.objects.bulk_create(records)
    ring_after_commit()
    return [record.event_id for record in records]


def ring_after_commit() -> None:
    """Wake the sequencer when this transaction is durable: for events that a function in the database
    appended (eventlog_append). Nothing rings for a transaction that is rolled back."""
    schema = current_schema()
    transaction.on_commit(lambda: doorbell.ring(schema))


def read_topic(topic: str, *, after: int, limit: int = 500) -> list[Recorded]:
    """Ordered events of a topic with `seq` above `after`, oldest first."""
    rows = EventRecord.objects.filter(topic=topic, seq__gt=after).order_by("seq")[:limit]
    return [recorded(row) for row in rows]


def read_log(*, after: int, limit: int = 500, types: Iterable[str] | None = None) -> list[Recorded]:
    """Ordered events of the brand with a position above `after`, oldest first."""
    rows = EventRecord.objects.filter(position__gt=after).order_by("position")
    if types is not None:
        rows = rows.filter(type__in=list(types))
    return [recorded(row) for row in rows[:limit]]


def topic_heads(topics: Sequence[str]) -> dict[str, int]:
    """The last `seq` of each topic, 0 for one without events."""
    known = dict(TopicHead.objects.filter(topic__in=topics).values_list("topic", "seq"))
    return {topic: known.get(topic, 0) for topic in topics}


def log_head() -> int:
    """The position of the newest ordered event, 0 in an empty log."""
    return topic_heads([""])[""]


def recorded(row: EventRecord) -> Recorded:
    """A stored, ordered row as readers get it."""
    if row.position is None or row.seq is None:
        raise ValueError("the sequencer has not ordered this event yet")
    return Recorded(
        event_id=row.event_id,
        position=row.position,
        topic=row.topic,
        seq=row.seq,
        type=row.type,
        version=row.version,
        data=row.data,
        actor=row.actor,
        to=row.to,
        at=row.at,
        media_time=row.media_time,
    )
