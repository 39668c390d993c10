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
    events.MessageEdited(message_id="msg_1", text="hello", edited_at=AT),
    events.MessageShadowed(message_id="msg_1", author_key="vwr_1", author="Noor", text="hi", reply_to=None, key="k"),
    events.MessageEchoed(message_id="msg_1", author_key="vwr_1", author="Noor", text="hi", reply_to=None, key="k"),
    events.MessageReported(
        message_id="msg_1", author_key="vwr_1", author="Noor", text="hi", reports=2, reasons={"spam": 2}
    ),
    events.ReportsSettled(message_id="msg_1"),
    events.MessageHeld(
        held_id="hmg_1", author_key="vwr_1", author="Noor", text="hi", reply_to=None, key="k", rule="",
        is_question=False,
    ),
    events.MessageWaiting(held_id="hmg_1", text="hi", key="k"),
    events.MessageClaimed(held_id="hmg_1", by="member:mem_1", name="Tom", until=AT),
    events.MessageApproved(held_id="hmg_1", shown_id="msg_1", author_key="vwr_1"),
    events.MessageDeclined(held_id="hmg_1", author_key="vwr_1"),
    events.MessageReturned(held_id="hmg_1", key="k"),
    events.MessagePinned(message_id="msg_1", author="Noor", badge="", text="hi"),
    events.MessageUnpinned(message_id="msg_1"),
    events.ViewerTimedOut(ban_id="ban_1", viewer_key="vwr_1", until=AT, reason=""),
    events.ViewerBanned(ban_id="ban_1", viewer_key="vwr_1", customer_id=None, reason=""),
    events.ViewerShutOut(ban_id="ban_1", viewer_key="vwr_1", devices=["d"], networks=["n"], networks_until=AT),
    events.ViewerShadowed(
        ban_id="ban_1", viewer_key="vwr_1", customer_id=None, devices=[], networks=[], networks_until=None, reason=""
    ),
    events.ViewerUnshadowed(ban_id="ban_1", viewer_key="vwr_1"),
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
    events.ShiftBegan(member_id="mem_1", name="Tom", since=AT),
    events.ShiftEnded(member_id="mem_1"),
    events.HandOverWritten(text="Watch the questions", author="Tom", written_at=AT),
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
