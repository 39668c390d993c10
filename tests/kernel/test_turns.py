"""Threads that brands share: turns are counted, not time."""

import threading
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest

from kernel.turns import TurnThreads


def test_a_backlog_delays_others_by_one_job() -> None:
    order: list[str] = []
    threads, gate = TurnThreads(1, most=1, name="turns"), threading.Event()
    jobs: list[Future[Any]] = [threads.submit("loud", gate.wait)]
    jobs += [threads.submit("loud", partial(order.append, f"loud {number}")) for number in range(50)]
    jobs += [threads.submit("quiet", partial(order.append, f"quiet {number}")) for number in range(2)]
    gate.set()
    for job in jobs:
        job.result(5)
    assert order[:4] == ["loud 0", "quiet 0", "loud 1", "quiet 1"]
    assert order[4:] == [f"loud {number}" for number in range(2, 50)]


def test_slow_jobs_of_one_never_hold_all_threads() -> None:
    threads, gate = TurnThreads(3, most=2, name="turns"), threading.Event()
    slow = [threads.submit("loud", gate.wait) for _ in range(10)]
    assert threads.submit("quiet", lambda: "served").result(5) == "served"
    assert sum(job.running() for job in slow) == 2
    gate.set()
    assert all(job.result(5) for job in slow)
    assert threads.submit("loud", lambda: "served").result(5) == "served"


def test_a_failure_is_its_callers_and_the_thread_goes_on() -> None:
    threads = TurnThreads(1, most=1, name="turns")

    def fail() -> None:
        raise ValueError("no")

    failed, after = threads.submit("a", fail), threads.submit("a", lambda: 1)
    with pytest.raises(ValueError, match="no"):
        failed.result(5)
    assert after.result(5) == 1


def test_a_cancelled_job_is_left_out() -> None:
    ran: list[int] = []
    threads, gate = TurnThreads(1, most=1, name="turns"), threading.Event()
    first = threads.submit("a", gate.wait)
    second = threads.submit("a", lambda: ran.append(2))
    third = threads.submit("a", lambda: ran.append(3))
    assert second.cancel()
    gate.set()
    assert first.result(5)
    third.result(5)
    assert ran == [3]


def test_every_job_of_many_is_done_once() -> None:
    done: list[tuple[str, int]] = []
    threads, lock = TurnThreads(4, most=3, name="turns"), threading.Lock()

    def note(job: tuple[str, int]) -> None:
        with lock:
            done.append(job)

    wanted = [(key, number) for number in range(200) for key in ("a", "b", "c")]
    for future in [threads.submit(job[0], partial(note, job)) for job in wanted]:
        future.result(5)
    assert sorted(done) == sorted(wanted)
