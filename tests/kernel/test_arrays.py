"""Array literals mean to PostgreSQL what the lists meant to us."""

import datetime as dt
import uuid

from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kernel.arrays import array_of, array_of_bools, array_of_bytes, array_of_spans, array_of_texts

TEXT = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]))


def read(literal: str, kind: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [literal])
        [value] = cursor.fetchone() or [None]
    return value


class Arrays(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.none() | TEXT | st.sampled_from(["NULL", "null", "", "{}", '"', "\\", ",", "'"])))
    def test_texts(self, values: list[str | None]) -> None:
        assert read(array_of_texts(values), "text") == values

    def test_the_others(self) -> None:
        known = uuid.uuid4()
        assert read(array_of([known, None]), "uuid") == [known, None]
        assert read(array_of([1, None, -(2**62)]), "bigint") == [1, None, -(2**62)]
        assert read(array_of_bools([True, False]), "boolean") == [True, False]
        data = [bytes(value) for value in read(array_of_bytes([b"\x00\xff", b""]), "bytea")]  # type: ignore[attr-defined]
        assert data == [b"\x00\xff", b""]
        spans = [dt.timedelta(minutes=5), dt.timedelta(microseconds=1), dt.timedelta(days=3, seconds=1)]
        assert read(array_of_spans(spans), "interval") == spans
