"""The log: one transaction with its change, ordered by commit, without gaps."""

import threading
import time
from typing import ClassVar

import pytest
from django.db import connection, connections, transaction

from kernel.eventlog.cursors import Reader, drain
from kernel.eventlog.models import Cursor, EventRecord, ParkedEvent
from kernel.eventlog.schema import Event, UnknownEvent, event_class, json_schema
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import Recorded, append, append_many, log_head, read_log, read_topic
from kernel.tenancy import NoBrand, brand_context
from tenants.models import Brand


class Noted(Event):
    type: ClassVar[str] = "test.noted"
    number: int


def numbers(records: list[Recorded]) -> list[int]:
    return [record.data["number"] for record in records]


def test_an_event_outside_a_transaction_is_refused(live_brands: dict[str, Brand]) -> None:
    with brand_context(live_brands["aurora"]), pytest.raises(transaction.TransactionManagementError):
        append(Noted(number=1), topic="a")


def test_without_a_brand_nothing_is_written(db: None) -> None:
    with pytest.raises(NoBrand):
        append(Noted(number=1), topic="a")


def test_a_rolled_back_change_leaves_no_event(in_aurora: Brand) -> None:
    with transaction.atomic():
        append(Noted(number=1), topic="a")
        transaction.set_rollback(True)
    order_pending()
    assert not read_log(after=0, types=["test.noted"])


def test_positions_and_seqs_have_no_gaps(in_aurora: Brand) -> None:
    order_pending()
    start = log_head()
    append_many([Noted(number=1), Noted(number=2)], topic="a")
    append(Noted(number=3), topic="b")
    append(Noted(number=4), topic="a")
    ordered = order_pending()
    assert [record.position for record in ordered] == [start + 1, start + 2, start + 3, start + 4]
    assert numbers(read_topic("a", after=0)) == [1, 2, 4]
    assert [record.seq for record in read_topic("a", after=0)] == [1, 2, 3]
    assert numbers(read_topic("a", after=2)) == [4]
    assert order_pending() == []


def test_rounds_are_bounded_and_join(in_aurora: Brand) -> None:
    order_pending()
    append_many([Noted(number=number) for number in range(7)], topic="a")
    assert [len(order_pending(limit=3)) for _ in range(4)] == [3, 3, 1, 0]
    assert [record.seq for record in read_topic("a", after=0)] == list(range(1, 8))


def test_a_held_back_transaction_gets_its_number_when_it_commits(live_brands: dict[str, Brand]) -> None:
    """Order is that of commits: an event is never numbered before others could see it."""
    appended, release = threading.Event(), threading.Event()

    def slow() -> None:
        with brand_context("b_aurora"), transaction.atomic():
            append(Noted(number=1), topic="a")
            appended.set()
            release.wait(5)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    appended.wait(5)
    with brand_context("b_aurora"):
        with transaction.atomic():
            append(Noted(number=2), topic="a")
        order_pending()
        assert numbers(read_topic("a", after=0)) == [2]
        release.set()
        thread.join()
        order_pending()
        assert numbers(read_topic("a", after=0)) == [2, 1]
        assert [record.seq for record in read_topic("a", after=0)] == [1, 2]


def test_the_same_number_twice_is_refused_by_the_database(in_aurora: Brand) -> None:
    constraints = {constraint.name for constraint in EventRecord._meta.constraints}
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE connamespace = 'b_aurora'::regnamespace")
        assert constraints <= {row[0] for row in cursor.fetchall()}


def test_unknown_fields_and_versions_are_refused(in_aurora: Brand) -> None:
    with pytest.raises(ValueError, match="extra"):
        Noted.model_validate({"number": 1, "surprise": 2})
    with pytest.raises(UnknownEvent):
        event_class("test.noted", 99)
    assert json_schema(Noted)["additionalProperties"] is False


def test_a_reader_sees_each_event_once_and_in_order(in_aurora: Brand) -> None:
    seen: list[int] = []
    reader = Reader("test", ["test.noted"], lambda record: seen.append(record.data["number"]))
    append_many([Noted(number=1), Noted(number=2)], topic="a")
    order_pending()
    assert drain(reader) == 2
    assert drain(reader) == 0
    assert seen == [1, 2]


def test_a_slow_reader_begins_nothing_after_its_time(in_aurora: Brand) -> None:
    reader = Reader("slow", ["test.noted"], lambda record: time.sleep(0.1))
    append_many([Noted(number=number) for number in range(5)], topic="a")
    order_pending()
    assert drain(reader, seconds=0.05) == 1
    assert drain(reader) == 4


def test_a_failing_event_is_tried_again_then_parked(in_aurora: Brand) -> None:
    seen: list[int] = []

    def handle(record: Recorded) -> None:
        if record.data["number"] == 1:
            raise ValueError("cannot digest")
        seen.append(record.data["number"])

    reader = Reader("picky", ["test.noted"], handle)
    append_many([Noted(number=1), Noted(number=2)], topic="a")
    order_pending()
    for _ in range(8):
        assert seen == []
        drain(reader)
        Cursor.objects.filter(name="picky").update(retry_at=None)
    drain(reader)
    assert seen == [2]
    assert ParkedEvent.objects.get(cursor="picky").error == "ValueError('cannot digest')"


def test_one_brands_log_is_not_anothers(aurora: Brand, fjord: Brand) -> None:
    with brand_context(aurora):
        append(Noted(number=1), topic="a")
        order_pending()
    with brand_context(fjord):
        order_pending()
        assert read_topic("a", after=0) == []
