"""One honest viewer: comes back as the page does, and notes every range, event and gap it is told.

Not here: who cuts it off (crowd) and what its notes prove (verdict).
"""

import asyncio
import contextlib
import json
import random
import time
from array import array
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import websockets
from websockets.typing import Origin

from benchmarks.outages.ledger import End, Ledger, invoked_at, parse

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # as frontend/src/room/socket.ts
# Answered so, a line may be in the log all the same: it is sent again under its key.
_NO_ANSWER = frozenset(["room_busy"])


@dataclass(frozen=True, slots=True)
class Venue:
    """Where the room is: any of the ports leads to it, as through a proxy."""

    host: str
    show: str
    topic: str
    ports: Sequence[int]


@dataclass(slots=True)
class Span:
    """A stretch of the show's topic without a hole: what came above `after`, up to `last`."""

    after: int
    last: int


@dataclass(eq=False)
class Visitor:
    """`seen` holds the `seq` of each line in the order of arrival, `faults` what no server may do."""

    venue: Venue
    ledger: Ledger
    cookie: str
    rng: random.Random
    spans: list[Span] = field(default_factory=list)
    seen: "array[int]" = field(default_factory=lambda: array("q"))
    faults: list[str] = field(default_factory=list)
    closes: "Counter[int]" = field(default_factory=Counter)
    hints: list[float] = field(default_factory=list)  # when it was asked to connect elsewhere
    gaps: int = 0
    newest: float = 0.0  # when the newest line that came was said
    heard: "deque[tuple[float, float]]" = field(default_factory=lambda: deque(maxlen=2000))  # said, arrived
    port: int = 0
    away_until: float = 0.0
    _cursors: dict[str, int] = field(default_factory=dict)
    _epoch: int | None = None
    _told_of_gap: bool = False
    _failures: int = 0
    _started: bool = False
    _wait: float | None = None
    _socket: websockets.ClientConnection | None = None
    _unanswered: dict[str, str] = field(default_factory=dict)

    @property
    def present(self) -> bool:
        """Connected, and brought to the present."""
        return self._started

    @property
    def waits(self) -> bool:
        """A line of its has no answer yet."""
        return bool(self._unanswered)

    @property
    def reached(self) -> int:
        """How far it has come in the show's topic."""
        return self._cursors.get(self.venue.topic, 0)

    def first_after(self, moment: float) -> float:
        """When the first line arrived that was said after a moment."""
        return min(arrived for said, arrived in self.heard if said >= moment)

    async def stay(self) -> None:
        """Be in the room until cancelled."""
        while True:
            self._wait = None
            try:
                await self._visit(await self._door())
            except (OSError, websockets.WebSocketException, TimeoutError):
                pass
            finally:
                self._started, self._socket = False, None
            if self._wait is None:
                self._failures += 1
                self._wait = FIRST_WAIT / 2 + self.rng.random() * min(LONGEST_WAIT, FIRST_WAIT * 2**self._failures)
            await asyncio.sleep(max(self._wait, self.away_until - time.monotonic()))

    def cut(self, seconds: float, *, silently: bool = False) -> None:
        """Take the network away for so long: with a reset, or `silently`, so that the server goes on
        sending to one who does not read."""
        self.away_until = time.monotonic() + seconds
        socket = self._socket
        if socket is None:
            return
        if silently:
            socket.transport.pause_reading()
            asyncio.get_running_loop().call_later(seconds, socket.transport.abort)
        else:
            socket.transport.abort()
        self._started = False

    async def say(self) -> None:
        """Ask the room to take a line; sent again under its key after each reconnection."""
        key, text = self.ledger.invoke()
        self._unanswered[key] = text
        if self._started:
            await self._send(t="say", key=key, text=text)

    async def _door(self) -> int:
        """A port that takes connections, as a proxy finds one. Raises OSError when none does."""
        for port in self.rng.sample(self.venue.ports, len(self.venue.ports)):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
            writer.close()
            return port
        raise ConnectionRefusedError

    async def _visit(self, port: int) -> None:
        self.port = port
        host = f"{self.venue.host}:{self.port}"
        async with websockets.connect(
            f"ws://{host}/rooms/{self.venue.show}/", host="127.0.0.1", port=self.port, origin=Origin(f"http://{host}"),
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            compression=None, ping_interval=None, open_timeout=10, close_timeout=0.5, max_size=None, proxy=None,
        ) as socket:  # fmt: skip
            self._socket = socket
            self._told_of_gap = False
            await self._send(t="hello", cursors=self._cursors or None, epoch=self._epoch)
            await self._send(t="ping")
            async for text in socket:
                if not await self._take(parse(str(text))):
                    break
        if socket.close_code is not None:
            self.closes[socket.close_code] += 1

    async def _take(self, frame: Any) -> bool:
        """One frame; False when the visitor leaves to come again."""
        match frame["t"]:
            case "snapshot":
                self._take_snapshot(frame)
                await self._begin()
            case "events":
                if not self._take_events(frame):
                    return False
                await self._begin()
            case "gap":
                self._told_of_gap = True
            case "tick" | "pong":
                if self._cursors and not self._told_of_gap:
                    await self._begin()
            case "ack":
                self._settle(frame["key"], End.OK)
            case "refused":
                self._settle(frame["key"], End.UNKNOWN if frame["code"] in _NO_ANSWER else End.FAIL, frame["code"])
                if frame["code"] in _NO_ANSWER and frame["key"] in self._unanswered:
                    asyncio.get_running_loop().call_later(frame["retry_after"] or 1, self._say_again, frame["key"])
            case "reconnect":
                self.hints.append(time.monotonic())
                self._wait = frame["after_ms"] / 1000
                return False
        return True

    def _take_snapshot(self, frame: Any) -> None:
        if self._cursors:
            if not self._told_of_gap:
                self.faults.append("a snapshot took the place of events, and no gap was told")
            self.gaps += 1
        self._told_of_gap = False
        self._cursors, self._epoch = dict(frame["cursors"]), frame["epoch"]
        reached = self._cursors[self.venue.topic]
        self.spans.append(Span(reached, reached))

    def _take_events(self, frame: Any) -> bool:
        topic = frame["topic"]
        if topic not in self._cursors:
            self.faults.append("events before any snapshot")
            return False
        if frame["from"] != self._cursors[topic] + 1 or frame["epoch"] != self._epoch:
            self.faults.append(f"{frame['from']}–{frame['to']} does not join {self._cursors[topic]}")
            return False
        self._cursors[topic] = frame["to"]
        if topic == self.venue.topic:
            self._note(frame)
        return True

    def _note(self, frame: Any) -> None:
        self.spans[-1].last = frame["to"]
        before = frame["from"] - 1
        for event in frame["events"]:
            if not before < event["seq"] <= frame["to"]:
                self.faults.append(f"{event['seq']} is out of order in {frame['from']}–{frame['to']}")
            before = event["seq"]
            if event["type"] != "message.posted":
                continue
            self.seen.append(event["seq"])
            said = invoked_at(event["data"]["text"])
            self.newest = max(self.newest, said)
            self.heard.append((said, time.monotonic()))

    async def _begin(self) -> None:
        """The room has answered the hello: what waits for an answer goes out (again)."""
        if self._started:
            return
        self._started, self._failures = True, 0
        for key, text in list(self._unanswered.items()):
            await self._send(t="say", key=key, text=text)

    def _settle(self, key: str | None, end: End, why: str = "") -> None:
        said = self.ledger.lines.get(key or "")
        if said is None:
            return
        said.end, said.why = end, why
        if end is not End.UNKNOWN:
            self._unanswered.pop(key or "", None)

    def _say_again(self, key: str) -> None:
        if self._started and key in self._unanswered:
            asyncio.get_running_loop().create_task(self._send(t="say", key=key, text=self._unanswered[key]))

    async def _send(self, **frame: Any) -> None:
        if self._socket is not None:
            with contextlib.suppress(websockets.ConnectionClosed):
                await self._socket.send(json.dumps(frame))
