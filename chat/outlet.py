"""The sending half of one socket: at once when the transport takes it, else from a bounded queue.

Not here: what is sent (feed, room). Only the public ASGI `send` is used, so any server will do.
"""

import asyncio
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

import structlog

from chat.feed import Slice, View
from chat.protocol import CLOSE_TOO_SLOW

MAX_FRAMES, MAX_BYTES = 32, 256 * 1024

log = structlog.get_logger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outlet:
    """`view` says what this socket may see; `cursors` how far it has come in each topic."""

    __slots__ = ("_bytes", "_drain", "_queue", "_send", "closed", "cursors", "view")

    def __init__(self, send: Send, view: View) -> None:
        self._send = send
        self.view = view
        self.cursors: dict[str, int] = {}
        self.closed = False
        self._queue: deque[dict[str, Any]] = deque()
        self._bytes = 0
        self._drain: asyncio.Task[None] | None = None

    def carry(self, part: Slice) -> None:
        """Send what this socket lacks of a part. A part that does not join ends the socket: the
        client resumes from its cursor, and nothing is lost in silence."""
        have = self.cursors[part.topic]
        if have >= part.last:
            return
        if have + 1 < part.first:
            self.close(CLOSE_TOO_SLOW)
            return
        self.cursors[part.topic] = part.last
        self.push(part.after(have).text(self.view))

    def push(self, text: str) -> None:
        """Send a text without waiting. Too much unsent closes the socket with 1013.

        The coroutine of `send` is driven one step by hand: when the transport takes the frame,
        which is nearly always, no task is made. One that waits gets a task, and the frames behind
        it a queue.
        """
        if self.closed:
            return
        event = {"type": "websocket.send", "text": text}
        if self._drain is not None:
            self._queue.append(event)
            self._bytes += len(text)
            if len(self._queue) > MAX_FRAMES or self._bytes > MAX_BYTES:
                log.info("socket.too_slow", frames=len(self._queue))
                self._queue.clear()
                self.close(CLOSE_TOO_SLOW)
            return
        step = _coroutine(self._send(event))
        try:
            waits_for = step.send(None)
        except StopIteration:
            return
        except Exception:
            self.closed = True  # the peer is gone; its disconnect follows
            return
        self._drain = asyncio.get_running_loop().create_task(self._finish(_rest(step, waits_for)))

    def close(self, code: int) -> None:
        """Close the socket, after what is queued. Sends nothing from then on."""
        if self.closed:
            return
        self.closed = True
        event = {"type": "websocket.close", "code": code}
        if self._drain is not None:
            self._queue.append(event)
        else:
            self._drain = asyncio.get_running_loop().create_task(self._finish(self._send(event)))

    def abandon(self) -> None:
        """The socket is gone: forget what was not sent."""
        self.closed = True
        self._queue.clear()
        if self._drain is not None:
            self._drain.cancel()

    async def _finish(self, first: Awaitable[None]) -> None:
        try:
            await first
            while self._queue:
                event = self._queue.popleft()
                self._bytes -= len(event.get("text", ""))
                await self._send(event)
        except Exception:
            self.closed = True
            self._queue.clear()
        finally:
            self._drain = None


def _coroutine(awaitable: Awaitable[None]) -> Coroutine[Any, Any, None]:
    if isinstance(awaitable, Coroutine):
        return awaitable
    return _wrap(awaitable)


async def _wrap(awaitable: Awaitable[None]) -> None:
    await awaitable


@types.coroutine
def _rest(step: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """The rest of a coroutine that was driven one step and waits for something."""
    while True:
        failure: BaseException | None = None
        answer = None
        try:
            answer = yield waits_for
        except BaseException as error:
            failure = error
        try:
            waits_for = step.send(answer) if failure is None else step.throw(failure)
        except StopIteration:
            return
