"""What happens in a room, as the log keeps it. Events carry values, so that two readings change nothing.

Not here: `audience.counted`, which is the show's (streams).
"""

import datetime as dt
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, PlainSerializer

from kernel import clock
from kernel.eventlog.schema import Audience, Event, Lane

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


class RoomModeChanged(Event):
    type: ClassVar[str] = "room.mode_changed"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    slow_seconds: int
    guests_allowed: bool


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
