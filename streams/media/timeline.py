"""A broadcast as it lies on disk: its epochs, their segments, and how they are numbered.

Everything is recomputed from immutable files, so that no restart can change a number; rendering is in playlists.py.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from streams.media import layout
from streams.media.ladder import INDEX_NAME, INIT_NAME, RENDITION_NAMES

# Segments that fix an epoch's clock. The first ones come in a burst out of the ingest's picture cache and are late.
CLOCK_SEGMENTS = 6

_ENTRY = re.compile(r"#EXTINF:([0-9.]+),[^\n]*\n(?:#[^\n]*\n)*([0-9]{6})\.m4s\n")


@dataclass(frozen=True, slots=True)
class Epoch:
    """One run of ffmpeg. All renditions have the same segments; `count` is what every one of them has."""

    name: str
    count: int
    durations: dict[str, tuple[float, ...]]
    utc_at_zero: float
    is_sealed: bool
    first_sequence: int
    discontinuity: int

    @property
    def has_final_clock(self) -> bool:
        """Whether later segments leave `utc_at_zero` as it is."""
        return self.is_sealed or self.count >= CLOCK_SEGMENTS


@dataclass(frozen=True, slots=True)
class Segment:
    """One published segment of one rendition, with its number in the whole broadcast."""

    sequence: int
    epoch: Epoch
    index: int
    duration: float
    utc: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """All epochs of a broadcast that have at least one segment, in order. What lies before `first`
    is not shown: it keeps its numbers and is left out of everything that is made of the timeline."""

    directory: Path
    epochs: tuple[Epoch, ...]
    is_ended: bool
    first: int = 0

    @property
    def segment_count(self) -> int:
        return sum(epoch.count for epoch in self.epochs)

    @property
    def duration(self) -> float:
        """Seconds of media in the longest rendition."""
        return max(sum(sum(e.durations[name][: e.count]) for e in self.epochs) for name in RENDITION_NAMES)

    def since(self, moment: float | None) -> Timeline:
        """The same broadcast without the segments that began before a moment in UTC; None is all of it."""
        if moment is None:
            return self
        for epoch in self.epochs:
            begins = accumulate(epoch.durations[RENDITION_NAMES[0]][: epoch.count - 1], initial=epoch.utc_at_zero)
            for index, began in enumerate(begins):
                if began >= moment:
                    return replace(self, first=epoch.first_sequence + index)
        return replace(self, first=self.segment_count)

    def segments(self, rendition: str, *, last: int | None = None) -> list[Segment]:
        """The rendition's segments that are shown, in order, or only the newest `last` of them."""
        total = self.segment_count
        start = self.first if last is None else max(self.first, total - last)
        found: list[Segment] = []
        for epoch in self.epochs:
            skip = max(0, start - epoch.first_sequence)
            if skip >= epoch.count:
                continue
            durations = epoch.durations[rendition]
            begins = (0.0, *accumulate(durations))
            found += [
                Segment(epoch.first_sequence + i, epoch, i, durations[i], epoch.utc_at_zero + begins[i])
                for i in range(skip, epoch.count)
            ]
        return found


def _parse_index(text: str) -> tuple[float, ...]:
    durations: list[float] = []
    for duration, number in _ENTRY.findall(text):
        if int(number) != len(durations):
            break  # a hole: what comes behind it cannot be numbered
        durations.append(float(duration))
    return tuple(durations)


class _Index:
    """ffmpeg's list of one rendition, parsed again when it changed; what it said before is not kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parsed: tuple[tuple[int, int], tuple[float, ...]] = ((0, 0), ())

    def durations(self) -> tuple[float, ...]:
        """Raises FileNotFoundError while there is no list."""
        seen = self._path.stat()
        version = seen.st_mtime_ns, seen.st_size
        parsed = self._parsed
        if parsed[0] != version:
            # One assignment: two threads may read at once, and both get a version with its own durations.
            self._parsed = parsed = version, _parse_index(self._path.read_text("ascii", "replace"))
        return parsed[1]


_index_at = lru_cache(maxsize=256)(_Index)


def _read_durations(rendition_directory: Path) -> tuple[float, ...]:
    """Durations of the segments that ffmpeg finished; empty while there is nothing to play."""
    try:
        has_start = (rendition_directory / INIT_NAME).stat().st_size
        return _index_at(rendition_directory / INDEX_NAME).durations() if has_start else ()
    except FileNotFoundError:
        return ()


def _read_clock(directory: Path, durations: dict[str, tuple[float, ...]], count: int) -> float:
    """UTC of the epoch's first frame: the earliest that any of its first segments allows."""
    earliest: list[float] = []
    for rendition, all_durations in durations.items():
        ends = accumulate(all_durations[: min(count, CLOCK_SEGMENTS)])
        for index, end in enumerate(ends):
            finished = (directory / rendition / layout.segment_name(index)).stat().st_mtime
            earliest.append(finished - end)
    return min(earliest, default=0.0)


