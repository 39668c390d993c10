"""What happens in a room, as the log keeps it. Events carry values, so that two readings change nothing.

Not here: `audience.counted`, which is the show's (streams).
"""

import datetime as dt
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, PlainSerializer

from kernel import clock
from kernel.eventlog.schema import Audience, Event, Lane, Timing

# Told in the same form as in snapshots, so that the two can be compared.
Moment = Annotated[dt.datetime, PlainSerializer(clock.isoformat, when_used="json")]


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quote(_Value):
    """The line that a message answers, as it read then."""

    id: str
    author: str
    text: str


class QuestionRank(_Value):
    question_id: str
    votes: int


class RoomOpened(Event):
    type: ClassVar[str] = "room.opened"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    slow_seconds: int
    guests_allowed: bool
    approval: bool = False


class RoomModeChanged(Event):
    type: ClassVar[str] = "room.mode_changed"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    slow_seconds: int
    guests_allowed: bool
    approval: bool = False


class MessagePosted(Event):
    """`key` is what the author's page called the line before it had an id."""

    type: ClassVar[str] = "message.posted"
    audience: ClassVar[Audience] = Audience.ALL
    message_id: str
    author_key: str
    author: str
    badge: str
    title: str
    text: str
    reply_to: Quote | None
    key: str


class MessageEdited(Event):
    """The team changed a line. What it said before stays in the table, for the team alone."""

    type: ClassVar[str] = "message.edited"
    audience: ClassVar[Audience] = Audience.ALL
    message_id: str
    text: str
    edited_at: Moment


class MessageShadowed(Event):
    """A line said under a shadow ban, as the team sees it."""

    type: ClassVar[str] = "message.shadowed"
    message_id: str
    author_key: str
    author: str
    text: str
    reply_to: Quote | None
    key: str


class MessageEchoed(Event):
    """The same line, as its author sees it."""

    type: ClassVar[str] = "message.echoed"
    audience: ClassVar[Audience] = Audience.ONE
    message_id: str
    author_key: str
    author: str
    text: str
    reply_to: Quote | None
    key: str


class MessageReported(Event):
    """Viewers say that a line does not belong here: how many, and how often for which reason."""

    type: ClassVar[str] = "message.reported"
    message_id: str
    author_key: str
    author: str
    text: str
    reports: int
    reasons: dict[str, int]


class ReportsSettled(Event):
    """The team left a reported line as it is."""

    type: ClassVar[str] = "reports.settled"
    message_id: str


class MessageHeld(Event):
    """A line that the room has not seen waits for the team. `rule` held it, or the room's mode when empty."""

    type: ClassVar[str] = "message.held"
    held_id: str
    author_key: str
    author: str
    text: str
    reply_to: Quote | None
    key: str
    rule: str
    is_question: bool


class MessageWaiting(Event):
    """The same line, as its author sees it."""

    type: ClassVar[str] = "message.waiting"
    audience: ClassVar[Audience] = Audience.ONE
    held_id: str
    text: str
    key: str


class MessageClaimed(Event):
    """One of the team deals with a line that waits. Without a name nobody does any more."""

    type: ClassVar[str] = "message.claimed"
    held_id: str
    by: str
    name: str
    until: Moment | None


class MessageApproved(Event):
    """The team let a line through; its `message.posted` or `question.asked` came just before."""

    type: ClassVar[str] = "message.approved"
    held_id: str
    shown_id: str
    author_key: str


class MessageDeclined(Event):
    type: ClassVar[str] = "message.declined"
    held_id: str
    author_key: str


class MessageReturned(Event):
    """The author's own word that the room will not see the line."""

    type: ClassVar[str] = "message.returned"
    audience: ClassVar[Audience] = Audience.ONE
    held_id: str
    key: str


class MessageRemoved(Event):
    type: ClassVar[str] = "message.removed"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    message_id: str


class MessagePinned(Event):
    type: ClassVar[str] = "message.pinned"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    message_id: str
    author: str
    badge: str
    text: str


class MessageUnpinned(Event):
    type: ClassVar[str] = "message.unpinned"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    message_id: str


