"""A room's whole chat as a file: CSV for spreadsheets, JSON for programs. Read and sent in portions.

Not here: who may have it (api.messages).
"""

import csv
import uuid
from collections.abc import Iterator
from typing import Any

from chat.models import Message
from chat.protocol import dumps
from kernel import clock, ids
from kernel.tenancy import brand_context

COLUMNS = ("time", "id", "author", "role", "text", "reply_to", "edited", "first_text", "removed", "shadowed")
# What a spreadsheet may take for the beginning of a formula, in any width of writing.
_FORMULA = "=+-@\t\r\n＝＋－＠"


def csv_rows(schema: str, show_id: uuid.UUID) -> Iterator[str]:
    """The lines of the file. Streamed after the view, so that the brand is entered here."""
    writer = csv.writer(_Echo())
    yield "\ufeff"  # so that spreadsheets read it as UTF-8
    yield writer.writerow(COLUMNS)
    with brand_context(schema):
        for message in _messages(show_id):
            yield writer.writerow([_cell(_text(value)) for value in record_of(message).values()])


def json_rows(schema: str, show_id: uuid.UUID) -> Iterator[str]:
    """The same as one JSON array, a line for each message."""
    yield "["
    with brand_context(schema):
        for number, message in enumerate(_messages(show_id)):
            yield f"{',' if number else ''}\n{dumps(record_of(message))}"
    yield "\n]\n"


def record_of(message: Message) -> dict[str, Any]:
    """One message by the names of the columns."""
    edits = list(message.edits.all())
    return {
        "time": clock.isoformat(message.posted_at),
        "id": message.public_id,
        "author": message.author,
        "role": message.badge or "viewer",
        "text": message.text,
        "reply_to": ids.public_id(Message.id_prefix, message.reply_to_id) if message.reply_to_id else None,
        "edited": clock.isoformat(message.edited_at) if message.edited_at else None,
        "first_text": min(edits, key=lambda edit: edit.pk).before if edits else None,
        "removed": message.removed_at is not None,
        "shadowed": message.is_hidden,
    }


def _messages(show_id: uuid.UUID) -> Iterator[Message]:
    rows = Message.objects.filter(show_id=show_id).prefetch_related("edits").order_by("id")
    return rows.iterator(chunk_size=1000)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return value or ""


def _cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.lstrip()[:1] in _FORMULA and text else text


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line
