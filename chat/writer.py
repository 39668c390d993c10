"""Posting messages: all that wait, messages and events, in one statement and one commit.

Not here: whether they may be posted (memory, before) and their frames (the log, after).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from chat.events import MessagePosted, Quote
from chat.models import Message
from chat.people import Person
from chat.protocol import dumps
from kernel import clock, ids
from kernel.eventlog import doorbell
from kernel.eventlog.models import EventRecord
from kernel.eventlog.store import show_topic
from kernel.tenancy import current_schema

QUOTED = 120  # characters of the line that is answered

# A message whose key is known inserts nothing and tells nothing. The events keep the order in
# which the messages came; their insert is the last part, as every append is the last statement.
_POST = """
WITH line AS (
    SELECT * FROM unnest(
        %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[],
        %s::uuid[], %s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::jsonb[], %s::text[], %s::float8[]
    ) WITH ORDINALITY AS line(
        id, show_id, author_key, author, badge, title, text, key,
        customer_id, reply_to_id, at, event_id, topic, data, actor, media_time, nth
    )
), posted AS (
    INSERT INTO {messages} (
        id, show_id, author_key, author, badge, title, text, key, customer_id, reply_to_id, posted_at, removed_by,
        is_hidden
    )
    SELECT id, show_id, author_key, author, badge, title, text, key, customer_id, reply_to_id, at, '', false
    FROM line ORDER BY nth
    ON CONFLICT (author_key, key) DO NOTHING
    RETURNING id
), told AS (
    INSERT INTO {events} (event_id, topic, type, version, data, actor, "to", at, media_time)
    SELECT event_id, topic, %s, %s, data, actor, '', at, media_time FROM line JOIN posted USING (id) ORDER BY nth
)
SELECT id FROM posted
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A message that passed the room's checks."""

    show_id: uuid.UUID
    person: Person
    text: str
    key: uuid.UUID
    reply_to: uuid.UUID | None = None
    media_started_at: dt.datetime | None = None


def post_lines(*, lines: Sequence[Line]) -> list[uuid.UUID]:
    """Post the lines and append their events; durable on return. Returns each line's message id: of
    the earlier message when the author used the key before.

    One statement, two more when lines answer others or keys were used before. Locks the lines that are
    answered, by their ids: one that is removed or edited at this moment is quoted as it is after that, or
    hears of it after this.
    """
    schema = current_schema()
    made = [ids.uuid7() for _ in lines]
    with transaction.atomic():
        quotes = _quotes(lines)
        with connection.cursor() as cursor:
            cursor.execute(
                _POST.format(messages=Message._meta.db_table, events=EventRecord._meta.db_table),
                [*_columns(lines, made, quotes), MessagePosted.type, MessagePosted.version],
            )
            posted = {row[0] for row in cursor.fetchall()}
        transaction.on_commit(lambda: doorbell.ring(schema))
    if len(posted) == len(lines):
        return made
    return [mine if mine in posted else earlier for mine, earlier in zip(made, _earlier(lines), strict=True)]


def _columns(lines: Sequence[Line], made: list[uuid.UUID], quotes: dict[uuid.UUID, Quote]) -> list[list[object]]:
    moment = clock.now()
    rows = []
    for line, message_id in zip(lines, made, strict=True):
        person, quote = line.person, quotes.get(line.reply_to) if line.reply_to else None
        event = MessagePosted(
            message_id=ids.public_id(Message.id_prefix, message_id),
            author_key=person.key,
            author=person.name,
            badge=person.badge,
            title=person.title,
            text=line.text,
            reply_to=quote,
            key=str(line.key),
        )
        media_time = round((moment - line.media_started_at).total_seconds(), 3) if line.media_started_at else None
        rows.append(
            [
                message_id, line.show_id, person.key, person.name, person.badge, person.title, line.text, line.key,
                person.customer_id, line.reply_to if quote else None, moment, ids.uuid7(), show_topic(line.show_id),
                dumps(event.model_dump(mode="json")), person.actor, media_time,
            ]
        )  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


def _quotes(lines: Sequence[Line]) -> dict[uuid.UUID, Quote]:
    """The lines that are answered: of the same room, seen by all, and not removed. Locked."""
    wanted = {line.reply_to: line.show_id for line in lines if line.reply_to}
    if not wanted:
        return {}
    seen = Message.objects.filter(pk__in=wanted, removed_at=None, is_hidden=False)
    rows = seen.select_for_update(no_key=True).order_by("pk").only("id", "show_id", "author", "text")
    return {row.pk: quote_of(row) for row in rows if row.show_id == wanted[row.pk]}


def quote_for(line: Line) -> Quote | None:
    """The line that a single one answers, locked: in the transaction that keeps the answer."""
    return _quotes([line]).get(line.reply_to) if line.reply_to else None


def quote_of(message: Message) -> Quote:
    return Quote(id=message.public_id, author=message.author, text=message.text[:QUOTED])


def _earlier(lines: Sequence[Line]) -> list[uuid.UUID]:
    """The messages under the lines' keys, in their order."""
    rows = Message.objects.filter(
        author_key__in={line.person.key for line in lines}, key__in={line.key for line in lines}
    ).values_list("author_key", "key", "id")
    known = {(author_key, key): message_id for author_key, key, message_id in rows}
    return [known[(line.person.key, line.key)] for line in lines]
