"""The sequencer as a process runs it: one leads, and leading ends with the loop that led."""

import threading
import time
from collections.abc import Callable

from django.db import connection, connections, transaction

from kernel.eventlog.sequencer import ADVISORY_LOCK, Sequencer
from kernel.eventlog.store import append, read_topic
from kernel.tenancy import brand_context, public_context
from tenants.models import Brand
from tests.kernel.test_eventlog import Noted
from tests.outage import cut_subscriptions


def leaders() -> int:
    with public_context(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [ADVISORY_LOCK],
        )
        return int(cursor.fetchone()[0])


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
