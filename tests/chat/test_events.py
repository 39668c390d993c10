"""The room's events: each is read back as it was written, and closed to what it does not know."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from pydantic import ValidationError

from chat import events
from kernel.eventlog.schema import Event, registered
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import append, read_topic
from tenants.models import Brand

AT = dt.datetime(2026, 11, 20, 18, 30, tzinfo=dt.UTC)
EXAMPLES: list[Event] = [
    events.RoomOpened(slow_seconds=0, guests_allowed=True),
    events.RoomModeChanged(slow_seconds=5, guests_allowed=False),
    events.MessagePosted(
        message_id="msg_1", author_key="vwr_1", author="Noor", badge="", title="", text="hi",
        reply_to=events.Quote(id="msg_0", author="Maya", text="hello"), key="k",
    ),
    events.MessageRemoved(message_id="msg_1"),
    events.MessagePinned(message_id="msg_1", author="Noor", badge="", text="hi"),
    events.MessageUnpinned(message_id="msg_1"),
    events.ViewerTimedOut(ban_id="ban_1", viewer_key="vwr_1", until=AT, reason=""),
    events.ViewerBanned(ban_id="ban_1", viewer_key="vwr_1", customer_id=None, reason=""),
    events.ViewerUnbanned(ban_id="ban_1", viewer_key="vwr_1", customer_id=None),
    events.BlocklistChanged(words=3),
    events.PollOpened(poll_id="pol_1", question="?", answers=["a", "b"], opened_at=AT, closes_at=None),
    events.PollCounted(poll_id="pol_1", counts=[1, 2]),
    events.PollClosed(poll_id="pol_1", counts=[1, 2]),
    events.QuestionAsked(
        question_id="qst_1", author_key="vwr_1", author="Noor", text="?", votes=1, asked_at=AT, key="k"
    ),
    events.QuestionRanked(questions=[events.QuestionRank(question_id="qst_1", votes=4)]),
    events.QuestionAnswered(question_id="qst_1", answered_at=AT),
    events.QuestionDismissed(question_id="qst_1"),
    events.ReactionCounted(count=3, total=30),
]  # fmt: skip


def test_every_event_of_the_room_has_an_example() -> None:
    declared = {event for event in registered() if event.__module__ == "chat.events"}
    assert {type(example) for example in EXAMPLES} == declared


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.type)
def test_an_event_is_read_back_as_it_was_written(example: Event, in_aurora: Brand) -> None:
    with transaction.atomic():
        append(example, topic="a")
    order_pending()
    assert read_topic("a", after=0)[-1].event() == example


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.type)
def test_unknown_fields_are_refused(example: Event) -> None:
    data: dict[str, Any] = {**example.model_dump(mode="json"), "surprise": 1}
    with pytest.raises(ValidationError, match="surprise"):
        type(example).model_validate(data)
