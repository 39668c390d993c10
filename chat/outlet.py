"""The sending half of one socket: at once when the transport takes it, else from a bounded queue.

Not here: what is sent (feed, room), and the shorter way on servers that are known (tap).
"""

import asyncio
import types
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator, Hashable, Iterable, Set
from typing import Any, Generic, TypeVar

import structlog

from chat.protocol import CLOSE_TOO_SLOW
from chat.wire import Frame

MAX_FRAMES, MAX_BYTES = 32, 256 * 1024
# A server may refuse to send the protocol's own codes (Daphne's does); then the page reads 4013 for 1013.
_OWN_CODES = 3000

log = structlog.get_logger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]
Kind = TypeVar("Kind", bound="Outlet")


class Outlet(ABC):
    """Frames leave in the order in which they were pushed, and nothing after `closed`."""

    __slots__ = ("closed",)

    def __init__(self) -> None:
        self.closed = False

    @abstractmethod
    def push(self, frame: Frame) -> None:
        """Send a frame without waiting. Too much unsent closes the socket with 1013: the page
        resumes from its cursor, and nothing is lost in silence."""

    def kind(self) -> Hashable:
        """Which outlets of a rank are pushed to together with this one."""
        return type(self)

    def group(self) -> "Group[Any]":
        """An empty group for outlets of this kind."""
        return Group(type(self))

    def grip(self) -> Any:
        """What `push_all` takes of this outlet: itself, or what its class needs at hand."""
        return self

    @classmethod
    def push_all(cls, frame: Frame, grips: Iterable[Any]) -> None:
        """Send a frame to many outlets of this class."""
        for outlet in grips:
            outlet.push(frame)

    @abstractmethod
    def close(self, code: int) -> None:
        """Close the socket, after what waits. Sends nothing from then on."""

    @abstractmethod
    def abandon(self) -> None:
        """The socket is gone: forget what was not sent."""

    def close_slow(self, frames: int, size: int) -> None:
        """Close a socket whose reader does not keep up."""
        log.info("socket.too_slow", frames=frames, bytes=size)
        self.close(CLOSE_TOO_SLOW)


class Group(Generic[Kind]):
    """Outlets of one kind that get the same frames. Their class knows how to push to many at least cost."""

    def __init__(self, outlets: type[Kind]) -> None:
        self._class = outlets
        self._grips: dict[Kind, Any] = {}

    def add(self, outlet: Kind) -> None:
        self._grips[outlet] = outlet.grip()

    def discard(self, outlet: Kind) -> None:
        self._grips.pop(outlet, None)

    def push(self, frame: Frame, but: Set[Outlet]) -> None:
        """Send a frame to all, or to all but some."""
        if but:
            self._class.push_all(frame, [grip for outlet, grip in self._grips.items() if outlet not in but])
        else:
            self._class.push_all(frame, self._grips.values())

    def __bool__(self) -> bool:
        return bool(self._grips)


class Rank:
    """Outlets of any kind that get the same frames."""

    def __init__(self) -> None:
        self._groups: dict[Hashable, Group[Any]] = {}

    def add(self, outlet: Outlet) -> None:
        group = self._groups.get(outlet.kind())
        if group is None:
            group = self._groups[outlet.kind()] = outlet.group()
        group.add(outlet)

    def discard(self, outlet: Outlet) -> None:
        group = self._groups.get(outlet.kind())
        if group is not None:
            group.discard(outlet)

    def push(self, frame: Frame, *, but: Set[Outlet] = frozenset()) -> None:
        """Send a frame to all, or to all but some."""
        for group in self._groups.values():
            group.push(frame, but)

    def __bool__(self) -> bool:
        return any(self._groups.values())


class PortableOutlet(Outlet):
    """Over the public ASGI `send`, so any server will do."""

    __slots__ = ("_bytes", "_drain", "_queue", "_send")

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._queue: deque[dict[str, Any]] | None = None  # made when something waits
        self._bytes = 0
        self._drain: asyncio.Task[None] | None = None

    def push(self, frame: Frame) -> None:
        """The coroutine of `send` is driven one step by hand: when the transport takes the frame,
        which is nearly always, no task is made. One that waits gets a task, and the frames behind
        it a queue."""
        if self.closed:
            return
        text = frame.text
        event = {"type": "websocket.send", "text": text}
        if self._drain is not None:
            queue = self._waiting()
            queue.append(event)
            self._bytes += len(text)
            if len(queue) > MAX_FRAMES or self._bytes > MAX_BYTES:
                count, size = len(queue), self._bytes
                queue.clear()
                self.close_slow(count, size)
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
        if self.closed:
            return
        self.closed = True
        if self._drain is not None:
            self._waiting().append({"type": "websocket.close", "code": code})
        else:
            self._drain = asyncio.get_running_loop().create_task(self._finish(self._end(code)))

    def abandon(self) -> None:
        self.closed = True
        self._queue = None
        if self._drain is not None:
            self._drain.cancel()

    def _waiting(self) -> deque[dict[str, Any]]:
        if self._queue is None:
            self._queue = deque()
        return self._queue

    async def _finish(self, first: Awaitable[None]) -> None:
        try:
            await first
            while self._queue:
                event = self._queue.popleft()
                if event["type"] == "websocket.close":
                    await self._end(event["code"])
                    continue
                self._bytes -= len(event["text"])
                await self._send(event)
        except Exception:
            self.closed = True
            self._queue = None
        finally:
            self._drain = None

    async def _end(self, code: int) -> None:
        try:
            await self._send({"type": "websocket.close", "code": code})
        except Exception:
            if code < _OWN_CODES:
                await self._send({"type": "websocket.close", "code": code + _OWN_CODES})


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
