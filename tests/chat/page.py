"""A page's side of the socket: says hello, keeps the state, checks that ranges join.

Not here: the server (conftest).
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any, Self

import websockets

from tests.chat.conftest import Stage
from tests.chat.reducer import apply

WAIT = 5.0


class Page:
    """`frames` is all that came, `events` what happened, in order; `state` what a page would show."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.state: dict[str, Any] = {}
        self.cursors: dict[str, int] = {}
        self.epoch = 0
        self.frames: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []

    async def send(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def hello(self, cursors: dict[str, int] | None = None, epoch: int | None = None) -> Self:
        await self.send(t="hello", cursors=cursors, epoch=epoch)
        if cursors is not None:
            self.cursors, self.epoch = dict(cursors), epoch or 0
        return self

    async def next(self, *kinds: str) -> dict[str, Any]:
        """The next frame of these kinds; the others are taken in on the way."""
        async with asyncio.timeout(WAIT):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                self._take(frame)
                if not kinds or frame["t"] in kinds:
                    return frame

    async def until(self, type_: str) -> dict[str, Any]:
        """The next event of this type that was not waited for before."""
        seen = len(self.events)
        while True:
            await self.next("events", "gap")
            for event in self.events[seen:]:
                if event["type"] == type_:
                    return event
            seen = len(self.events)

    async def answer(self, key: uuid.UUID | str) -> dict[str, Any]:
        """The ack, hold or refusal of what was sent under this key."""
        while True:
            frame = await self.next("ack", "refused", "held")
            if frame["key"] == str(key):
                return frame

    async def say(self, text: str, *, key: uuid.UUID | None = None, **more: Any) -> dict[str, Any]:
        key = key or uuid.uuid4()
        await self.send(t="say", key=str(key), text=text, **more)
        return await self.answer(key)

    async def moderate(self, act: str, **more: Any) -> dict[str, Any]:
        key = uuid.uuid4()
        await self.send(t="moderate", act=act, key=str(key), **more)
        return await self.answer(key)

    async def closed(self) -> int:
        """The code with which the server closes."""
        async with asyncio.timeout(WAIT):
            with contextlib.suppress(websockets.ConnectionClosed):
                while True:
                    self._take(json.loads(await self.socket.recv()))
        assert self.socket.close_code is not None
        return self.socket.close_code

    async def settled(self, cursors: dict[str, int]) -> None:
        """Wait until this page has come as far as these cursors."""
        while any(self.cursors[topic] < seq for topic, seq in cursors.items()):
            await self.next("events")

    def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if frame["t"] == "snapshot":
            self.state, self.cursors, self.epoch = frame["state"], frame["cursors"], frame["epoch"]
        elif frame["t"] == "events":
            assert frame["from"] == self.cursors[frame["topic"]] + 1, "ranges join"
            self.cursors[frame["topic"]] = frame["to"]
            for event in frame["events"]:
                assert frame["from"] <= event["seq"] <= frame["to"]
                self.events.append(event)
                if self.state:
                    apply(self.state, event)


@contextlib.asynccontextmanager
async def opened(
    stage: Stage,
    *,
    brand: str = "aurora",
    cookie: str = "",
    show: str = "",
    origin: str | None = None,
    headers: dict[str, str] | None = None,
) -> AsyncIterator[Page]:
    """A socket to a brand's room."""
    host = f"{brand}.localhost:{stage.port}"
    async with websockets.connect(
        f"ws://{host}/rooms/{show or stage.public_ids[brand]}/",
        host="127.0.0.1",
        port=stage.port,
        origin=websockets.Origin(origin if origin is not None else f"http://{host}"),
        additional_headers={**({"Cookie": cookie} if cookie else {}), **(headers or {})},
        max_size=None,
        close_timeout=1,
        ping_interval=None,
    ) as socket:
        yield Page(socket)


@contextlib.asynccontextmanager
async def joined(stage: Stage, **how: Any) -> AsyncIterator[Page]:
    """A page that has its snapshot."""
    async with opened(stage, **how) as page:
        await page.hello()
        await page.next("snapshot")
        yield page
