"""One room with one crowd: from the first socket to the figures of one measured window.

Not here: which rooms there are, and what their figures are compared with.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cost import cpu_seconds
from benchmarks.crowd.client import Crowd, Door, gathered
from benchmarks.publishing import Publisher

SETTLE_SECONDS, WARM_SECONDS = 0.7, 1.0
CLOSED_SECONDS = 5.0
# Nothing more comes after so long; whole compressed frames cannot be counted up to the last message.
QUIET_SECONDS, QUIET_PACKED_SECONDS = 3.0, 0.3
LATE_SECONDS = 8.0  # what has not come so long after the last word is lost


@dataclass
class Room:
    """A server that is measured: the way in, the processes whose time is counted, who speaks in it."""

    name: str
    door: Door
    pids: Sequence[int]
    publisher: Publisher
    spoken: int = 0
    windows: "list[Window]" = field(default_factory=list)

    def numbers(self, count: int) -> int:
        """The first of so many numbers that were never used here."""
        first, self.spoken = self.spoken, self.spoken + count
        return first


@dataclass(frozen=True)
class Window:
    """What one window gave. A delivery is one frame with messages, written to one socket. `shut_out` did
    not get in, `gone` were closed later, those who stopped reading among them."""

    room: str
    viewers: int
    rate: float
    seconds: float
    cpu: float
    messages: int
    frames: int
    bytes: int
    compressed: int
    p50_ms: float
    p99_ms: float
    lost: int
    shut_out: int
    gone: int
    codes: dict[str, int]

    @property
    def frames_per_cpu(self) -> float:
        return self.frames / self.cpu if self.cpu else 0.0

    @property
    def messages_per_cpu(self) -> float:
        return self.messages / self.cpu if self.cpu else 0.0

    def line(self) -> str:
        """The window in a line for people."""
        if not self.frames:
            return f"  {self.room:<30} {self.rate:>4.0f}/s  nothing came; lost {self.lost}, closed {self.codes}"
        words = [f"  {self.room:<30} {self.rate:>4.0f}/s {1e6 / self.frames_per_cpu:>7.1f} µs a delivery"]
        if self.messages:
            words.append(f"{1e6 / self.messages_per_cpu:>7.1f} µs a message")
            words.append(f"p50 {self.p50_ms:>7.1f}  p99 {self.p99_ms:>7.1f} ms")
        words.append(f"{self.frames / self.viewers:>6.1f} frames each, {self.bytes / self.viewers / 1024:.0f} KiB")
        words.append(f"lost {self.lost}")
        if self.gone:
            words.append(f"closed {self.gone} {self.codes or ''}")
        return "  ".join(words)


@dataclass(frozen=True)
class Plan:
    """How a window is measured. `stalled` sockets stop reading; `flood` messages at once then fill what
    the kernel keeps for them, and go to everybody in the windows that this one is compared with."""

    viewers: int
    rate: float
    seconds: float
    stalled: int = 0
    flood: int = 0
    deflate: bool = False


def measure(crowd_program: Path, room: Room, plan: Plan) -> Window:
    """Gather a crowd, let it settle, say things for a while, and see what came at what cost."""
    with gathered(crowd_program, room.door, sockets=plan.viewers, stalled=plan.stalled, deflate=plan.deflate) as crowd:
        joined = crowd.joined()
        time.sleep(SETTLE_SECONDS)
        _say(room, crowd, max(2, int(plan.rate * WARM_SECONDS)), plan.rate, plan)
        crowd.stall()
        if plan.flood:
            _say(room, crowd, plan.flood, 200.0, plan)
        count = max(2, int(plan.rate * plan.seconds))
        first = room.numbers(count)
        crowd.mark(first)
        before, began = cpu_seconds(room.pids), time.monotonic()
        room.publisher.say(count, plan.rate, first)
        _wait(crowd, count, plan)
        cpu, seconds = cpu_seconds(room.pids) - before, time.monotonic() - began
        figures = crowd.sum(first + count - 1)
        after = _wake(crowd, plan)
    window = Window(
        room=room.name,
        viewers=int(figures["reading"]),
        rate=plan.rate,
        seconds=seconds,
        cpu=cpu,
        messages=figures["messages"],
        frames=figures["frames"],
        bytes=figures["bytes"],
        compressed=figures["compressed"],
        p50_ms=figures["p50_ms"],
        p99_ms=figures["p99_ms"],
        # The crowd does not unpack: there it cannot know.
        lost=0 if plan.deflate else figures["missing"] + figures["repeated"],
        shut_out=joined["failed"] + joined["closed"],
        gone=after["closed"],
        codes=after["codes"],
    )
    room.windows.append(window)
    print(window.line(), flush=True)
    return window


def _say(room: Room, crowd: Crowd, count: int, rate: float, plan: Plan) -> None:
    """Say something that isn't measured, and wait until it has come."""
    first = room.numbers(count)
    crowd.mark(first)
    room.publisher.say(count, rate, first)
    _wait(crowd, count, plan)


def _wake(crowd: Crowd, plan: Plan) -> dict[str, Any]:
    """Let those who stalled look whether they were closed: then the server did have to keep what was theirs."""
    figures = crowd.wake()
    deadline = time.monotonic() + CLOSED_SECONDS
    while figures["closed"] < plan.stalled and time.monotonic() < deadline:
        time.sleep(0.1)
        figures = crowd.count()
    return figures


def _wait(crowd: Crowd, count: int, plan: Plan) -> None:
    """Until everybody who reads has got all, or nothing comes any more."""
    deadline, before = time.monotonic() + LATE_SECONDS, -1
    quiet_since = time.monotonic()
    while time.monotonic() < deadline:
        figures = crowd.count()
        got = figures["frames"] if plan.deflate else figures["messages"]
        if not plan.deflate and got >= count * figures["reading"]:
            return
        if got != before:
            before, quiet_since = got, time.monotonic()
        elif time.monotonic() - quiet_since > (QUIET_PACKED_SECONDS if plan.deflate else QUIET_SECONDS):
            return
        time.sleep(0.02)
