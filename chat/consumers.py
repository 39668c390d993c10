"""The socket of a room: accepts it, reads frames, answers refusals, and ends it when it must.

Not here: what frames do (acts) and what a room sends by itself (room).
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import structlog
from channels.generic.websocket import AsyncWebsocketConsumer

from chat import protocol
from chat.acts import act
from chat.errors import FrameTooLarge, HelloFirst, RoomBusy
from chat.feed import View
from chat.outlet import Outlet
from chat.people import person_of
from chat.room import Room, Seat
from chat.rooms import rooms
from kernel import ids
from kernel.errors import NotFound, Problem
from kernel.ratelimit import Bucket
from streams.errors import ShowNotFound
from tenants.sockets import cookies_of

HELLO_SECONDS = 10.0
FRAMES, FRAME_SECONDS = 60, 10.0
MOST_AT_ONCE, MOST_SOCKETS = 8, 10

log = structlog.get_logger(__name__)


class RoomConsumer(AsyncWebsocketConsumer):
    """wss://<brand host>/rooms/<show>/. Needs no channel layer: the hub carries events."""

    room: Room | None = None
    seat: Seat
    greeted = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Leave the room however the socket ends: closed, failed, or cancelled by the server."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.room is not None:
                self.room.leave(self.seat)
                rooms().leave(self.room)

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """To the handler at once: the base class would visit a thread for each frame, to close
        database connections that are never opened here."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        scope = self.scope
        person = person_of(scope["viewer"], scope["member"])
        view = View(person.keys if person else frozenset(), is_staff=bool(person and person.is_staff))
        self.seat = Seat(Outlet(self.base_send, view), person, cookies_of(scope))
        self.frames = Bucket(FRAMES, FRAME_SECONDS)
        self.acting: set[asyncio.Task[None]] = set()
        await self.accept()
        try:
            show_id = ids.parse_public_id("shw", scope["url_route"]["kwargs"]["show"])
            self.room = await rooms().enter(scope["brand"].schema_name, show_id)
        except (ShowNotFound, NotFound, ValueError):
            return self.seat.outlet.close(protocol.CLOSE_UNKNOWN)
        except Exception:
            log.exception("room.cannot_open")
            return self.seat.outlet.close(protocol.CLOSE_TOO_SLOW)
        if not await self.room.admits(self.seat):
            return self.seat.outlet.close(protocol.CLOSE_UNKNOWN)
        if self.room.memory.is_banned(person):
            return self.seat.outlet.close(protocol.CLOSE_REFUSED)
        if person and self.room.seats_of(person) >= MOST_SOCKETS:
            return self.seat.outlet.close(protocol.CLOSE_TOO_FAST)
        asyncio.get_running_loop().call_later(HELLO_SECONDS, self._expect_hello)
        return None

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One frame. Frames are done side by side, begun in order, a few at a time."""
        if self.room is None or self.seat.outlet.closed:
            return
        if self.frames.take():
            self.seat.outlet.close(protocol.CLOSE_TOO_FAST)
            return
        try:
            frame = protocol.read_frame(text_data if text_data is not None else "")
        except FrameTooLarge as problem:
            self.seat.outlet.push(protocol.refused(None, problem))
            self.seat.outlet.close(protocol.CLOSE_TOO_LARGE)
            return
        except Problem as problem:
            self.seat.outlet.push(protocol.refused(None, problem))
            return
        if isinstance(frame, protocol.Hello):
            await self._greet(self.room, frame)
            return
        while len(self.acting) >= MOST_AT_ONCE:
            await asyncio.wait(self.acting, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.get_running_loop().create_task(self._act(self.room, frame))
        self.acting.add(task)
        task.add_done_callback(self.acting.discard)

    async def _greet(self, room: Room, hello: protocol.Hello) -> None:
        if self.greeted:
            return
        self.greeted = True
        try:
            await room.welcome(self.seat, hello)
        except Exception:
            log.exception("room.cannot_welcome")
            self.seat.outlet.close(protocol.CLOSE_TOO_SLOW)

    async def _act(self, room: Room, frame: Any) -> None:
        key = getattr(frame, "key", None)
        try:
            if not self.greeted:
                raise HelloFirst
            answer = await act(room, self.seat, frame)
        except Problem as problem:
            answer = protocol.refused(key, problem)
        except Exception:
            # The page may send it again under the same key: it is done at most once.
            log.exception("room.act_failed", frame=frame.t)
            answer = protocol.refused(key, RoomBusy(retry_after=2))
        if answer is not None:
            self.seat.outlet.push(answer)

    def _expect_hello(self) -> None:
        if not self.greeted:
            with contextlib.suppress(RuntimeError):  # the loop may be closing
                self.seat.outlet.close(protocol.CLOSE_NO_HELLO)
