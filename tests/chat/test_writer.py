"""Batches: one statement for all that wait, one message per key, nothing per message."""

import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from chat.models import Message
from chat.writer import Line, post_lines
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import read_topic, show_topic
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.chat.conftest import Stage
from tests.chat.page import joined
from tests.factories.chat import make_message, make_person, make_viewer, viewer_cookie

SHOW = uuid.UUID(int=5)


def lines(count: int) -> list[Line]:
    return [
        Line(show_id=SHOW, person=make_person(f"Viewer {number}"), text=f"line {number}", key=uuid.uuid4())
        for number in range(count)
    ]


def test_a_batch_is_one_statement_with_its_events_in_order(in_aurora: Brand) -> None:
    batch = lines(50)
    with CaptureQueriesContext(connection) as statements:
        posted = post_lines(lines=batch)
    assert len([query for query in statements if "chat_" in query["sql"] or "eventlog_" in query["sql"]]) == 1
    assert len(statements) <= 4  # with the transaction's own and the schema's
    order_pending()
    events = read_topic(show_topic(SHOW), after=0)
    assert [event.data["text"] for event in events] == [line.text for line in batch]
    assert [Message.parse_id(event.data["message_id"]) for event in events] == posted
    assert [message.text for message in Message.objects.order_by("id")] == [line.text for line in batch]


def test_a_key_is_one_message_also_within_a_batch(in_aurora: Brand) -> None:
    first, second, third = lines(3)
    again = Line(show_id=SHOW, person=first.person, text="other words", key=first.key)
    posted = post_lines(lines=[first, second, again])
    assert posted[0] == posted[2]
    assert post_lines(lines=[third, again])[1] == posted[0]
    assert Message.objects.count() == 3
    order_pending()
    assert len(read_topic(show_topic(SHOW), after=0)) == 3


def test_another_authors_key_is_another_message(in_aurora: Brand) -> None:
    first, second = lines(2)
    same = Line(show_id=SHOW, person=second.person, text="mine", key=first.key)
    assert len(set(post_lines(lines=[first, same]))) == 2


def test_a_reply_quotes_a_line_of_the_same_room_only(in_aurora: Brand) -> None:
    here, elsewhere = make_message(SHOW, "the question"), make_message(uuid.uuid4(), "a secret")
    answers = [
        Line(show_id=SHOW, person=make_person(), text="yes", key=uuid.uuid4(), reply_to=target)
        for target in (here.pk, elsewhere.pk, uuid.uuid4())
    ]
    post_lines(lines=answers)
    order_pending()
    quotes = [event.data["reply_to"] for event in read_topic(show_topic(SHOW), after=0)[-3:]]
    assert quotes == [{"id": here.public_id, "author": here.author, "text": "the question"}, None, None]


def test_the_same_ids_in_two_brands_are_two_messages(aurora: Brand, fjord: Brand) -> None:
    key = uuid.uuid4()
    person = make_person("Noor", number=7)
    for brand in (aurora, fjord):
        with brand_context(brand):
            make_message(SHOW, f"canary of {brand.slug}", person=person, key=key)
    for brand in (aurora, fjord):
        with brand_context(brand):
            assert [message.text for message in Message.objects.all()] == [f"canary of {brand.slug}"]


@contextmanager
def counted_statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that any thread of this process runs."""
    seen: list[str] = []
    execute = CursorWrapper.execute

    def count(self: CursorWrapper, sql: Any, params: Any = None) -> Any:
        seen.append(str(sql))
        return execute(self, sql, params)

    with monkeypatch.context() as patch:
        patch.setattr(CursorWrapper, "execute", count)
        yield seen


async def test_fifty_messages_at_once_ask_the_database_a_handful_of_times(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten people, five lines each, all at the same moment, with all checks on: the statements belong
    to batches and to the sequencer's rounds, none to a message."""
    aurora = stage.brands["aurora"]
    people = [viewer_cookie(aurora, make_viewer(f"Viewer {number}")) for number in range(10)]
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(joined(stage, cookie=cookie)) for cookie in people]
        sent = [(page, uuid.uuid4(), number) for number in range(5) for page in pages]
        with counted_statements(monkeypatch) as statements:
            for page, key, number in sent:
                await page.send(t="say", key=str(key), text=f"line {number}")
            answers = [await page.answer(key) for page, key, _ in sent]
    assert [answer["t"] for answer in answers] == ["ack"] * 50
    about_chat = [sql for sql in statements if "chat_" in sql]
    assert 1 <= len(about_chat) <= 10, about_chat
