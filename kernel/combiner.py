"""All who wait, one call: what comes while a batch runs makes the next batch. No timer.

Not here: what a batch does (chat: lines and votes; checkout: holds).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Combiner(Generic[T, R]):
    """`run` gets up to `limit` items in the order in which they came and returns one result for
    each, or an exception in its place. With `pause`, batches begin at least so many seconds apart.
    `limit` may be changed by `run` itself, for the batches that follow."""

    def __init__(
        self,
        run: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]],
        *,
        full: Callable[[], Exception],
        limit: int = 64,
        waiting: int = 2000,
        pause: float = 0.0,
    ) -> None:
        self.limit = limit
        self._run, self._full, self._most, self._pause = run, full, waiting, pause
        self._queue: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._next = 0.0

    @property
    def depth(self) -> int:
        """How many wait for a batch to begin."""
        return len(self._queue)

    @property
    def is_idle(self) -> bool:
        return self._worker is None

    async def submit(self, item: T) -> R:
        """The item's result, after its batch is durable. Raises what `full` makes when too many wait."""
        if len(self._queue) >= self._most:
            raise self._full()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._queue.append((item, future))
        if self._worker is None:
            self._worker = loop.create_task(self._work())
        return await future

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._queue:
                if (early := self._next - loop.time()) > 0:
                    await asyncio.sleep(early)
                self._next = loop.time() + self._pause
                batch = [self._queue.popleft() for _ in range(min(self.limit, len(self._queue)))]
                try:
                    results = await self._run([item for item, _ in batch])
                except Exception as error:
                    results = [error] * len(batch)
                for (_, future), result in zip(batch, results, strict=True):
                    if future.done():
                        continue  # its socket left; the work is done all the same
                    if isinstance(result, Exception):
                        future.set_exception(result)
                    else:
                        future.set_result(result)
        finally:
            self._worker = None
