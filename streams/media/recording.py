"""Closes a broadcast on disk: the end marker, the recording's manifest and its poster.

Every step can be done again with the same outcome, so that a kill between two of them costs nothing.
"""

from __future__ import annotations

import json
import secrets
import subprocess
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from streams.media import layout
from streams.media.boxes import UnreadableMedia
from streams.media.ladder import INIT_NAME, RENDITION_NAMES
from streams.media.playlists import describe_rendition, measure_bandwidth
from streams.media.timeline import Segment, Timeline, read_timeline, seal_epochs, write_once

POSTER_SECONDS = 20


@dataclass(frozen=True, slots=True)
class RecordedEpoch:
    """Where an unbroken stretch lies: media time of the recording against UTC, from the first segment
    that is shown on."""

    name: str
    first_sequence: int
    segments: int
    starts_at: float
    duration: float
    utc: float


@dataclass(frozen=True, slots=True)
class RecordedRendition:
    name: str
    width: int
    height: int
    fps: float
    codecs: str
    bandwidth: int
    average_bandwidth: int


@dataclass(frozen=True, slots=True)
class RecordingManifest:
    """What the replay and the clips need to know; `duration` 0 means that nothing was recorded."""

    broadcast: str
    duration: float
    epochs: tuple[RecordedEpoch, ...]
    renditions: tuple[RecordedRendition, ...]
    bytes: int
    poster: str
    version: int = 1


def describe_recording(timeline: Timeline, *, poster: str = "") -> RecordingManifest:
    """Read the manifest of what is shown off the files."""
    segments = timeline.segments(RENDITION_NAMES[0])
    epochs: list[RecordedEpoch] = []
    starts_at = 0.0
    for epoch, stretch in groupby(segments, key=lambda segment: segment.epoch):
        first, *rest = stretch
        duration = first.duration + sum(segment.duration for segment in rest)
        epochs.append(
            RecordedEpoch(epoch.name, first.sequence, 1 + len(rest), round(starts_at, 6), round(duration, 6),
                          round(first.utc, 3))
        )  # fmt: skip
        starts_at += duration
    renditions: list[RecordedRendition] = []
    for name in RENDITION_NAMES if epochs else ():
        init, fps = describe_rendition(timeline, name)
        peak, average = measure_bandwidth(timeline, name, last=None)
        renditions.append(
            RecordedRendition(name, init.width, init.height, round(fps, 3), ",".join(init.codecs), peak, average)
        )
    size = sum(_path(timeline, name, segment).stat().st_size for name in RENDITION_NAMES for segment in segments)
    return RecordingManifest(
        timeline.directory.name, round(starts_at, 6), tuple(epochs), tuple(renditions), size, poster
    )


def _path(timeline: Timeline, rendition: str, segment: Segment) -> Path:
    return timeline.directory / segment.epoch.name / rendition / layout.segment_name(segment.index)


def make_poster(timeline: Timeline, ffmpeg: str) -> bool:
    """A JPEG of the newest key frame that is shown. False when there is none or it does not decode."""
    newest = timeline.segments(RENDITION_NAMES[0], last=1)
    if not newest:
        return False
    segment = _path(timeline, RENDITION_NAMES[0], newest[0])
    # A bare segment does not decode: its initialisation comes first, through a pipe.
    media = (segment.parent / INIT_NAME).read_bytes() + segment.read_bytes()
    target = timeline.directory / layout.POSTER_NAME
    temporary = target.with_name(f".poster.{secrets.token_hex(4)}.jpg")
    argv = [ffmpeg, "-v", "error", "-nostdin", "-f", "mp4", "-i", "pipe:0", "-frames:v", "1", "-q:v", "4"]
    try:
        subprocess.run([*argv, "-y", str(temporary)], input=media, timeout=POSTER_SECONDS, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        temporary.replace(target)
    except (subprocess.SubprocessError, FileNotFoundError):
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def finalise(broadcast_directory: Path, ffmpeg: str, *, since: float | None) -> RecordingManifest:
    """End the broadcast's playlists and write its manifest, of what came after `since` (UTC seconds; None
    is all of it). Call when no ffmpeg of it runs any more."""
    broadcast_directory.mkdir(parents=True, exist_ok=True)
    seal_epochs(broadcast_directory)
    write_once(broadcast_directory / layout.ENDED_MARKER, "")
    timeline = read_timeline(broadcast_directory).since(since)
    try:
        has_poster = make_poster(timeline, ffmpeg)
        manifest = describe_recording(timeline, poster=layout.POSTER_NAME if has_poster else "")
    except UnreadableMedia:
        manifest = RecordingManifest(broadcast_directory.name, 0.0, (), (), 0, "")
    write_once(broadcast_directory / layout.RECORDING_NAME, json.dumps(asdict(manifest), indent=1))
    return manifest
