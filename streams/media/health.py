"""How a broadcast on air is doing, computed from ffmpeg's progress and the segments seen on disk.

A value and the rules that make it; who is told is the engine's business.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

STARVING_RATIO = 0.9
STARVING_OVER_SECONDS = 2.0
SILENT_SECONDS = 2.5


class SignalState(StrEnum):
    """What the host's screen says about the encoder's signal."""

    CONNECTED = "connected"
    ACTIVE = "active"
    STARVING = "starving"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class Health:
    """One report. `reason` says why nothing is on air: a machine code, empty when all is well."""

    state: SignalState
    reason: str = ""
    epoch: str = ""
    segments: int = 0
    last_segment_age: float | None = None
    fps: float = 0.0
    bitrate_kbit: float = 0.0
    width: int = 0
    height: int = 0
    video_codec: str = ""
    audio_codec: str = ""


class ProgressReader:
    """Keeps what ffmpeg's `-progress` output said last, and how fast media time moved lately."""

    def __init__(self) -> None:
        self.fps = 0.0
        self._marks: deque[tuple[float, float]] = deque()
        self._fields: dict[str, str] = {}

    def feed(self, line: str, now: float) -> None:
        name, _, value = line.strip().partition("=")
        self._fields[name] = value
        if name != "progress":
            return
        self.fps = _number(self._fields.get("fps"))
        self._marks.append((now, _number(self._fields.get("out_time_us")) / 1_000_000))
        while len(self._marks) > 2 and now - self._marks[0][0] > STARVING_OVER_SECONDS + 1:
            self._marks.popleft()

    def is_slow(self) -> bool:
        """Media time advanced clearly less than the wall clock over the last two seconds or more."""
        if len(self._marks) < 2:
            return False
        (first_wall, first_media), (last_wall, last_media) = self._marks[0], self._marks[-1]
        elapsed = last_wall - first_wall
        return elapsed >= STARVING_OVER_SECONDS and (last_media - first_media) < STARVING_RATIO * elapsed


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:  # ffmpeg says N/A before the first frame
        return 0.0
