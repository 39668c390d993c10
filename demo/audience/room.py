"""A socket in a room that comes back by itself, with ever longer waits, from where it was.

Not here: what is said (host, guest) and what is going on (sight).
"""

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from demo.audience.door import LOOPBACK, Door

FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0
ANSWER_SECONDS = 10.0
Frame = dict[str, Any]


class Unanswered(Exception):
    """The room refused, or said nothing in time."""


class RoomSocket:
    """`on_frame` is called with every frame, in order; without it only answers are read."""

    def __init__(self, door: Door, show_id: str, *, on_frame: Callable[[Frame], None] | None = None) -> None:
        self._door, self._path, self._on_frame = door, f"/rooms/{show_id}/", on_frame
        self._socket: ClientConnection | None = None
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._cursors: dict[str, int] = {}
        self._epoch: int | None = None
        self.greeted = asyncio.Event()

    async def run(self) -> None:
        """Stay in the room until cancelled."""
        wait = FIRST_WAIT
        while True:
            try:
                async with self._connect() as socket:
                    self._socket = socket
                    await socket.send(json.dumps({"t": "hello", **self._place()}))
                    wait = FIRST_WAIT
                    async for text in socket:
                        self._take(str(text))
            except (OSError, InvalidHandshake, WebSocketException):
                pass
            finally:
                self._socket = None
                self.greeted.clear()
            await asyncio.sleep(wait * random.uniform(0.7, 1.3))
            wait = min(LONGEST_WAIT, wait * 2)

    async def send(self, frame: Frame) -> None:
        """Send without waiting for an answer; away from the room nothing is sent."""
        if self._socket is not None:
            with contextlib.suppress(WebSocketException):
                await self._socket.send(json.dumps(frame))

    async def ask(self, frame: Frame) -> Frame:
        """Send a frame under a key and wait for its answer. Raises Unanswered."""
        if self._socket is None:
            raise Unanswered("not in the room")
        key = str(uuid.uuid4())
        answer = self._answers[key] = asyncio.get_running_loop().create_future()
        try:
            await self.send({**frame, "key": key})
            heard: Frame = await asyncio.wait_for(answer, ANSWER_SECONDS)
        except TimeoutError:
            raise Unanswered(f"no answer to {frame['t']}") from None
        finally:
            del self._answers[key]
        if heard["t"] == "refused":
            raise Unanswered(f"{heard['code']}: {heard['detail']}")
        return heard

    def _connect(self) -> connect:
        return connect(
            f"ws://{self._door.host}{self._path}",
            host=LOOPBACK,
            port=self._door.port,
            origin=self._door.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self._door.cookies()},
            compression=None,
            proxy=None,
            max_size=4 * 1024 * 1024,
        )

    def _place(self) -> Frame:
        """Where it was: only whoever listens to frames knows, and goes on from there."""
        if self._on_frame is None or not self._cursors:
            return {"cursors": None, "epoch": None}
        return {"cursors": self._cursors, "epoch": self._epoch}

    def _take(self, text: str) -> None:
        # Guests hear much and need little: only answers and the first snapshot are looked at.
        if self._on_frame is None and not text.startswith(('{"t":"ack"', '{"t":"refused"', '{"t":"snapshot"')):
            self.greeted.set()
            return
        frame: Frame = json.loads(text)
        kind = frame.get("t")
        if kind in ("ack", "refused") and (answer := self._answers.get(str(frame.get("key")))) is not None:
            if not answer.done():
                answer.set_result(frame)
        elif kind == "snapshot":
            self._cursors, self._epoch = dict(frame["cursors"]), frame["epoch"]
            self.greeted.set()
        elif kind == "events":
            self._cursors[frame["topic"]] = frame["to"]
            self.greeted.set()  # after a resume no snapshot comes
        if self._on_frame is not None:
            self._on_frame(frame)
