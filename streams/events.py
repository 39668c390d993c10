"""What happens to shows, line-ups, cues, pins, broadcasts and recordings.

Not here: drops and stock (catalog), messages (chat).
"""

import datetime as dt
from typing import Any, ClassVar

from pydantic import BaseModel

from kernel.eventlog.schema import Audience, Event, Lane, Timing


class Price(BaseModel):
    minor: int
    currency: str


class RowSpecial(BaseModel):
    """A special price that holds for viewers of the row now."""

    price_id: str
    kind: str
    price: Price
    low_30d: Price | None
    ends_at: dt.datetime | None


class RowFacts(BaseModel):
    """A product as one row of a line-up shows it. A hidden row keeps its place and its note; all
    that would name the product is None or empty. `price` is the ordinary one: what a buyer pays is the
    lowest of it and the `specials`."""

    position: int
    is_hidden: bool
    note: str
    variant_id: str | None
    product_id: str | None
    slug: str
    name: str
    variant_name: str
    detail: str
    url: str
    image_url: str
    image_small_url: str
    price: Price | None
    was: Price | None
    low_30d: Price | None
    specials: list[RowSpecial] = []
    available: int | None
    total: int | None


class ShowFacts(BaseModel):
    show_id: str
    slug: str
    title: str
    starts_at: dt.datetime | None


class ShowDrafted(ShowFacts, Event):
    type: ClassVar[str] = "show.drafted"


class ShowScheduled(ShowFacts, Event):
    type: ClassVar[str] = "show.scheduled"
    audience: ClassVar[Audience] = Audience.ALL


class ShowRescheduled(ShowFacts, Event):
    """`status` is the show's after it: a lobby closes when the start moves far off."""

    type: ClassVar[str] = "show.rescheduled"
    audience: ClassVar[Audience] = Audience.ALL
    status: str | None = None


class ShowWithdrawn(ShowFacts, Event):
    """Back to a draft: the date does not stand any more."""

    type: ClassVar[str] = "show.withdrawn"
    lane: ClassVar[Lane] = Lane.URGENT


class ShowUpdated(ShowFacts, Event):
    type: ClassVar[str] = "show.updated"
    audience: ClassVar[Audience] = Audience.ALL


class ShowLobbyOpened(ShowFacts, Event):
    type: ClassVar[str] = "show.lobby_opened"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT


class ShowStarted(ShowFacts, Event):
    type: ClassVar[str] = "show.started"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    started_at: dt.datetime


class ShowEnded(ShowFacts, Event):
    """`reason` is `host`, or `picture_lost` when the reconnect window ran out."""

    type: ClassVar[str] = "show.ended"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    ended_at: dt.datetime
    reason: str


class ShowCancelled(ShowFacts, Event):
    type: ClassVar[str] = "show.cancelled"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT


class AccessChanged(Event):
    """Who may watch; with `link_replaced` the links given out before open nothing any more."""

    type: ClassVar[str] = "access.changed"
    lane: ClassVar[Lane] = Lane.URGENT
    show_id: str
    visibility: str
    link_replaced: bool


class LineUpChanged(Event):
    type: ClassVar[str] = "lineup.changed"
    audience: ClassVar[Audience] = Audience.ALL
    timing: ClassVar[Timing] = Timing.PICTURE
    show_id: str
    items: list[RowFacts]


class PinFacts(RowFacts):
    """The row on screen, as a snapshot carries it: in the words of its event."""

    pinned_at: dt.datetime | None


class ProductPinned(Event):
    type: ClassVar[str] = "product.pinned"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    timing: ClassVar[Timing] = Timing.PICTURE
    show_id: str
    variant_id: str
    product: RowFacts
    pinned_at: dt.datetime | None = None


class ProductUnpinned(Event):
    type: ClassVar[str] = "product.unpinned"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    timing: ClassVar[Timing] = Timing.PICTURE
    show_id: str
    variant_id: str


class CueFacts(BaseModel):
    show_id: str
    cue_id: str
    kind: str
    title: str


class CueAdded(CueFacts, Event):
    type: ClassVar[str] = "cue.added"
    position: int


class CueChanged(CueFacts, Event):
    type: ClassVar[str] = "cue.changed"
    position: int


class CueRemoved(CueFacts, Event):
    type: ClassVar[str] = "cue.removed"


class CueFired(CueFacts, Event):
    """`payload` is the cue's own: a poll's question and answers are read from here."""

    type: ClassVar[str] = "cue.fired"
    payload: dict[str, Any]


class CueSkipped(CueFacts, Event):
    type: ClassVar[str] = "cue.skipped"


class StreamKeyRotated(Event):
    type: ClassVar[str] = "stream_key.rotated"
    show_id: str
    hint: str


class BroadcastFacts(BaseModel):
    show_id: str
    broadcast_id: str


class BroadcastOpened(BroadcastFacts, Event):
    type: ClassVar[str] = "broadcast.opened"


class BroadcastPlayable(BroadcastFacts, Event):
    """The first picture can be played; before the host says go, by the staff alone."""

    type: ClassVar[str] = "broadcast.playable"


class BroadcastLost(BroadcastFacts, Event):
    """The encoder is gone. `until` is the end of the reconnect window; `on_air` is false for a test
    picture that no viewer saw."""

    type: ClassVar[str] = "broadcast.lost"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    until: dt.datetime
    on_air: bool


class BroadcastResumed(BroadcastFacts, Event):
    type: ClassVar[str] = "broadcast.resumed"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    on_air: bool


class BroadcastClosed(BroadcastFacts, Event):
    type: ClassVar[str] = "broadcast.closed"


class PlaylistReady(BroadcastFacts, Event):
    """Viewers may play `url`, a path on the brand's host. For a private show they put their own
    token into it."""

    type: ClassVar[str] = "playlist.ready"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    url: str


class RecordingReady(BroadcastFacts, Event):
    type: ClassVar[str] = "recording.ready"
    recording_id: str
    duration: float


class ReplayPublished(BroadcastFacts, Event):
    type: ClassVar[str] = "replay.published"
    audience: ClassVar[Audience] = Audience.ALL
    url: str
    duration: float
    starts_at: float


class AudienceCounted(Event):
    """How many watch now, summed over all processes; appended by the room."""

    type: ClassVar[str] = "audience.counted"
    audience: ClassVar[Audience] = Audience.ALL
    show_id: str
    viewers: int
    peak: int


class AudienceClosed(Event):
    """The show is over and its numbers are exact: different viewers, and the most at one moment."""

    type: ClassVar[str] = "audience.closed"
    show_id: str
    unique_viewers: int
    peak: int


class ReminderRequested(Event):
    """Without the address: it stays out of the log, so that a person can be forgotten."""

    type: ClassVar[str] = "reminder.requested"
    show_id: str


class RemindersSent(Event):
    type: ClassVar[str] = "reminder.sent"
    show_id: str
    count: int
