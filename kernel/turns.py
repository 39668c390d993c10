"""A few threads shared by all brands, each brand in its turn.

Not here: what runs in them (tenancy).
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from threading import Lock
from typing import Any

Work = tuple["Future[Any]", Callable[[], Any]]


class TurnThreads:
    """When a thread is free the next key in line gets it for one job: who has a hundred waiting delays
    another by one job, not by a hundred. One key never holds more than `most` threads, however slow its
    jobs are. Jobs of one key begin in their order."""

    def __init__(self, threads: int, *, most: int, name: str) -> None:
        self._pool: Executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)
        self._free, self._most = threads, most
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[Work]] = OrderedDict()
        self._lock = Lock()

    def submit(self, key: str, function: Callable[[], Any]) -> "Future[Any]":
        """The future of a job that runs when its key's turn comes."""
        future: Future[Any] = Future()
        with self._lock:
            self._waiting.setdefault(key, deque()).append((future, function))
            if not self._free:
                return future
            self._free -= 1
        self._pool.submit(self._run)
        return future

    def run_in_one(self, function: Callable[[], Any]) -> None:
        """Run something in one of the threads, out of turn, and wait for it."""
        self._pool.submit(function).result()

    def _run(self) -> None:
        """One thread's work until nothing waits that may run."""
        done: str | None = None
        while (turn := self._next(done)) is not None:
            done, (future, function) = turn
            _settle(future, function)
            del turn, future, function  # nothing of a job outlives it here

    def _next(self, done: str | None) -> tuple[str, Work] | None:
        """The next turn; `done` is the key of the last one. None gives the thread back."""
        with self._lock:
            if done is not None:
                self._running[done] -= 1
                if not self._running[done]:
                    del self._running[done]
            key = next((key for key in self._waiting if self._running[key] < self._most), None)
            if key is None:
                self._free += 1
                return None
            jobs = self._waiting[key]
            work = jobs.popleft()
            self._running[key] += 1
            if jobs:
                self._waiting.move_to_end(key)
            else:
                del self._waiting[key]
            return key, work


def _settle(future: "Future[Any]", function: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(function())
    except BaseException as error:
        future.set_exception(error)