class ViewerTimedOut(Event):
    type: ClassVar[str] = "viewer.timed_out"
    audience: ClassVar[Audience] = Audience.ONE
    lane: ClassVar[Lane] = Lane.URGENT
    ban_id: str
    viewer_key: str
    until: Moment
    reason: str


class ViewerBanned(Event):
    type: ClassVar[str] = "viewer.banned"
    audience: ClassVar[Audience] = Audience.ONE
    lane: ClassVar[Lane] = Lane.URGENT
    ban_id: str
    viewer_key: str
    customer_id: str | None
    reason: str


class ViewerShutOut(Event):
    """How far a ban reaches beyond the viewer: hashes of devices, and of networks for a time."""

    type: ClassVar[str] = "viewer.shut_out"
    ban_id: str
    viewer_key: str
    devices: list[str]
    networks: list[str]
    networks_until: Moment | None


class ViewerShadowed(Event):
    """The viewer is not told: that is what a shadow ban is."""

    type: ClassVar[str] = "viewer.shadowed"
    ban_id: str
    viewer_key: str
    customer_id: str | None
    devices: list[str]
    networks: list[str]
    networks_until: Moment | None
    reason: str


class ViewerUnshadowed(Event):
    type: ClassVar[str] = "viewer.unshadowed"
    ban_id: str
    viewer_key: str


class ViewerUnbanned(Event):
    """Also ends a time-out early."""

    type: ClassVar[str] = "viewer.unbanned"
    audience: ClassVar[Audience] = Audience.ONE
    lane: ClassVar[Lane] = Lane.URGENT
    ban_id: str
    viewer_key: str
    customer_id: str | None


class BlocklistChanged(Event):
    """The words themselves stay in the table: a log is read by partners."""

    type: ClassVar[str] = "blocklist.changed"
    words: int


class PollOpened(Event):
    type: ClassVar[str] = "poll.opened"
    audience: ClassVar[Audience] = Audience.ALL
    timing: ClassVar[Timing] = Timing.PICTURE
    poll_id: str
    question: str
    answers: list[str]
    opened_at: Moment
    closes_at: Moment | None


class PollCounted(Event):
    type: ClassVar[str] = "poll.counted"
    audience: ClassVar[Audience] = Audience.ALL
    poll_id: str
    counts: list[int]


class PollClosed(Event):
    type: ClassVar[str] = "poll.closed"
    audience: ClassVar[Audience] = Audience.ALL
    timing: ClassVar[Timing] = Timing.PICTURE
    poll_id: str
    counts: list[int]


class QuestionAsked(Event):
    type: ClassVar[str] = "question.asked"
    audience: ClassVar[Audience] = Audience.ALL
    question_id: str
    author_key: str
    author: str
    text: str
    votes: int
    asked_at: Moment
    key: str


class QuestionRanked(Event):
    """The votes of all questions that moved since the last time."""

    type: ClassVar[str] = "question.ranked"
    audience: ClassVar[Audience] = Audience.ALL
    questions: list[QuestionRank]


class QuestionAnswered(Event):
    type: ClassVar[str] = "question.answered"
    audience: ClassVar[Audience] = Audience.ALL
    question_id: str
    answered_at: Moment


class QuestionDismissed(Event):
    """Everybody gets it: the question leaves the list."""

    type: ClassVar[str] = "question.dismissed"
    audience: ClassVar[Audience] = Audience.ALL
    question_id: str


class ReactionCounted(Event):
    """`count` came since the last time; `total` is what the page shows."""

    type: ClassVar[str] = "reaction.counted"
    audience: ClassVar[Audience] = Audience.ALL
    count: int
    total: int


class ShiftBegan(Event):
    """Somebody of the team looks after the room now."""

    type: ClassVar[str] = "shift.began"
    member_id: str
    name: str
    since: Moment


class ShiftEnded(Event):
    type: ClassVar[str] = "shift.ended"
    member_id: str


class HandOverWritten(Event):
    """What whoever looks after the room next should know."""

    type: ClassVar[str] = "hand_over.written"
    text: str
    author: str
    written_at: Moment