def _read_seal(directory: Path) -> tuple[int, float] | None:
    try:
        seal = json.loads((directory / layout.SEAL_NAME).read_text())
    except FileNotFoundError:
        return None
    return int(seal["segments"]), float(seal["utc_at_zero"])


def _epoch_directories(broadcast_directory: Path) -> list[Path]:
    try:
        names = [entry.name for entry in os.scandir(broadcast_directory) if layout.is_epoch(entry.name)]
    except FileNotFoundError:
        return []
    return [broadcast_directory / name for name in sorted(names, key=lambda name: int(name[1:]))]


def read_timeline(broadcast_directory: Path) -> Timeline:
    """Read a broadcast from disk. Unfinished and unlisted files are not part of it."""
    is_ended = (broadcast_directory / layout.ENDED_MARKER).exists()
    epochs: list[Epoch] = []
    sequence = 0
    for directory in _epoch_directories(broadcast_directory):
        durations = {name: _read_durations(directory / name) for name in RENDITION_NAMES}
        seal = _read_seal(directory)
        count = seal[0] if seal else min(len(listed) for listed in durations.values())
        if not count:
            continue
        clock = seal[1] if seal else _read_clock(directory, durations, count)
        epochs.append(Epoch(directory.name, count, durations, clock, seal is not None, sequence, len(epochs)))
        sequence += count
    return Timeline(broadcast_directory, tuple(epochs), is_ended)


def seal_epoch(directory: Path) -> None:
    """Fix the length and clock of an epoch whose ffmpeg is gone. Its first seal stays, whatever is written later."""
    if (directory / layout.SEAL_NAME).exists():
        return
    durations = {name: _read_durations(directory / name) for name in RENDITION_NAMES}
    count = min(_whole_prefix(directory / name, len(listed)) for name, listed in durations.items())
    clock = _read_clock(directory, durations, count) if count else 0.0
    write_once(directory / layout.SEAL_NAME, json.dumps({"segments": count, "utc_at_zero": clock}))


def seal_epochs(broadcast_directory: Path) -> None:
    """Seal every epoch of a broadcast. For the lease's holder alone, while it runs no ffmpeg of it."""
    for directory in _epoch_directories(broadcast_directory):
        seal_epoch(directory)


def _whole_prefix(rendition_directory: Path, listed: int) -> int:
    """How many listed segments really lie there: after a power cut the list may know more than the disk."""
    for index in range(listed):
        try:
            if not (rendition_directory / layout.segment_name(index)).stat().st_size:
                return index
        except FileNotFoundError:
            return index
    return listed


def write_once(path: Path, text: str) -> bool:
    """Write a whole file unless it is there already; a reader never sees half of it. True if this call wrote it."""
    # Not named by the process: engines in two containers may share the disk and have the same number.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("x") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)  # also after a full disk
    return True


def open_epoch(broadcast_directory: Path) -> Path:
    """Seal what there is and make the next epoch's empty folders; two callers never get the same one."""
    broadcast_directory.mkdir(parents=True, exist_ok=True)
    seal_epochs(broadcast_directory)
    existing = _epoch_directories(broadcast_directory)
    number = int(existing[-1].name[1:]) + 1 if existing else 1
    while True:
        directory = broadcast_directory / layout.epoch_name(number)
        try:
            directory.mkdir()
        except FileExistsError:
            number += 1
            continue
        for name in RENDITION_NAMES:
            (directory / name).mkdir()
        return directory
