"""The replay: its length, its chapters, and the log of the show by media time.

Not here: the files (streams.media).
"""

import uuid
from dataclasses import dataclass
from typing import Any

from kernel.eventlog.models import EventRecord
from kernel.eventlog.schema import Audience, registered
from kernel.eventlog.store import Recorded, recorded, show_topic
from streams.media_clock import media_seconds
from streams.models import Cue, CueKind, Recording

# What happened to somebody's words after they were said: those are left out, not re-enacted.
_TAKEN_BACK, _CHANGED = "message.removed", "message.edited"
_SAID = "message.posted"


@dataclass(frozen=True, slots=True)
class Chapter:
    """`start` and `length` in seconds of the replay."""

    title: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class ReplayFacts:
    """`starts_at` is where the show begins in the recording; times of the replay count from there."""

    broadcast_id: uuid.UUID
    duration: int
    starts_at: float
    epochs: list[dict[str, Any]]
    chapters: list[Chapter]
    pinned_at: dict[str, int]


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of the show with its second in the replay."""

    record: Recorded
    second: float

    def as_json(self) -> dict[str, Any]:
        # Without the actor, as rooms tell viewers: it may name a buyer.
        return {**self.record.envelope(), "actor": "", "media_time": self.second}


def replay_facts(show_id: uuid.UUID, recording: Recording) -> ReplayFacts:
    """What the page of a replay needs besides the show. Two queries."""
    epochs = recording.manifest["epochs"]
    duration = int(recording.duration - recording.starts_at)
    fired = Cue.objects.filter(show_id=show_id, fired_at__isnull=False).exclude(kind=CueKind.UNPIN)
    starts = [(cue.title, _second(recording, cue.fired_at)) for cue in fired.order_by("fired_at", "pk")]
    ends = [*(start for _, start in starts[1:]), float(duration)]
    chapters = [
        Chapter(title, int(start), int(end) - int(start))
        for (title, start), end in zip(starts, ends, strict=False)  # without a cue there is an end too many
        if int(end) > int(start)
    ]
    return ReplayFacts(
        broadcast_id=recording.broadcast_id,
        duration=duration,
        starts_at=recording.starts_at,
        epochs=epochs,
        chapters=chapters,
        pinned_at=_first_pins(show_id, recording),
    )


@dataclass(frozen=True, slots=True)
class MomentPage:
    """`next_after` asks for what follows; None at the end."""

    moments: list[Moment]
    next_after: int | None


def moments(recording: Recording, *, after: int = 0, limit: int = 250) -> MomentPage:
    """What viewers saw happen, by media time: events with `seq` above `after` from the start of the
    show to its end. Messages that were removed later are left out, those that were edited read as they
    do now. Two queries."""
    types = [event.type for event in registered() if event.audience == Audience.ALL and event.type != _CHANGED]
    topic = show_topic(recording.show_id)
    show = recording.show
    rows = list(
        EventRecord.objects.filter(
            topic=topic, seq__gt=after, type__in=types, at__gte=show.started_at, at__lte=show.ended_at
        ).order_by("seq")[:limit]
    )
    later = EventRecord.objects.filter(topic=topic, type__in=[_TAKEN_BACK, _CHANGED], seq__isnull=False)
    removed, edited = set(), {}
    for type_, data in later.order_by("seq").values_list("type", "data"):
        if type_ == _TAKEN_BACK:
            removed.add(data["message_id"])
        else:
            edited[data["message_id"]] = data["text"]
    for row in rows:
        if row.type == _SAID and row.data["message_id"] in edited:
            row.data = {**row.data, "text": edited[row.data["message_id"]]}
    found = [
        Moment(recorded(row), _second(recording, row.at))
        for row in rows
        if not (row.type == _SAID and row.data["message_id"] in removed)
    ]
    return MomentPage(found, rows[-1].seq if len(rows) == limit else None)


def _first_pins(show_id: uuid.UUID, recording: Recording) -> dict[str, int]:
    """When each product was first on screen, by public variant id."""
    rows = EventRecord.objects.filter(topic=show_topic(show_id), type="product.pinned").order_by("-id")
    return {data["variant_id"]: int(_second(recording, at)) for data, at in rows.values_list("data", "at")[:500]}


def _second(recording: Recording, moment: Any) -> float:
    """A moment as a second of the replay, never before its start."""
    return max(0.0, round(media_seconds(recording.manifest["epochs"], moment) - recording.starts_at, 3))
