"""The socket of a room: accepts it, reads frames, answers refusals, and ends it when it must.

Not here: what frames do (acts) and what a room sends by itself (room).
"""

import asyncio
import contextlib
from collections.abc import Hashable, Mapping
from typing import Any

import structlog
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from chat import protocol
from chat.acts import act
from chat.doors import doors, limits_of
from chat.draining import is_draining
from chat.errors import FrameTooLarge, HelloFirst, RoomBusy
from chat.feed import View
from chat.people import person_of, stranger_of
from chat.room import Room
from chat.rooms import rooms
from chat.seating import Seat
from chat.tap.choose import outlet_for
from chat.watchers import watcher_of
from kernel import ids
from kernel.errors import NotFound, Problem
from kernel.ratelimit import Bucket
from kernel.traces import device_hash, network_hash
from streams.access import entry_cookies
from streams.errors import ShowNotFound
from tenants.sockets import agent_of, caller_of, cookies_of

HELLO_SECONDS = 10.0
FRAMES, FRAME_SECONDS = 60, 10.0
MOST_AT_ONCE = 8

log = structlog.get_logger(__name__)


class RoomConsumer(AsyncWebsocketConsumer):
    """wss://<brand host>/rooms/<show>/. Needs no channel layer: the hub carries events."""

    room: Room | None = None
    seat: Seat
    counted: Mapping[Hashable, int] = {}
    hello_timer: asyncio.TimerHandle | None = None
    greeted = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The base class's loop, without its tasks for each frame: there is no second source to listen
        to. The room is left however the socket ends: closed, failed, or cancelled by the server."""
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            self._leave()

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """To the handler at once: the base class would visit a thread for each frame, to close
        database connections that are never opened here."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def websocket_disconnect(self, message: Mapping[str, Any]) -> None:
        raise StopConsumer

    async def connect(self) -> None:
        scope = self.scope
        await self.accept()
        cookies = cookies_of(scope)
        person = person_of(scope["viewer"], scope["member"])
        schema, stranger = scope["brand"].schema_name, None
        if person is None or not person.is_staff:
            device, network = device_hash(cookies, schema=schema), network_hash(caller_of(scope), schema=schema)
            person = person and person.traced(device=device, network=network)
            stranger = None if person else stranger_of(device=device, network=network)
        view = View(person.keys if person else frozenset(), is_staff=bool(person and person.is_staff))
        outlet = await outlet_for(scope.get("vitrine.send"), self.base_send)
        watcher = watcher_of(person, agent=agent_of(scope), address=caller_of(scope), schema=schema)
        self.seat = Seat(outlet, person, view, entry_cookies(cookies), stranger=stranger, watcher=watcher)
        self.frames = Bucket(FRAMES, FRAME_SECONDS)
        self.acting: set[asyncio.Task[None]] = set()
        if (code := await self._enter()) is not None:
            self.seat.outlet.close(code)
            return
        scope["headers"].clear()  # all has been read; with an audience this is memory
        self.hello_timer = asyncio.get_running_loop().call_later(HELLO_SECONDS, self._expect_hello)

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
            self.seat.send(protocol.refused(None, problem))
            self.seat.outlet.close(protocol.CLOSE_TOO_LARGE)
            return
        except Problem as problem:
            self.seat.send(protocol.refused(None, problem))
            return
        if isinstance(frame, protocol.Hello):
            await self._greet(self.room, frame)
            return
        while len(self.acting) >= MOST_AT_ONCE:
            await asyncio.wait(self.acting, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.get_running_loop().create_task(self._act(self.room, frame))
        self.acting.add(task)
        task.add_done_callback(self.acting.discard)

    async def _enter(self) -> int | None:
        """Into the room; or the code with which the socket is closed."""
        scope, seat, person = self.scope, self.seat, self.seat.person
        show, schema = scope["url_route"]["kwargs"]["show"], scope["brand"].schema_name
        limits = limits_of(person, schema=schema, show=show, address=caller_of(scope))
        if not doors.enter(limits):
            return protocol.CLOSE_TOO_FAST
        self.counted = limits
        try:
            self.room = await rooms().enter(schema, ids.parse_public_id("shw", show))
        except (ShowNotFound, NotFound, ValueError):
            return protocol.CLOSE_UNKNOWN
        except Exception:
            log.exception("room.cannot_open")
            return protocol.CLOSE_TOO_SLOW
        if not await self.room.admits(seat):
            return protocol.CLOSE_UNKNOWN
        return protocol.CLOSE_REFUSED if self.room.is_shut_to(seat) else None

    def _leave(self) -> None:
        doors.leave(self.counted)
        if self.hello_timer is not None:
            self.hello_timer.cancel()
        if self.room is not None:
            self.room.leave(self.seat)
            rooms().leave(self.room)

    async def _greet(self, room: Room, hello: protocol.Hello) -> None:
        if self.greeted:
            return
        self.greeted = True
        if self.hello_timer is not None:
            self.hello_timer.cancel()
        if is_draining():
            self.seat.restart()
            return
        try:
            await rooms().welcome(room, self.seat, hello)
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
        except DatabaseError as error:
            log.warning("room.database_away", frame=frame.t, error=str(error))
            answer = protocol.refused(key, RoomBusy(retry_after=1))
        except Exception:
            # The page may send it again under the same key: it is done at most once.
            log.exception("room.act_failed", frame=frame.t)
            answer = protocol.refused(key, RoomBusy(retry_after=2))
        if answer is not None:
            self.seat.send(answer)

    def _expect_hello(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be closing
            self.seat.outlet.close(protocol.CLOSE_NO_HELLO)
