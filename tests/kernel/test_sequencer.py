"""The sequencer as a process runs it: one leads, and leading ends with the loop that led."""

import threading
import time
from collections.abc import Callable

from django.db import connection, connections, transaction

from kernel.eventlog.sequencer import ADVISORY_LOCK, ROUND, Sequencer
from kernel.eventlog.store import append, append_many, read_topic
from kernel.tenancy import brand_context, public_context
from tenants.models import Brand
from tests.kernel.test_eventlog import Noted
from tests.outage import cut_subscriptions


def leading_backends() -> list[int]:
    with public_context(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [ADVISORY_LOCK],
        )
        return [row[0] for row in cursor.fetchall()]


def leaders() -> int:
    return len(leading_backends())


def eventually(true: Callable[[], bool], seconds: float = 8.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def note(number: int) -> None:
    with brand_context("b_aurora"), transaction.atomic():
        append(Noted(number=number), topic="a")


def noted() -> int:
    with brand_context("b_aurora"):
        return len(read_topic("a", after=0))


def started() -> tuple[Sequencer, threading.Thread]:
    sequencer = Sequencer(after_round=lambda schema, types: None)

    def work() -> None:
        try:
            sequencer.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return sequencer, thread


def test_a_lost_redis_does_not_lock_the_log_for_good(live_brands: dict[str, Brand]) -> None:
    """The connection that held the lock goes back to the pool in between; it must go without it."""
    sequencer, thread = started()
    try:
        assert eventually(lambda: leaders() == 1)
        for number in range(1, 4):
            assert eventually(lambda: cut_subscriptions() > 0)  # it leads a moment before it listens
            note(number)
            assert eventually(lambda number=number: noted() == number)  # type: ignore[misc]
    finally:
        sequencer.stopping = True
        thread.join(10)
    assert leaders() == 0


def test_the_next_one_takes_over(live_brands: dict[str, Brand]) -> None:
    first, first_thread = started()
    assert eventually(lambda: leaders() == 1)
    second, second_thread = started()
    try:
        first.stopping = True
        first_thread.join(10)
        note(1)
        assert eventually(lambda: noted() == 1)
    finally:
        first.stopping = second.stopping = True
        second_thread.join(10)


def test_who_lost_the_lock_with_its_connection_leads_no_longer(live_brands: dict[str, Brand]) -> None:
    """Django would open another connection, without the lock, in silence; and both would number events."""
    sequencers = [started(), started()]
    try:
        for number in range(1, 6):
            assert eventually(lambda: leaders() == 1)
            with public_context(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", leading_backends())
            note(number)
            assert eventually(lambda number=number: noted() == number)  # type: ignore[misc]
            assert eventually(lambda: sum(one.leads for one, _ in sequencers) == leaders() == 1)
    finally:
        for sequencer, thread in sequencers:
            sequencer.stopping = True
            thread.join(10)


def test_a_standby_takes_over_within_two_seconds(live_brands: dict[str, Brand]) -> None:
    sequencers = [started(), started()]
    try:
        assert eventually(lambda: leaders() == 1)
        note(1)
        assert eventually(lambda: noted() == 1)
        leader = next(one for one, _ in sequencers if one.leads)
        leader.stopping = True
        note(2)
        asked = time.monotonic()
        assert eventually(lambda: noted() == 2, 2.0)
        assert time.monotonic() - asked < 2.0
    finally:
        for sequencer, thread in sequencers:
            sequencer.stopping = True
            thread.join(10)


def test_a_brand_with_a_backlog_waits_for_its_turn(live_brands: dict[str, Brand]) -> None:
    """Ten rounds of one brand delay one event of the other by one round: turns are counted, not time."""
    turns: list[str] = []
    sequencer = Sequencer(after_round=lambda schema, types: turns.append(schema))
    sequencer.take_turns(["b_aurora", "b_fjord"])  # what came with the brands themselves
    turns.clear()
    with brand_context("b_aurora"), transaction.atomic():
        append_many([Noted(number=number) for number in range(10 * ROUND)], topic="a")
    with brand_context("b_fjord"), transaction.atomic():
        append(Noted(number=1), topic="a")
    sequencer.take_turns(["b_aurora", "b_fjord"])
    assert turns == ["b_aurora", "b_fjord"]
    with brand_context("b_fjord"), transaction.atomic():
        append(Noted(number=2), topic="a")
    sequencer.take_turns(["b_fjord"])
    assert turns[2:] == ["b_aurora", "b_fjord"]
    while sequencer.due:
        sequencer.take_turns()
    assert turns.count("b_aurora") == 10
    assert turns.count("b_fjord") == 2


def test_reactions_that_cannot_be_queued_hold_up_nobody(live_brands: dict[str, Brand]) -> None:
    """The task queue's errors are neither the database's nor Redis's own kind."""

    def broken(schema: str, types: frozenset[str]) -> None:
        raise ConnectionError("no queue")

    note(1)
    sequencer = Sequencer(after_round=broken)
    sequencer.take_turns(["b_aurora"])
    assert noted() == 1
