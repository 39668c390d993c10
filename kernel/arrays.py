"""Lists as PostgreSQL's array literals, for statements that take hundreds of values in a dozen columns.

Not here: ordinary parameters. psycopg's own way costs half a microsecond a value, this a tenth; a drop notices.
"""

import datetime as dt
import uuid
from collections.abc import Iterable


def array_of(values: Iterable[uuid.UUID | int | None]) -> str:
    """The literal of values whose text needs no quotes: ids and whole numbers. Name the type in the statement."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def array_of_texts(values: Iterable[str | None]) -> str:
    """The literal of any texts."""
    return "{" + ",".join(["NULL" if value is None else _quoted(value) for value in values]) + "}"


def array_of_bools(values: Iterable[bool]) -> str:
    return "{" + ",".join(["t" if value else "f" for value in values]) + "}"


def array_of_bytes(values: Iterable[bytes | None]) -> str:
    return "{" + ",".join(["NULL" if value is None else f'"\\\\x{value.hex()}"' for value in values]) + "}"


def array_of_spans(values: Iterable[dt.timedelta]) -> str:
    """The literal of lengths of time, to the microsecond."""
    return "{" + ",".join([f'"{value // dt.timedelta(microseconds=1)} microseconds"' for value in values]) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
