"""Renders HLS playlists of a timeline: live window, replay, and the multivariant one.

Text in, text out but for the sizes and first boxes of media files; what exists is decided in timeline.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from streams.media import layout
from streams.media.boxes import InitSegment, read_frame_rate, read_init
from streams.media.ladder import INIT_NAME, RENDITION_NAMES, SEGMENT_SECONDS
from streams.media.timeline import Epoch, Segment, Timeline

LIVE_WINDOW = 30
# Constant for every broadcast: players refuse a playlist whose target moves. Segments are cut at exactly one second.
TARGET_DURATION = SEGMENT_SECONDS
VERSION = 7
# Segments whose real size the multivariant playlist of a live show is computed from.
_MEASURED_SEGMENTS = 60


class NothingToPlay(LookupError):
    """The broadcast has no finished segment yet."""


def _utc(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _media_lines(segments: list[Segment], rendition: str) -> list[str]:
    lines: list[str] = []
    previous: Epoch | None = None
    for segment in segments:
        epoch = segment.epoch
        if epoch is not previous:
            # An epoch's first segment carries the tag as long as it is listed; later ones only need their map.
            if segment.index == 0 and epoch.discontinuity:
                lines.append("#EXT-X-DISCONTINUITY")
            lines.append(f'#EXT-X-MAP:URI="{epoch.name}/{rendition}/{INIT_NAME}"')
            previous = epoch
        lines += [
            f"#EXT-X-PROGRAM-DATE-TIME:{_utc(segment.utc)}",
            f"#EXTINF:{segment.duration:.6f},",
            f"{epoch.name}/{rendition}/{layout.segment_name(segment.index)}",
        ]
    return lines


def _discontinuities_before(first: Segment) -> int:
    """Discontinuity tags that have left the window: the one of a listed first segment has not."""
    number = first.epoch.discontinuity
    return number - 1 if number and first.index == 0 else number


def _header(first_sequence: int) -> list[str]:
    return [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{TARGET_DURATION}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f"#EXT-X-MEDIA-SEQUENCE:{first_sequence}",
    ]


def render_live(timeline: Timeline, rendition: str, *, window: int = LIVE_WINDOW) -> str:
    """The rendition's sliding window; closed by ENDLIST once the broadcast ended. Raises NothingToPlay."""
    segments = timeline.segments(rendition, last=window)
    if not segments:
        raise NothingToPlay
    lines = _header(segments[0].sequence)
    lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{_discontinuities_before(segments[0])}")
    lines += _media_lines(segments, rendition)
    if timeline.is_ended:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def render_replay(timeline: Timeline, rendition: str) -> str:
    """Every segment that is shown, as a finished recording. Raises NothingToPlay before the broadcast ended."""
    segments = timeline.segments(rendition)
    if not segments or not timeline.is_ended:
        raise NothingToPlay
    lines = _header(segments[0].sequence)
    lines.insert(3, "#EXT-X-PLAYLIST-TYPE:VOD")
    lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{_discontinuities_before(segments[0])}")
    lines += _media_lines(segments, rendition)
    lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=256)
def _describe(init_path: Path, segment_path: Path) -> tuple[InitSegment, float]:
    """Both files are immutable, so their reading can be kept."""
    init = read_init(init_path.read_bytes())
    return init, read_frame_rate(init, segment_path.read_bytes())


def describe_rendition(timeline: Timeline, rendition: str) -> tuple[InitSegment, float]:
    """Codecs, size and frame rate of the newest epoch. Raises NothingToPlay."""
    if not timeline.epochs:
        raise NothingToPlay
    directory = timeline.directory / timeline.epochs[-1].name / rendition
    return _describe(directory / INIT_NAME, directory / layout.segment_name(0))


def measure_bandwidth(timeline: Timeline, rendition: str, *, last: int | None) -> tuple[int, int]:
    """(peak, average) bits per second of the newest `last` segments, or of all."""
    peak = 0.0
    total_bits = total_seconds = 0.0
    for segment in timeline.segments(rendition, last=last):
        path = timeline.directory / segment.epoch.name / rendition / layout.segment_name(segment.index)
        bits = path.stat().st_size * 8
        total_bits += bits
        total_seconds += segment.duration
        # A short rest at an epoch's end says nothing about the rate.
        if segment.duration >= SEGMENT_SECONDS / 2:
            peak = max(peak, bits / segment.duration)
    average = total_bits / total_seconds if total_seconds else 0.0
    return round(max(peak, average)), round(average)


def render_multivariant(timeline: Timeline, *, replay: bool = False) -> str:
    """The list of renditions, best first, with what their files really are. Raises NothingToPlay."""
    if (replay and not timeline.is_ended) or timeline.first >= timeline.segment_count:
        raise NothingToPlay
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for name in RENDITION_NAMES:
        init, fps = describe_rendition(timeline, name)
        peak, average = measure_bandwidth(timeline, name, last=None if replay else _MEASURED_SEGMENTS)
        codecs = ",".join(init.codecs)
        rate = f"BANDWIDTH={peak},AVERAGE-BANDWIDTH={average}"
        picture = f"RESOLUTION={init.width}x{init.height},FRAME-RATE={fps:.3f}"
        lines.append(f'#EXT-X-STREAM-INF:{rate},CODECS="{codecs}",{picture}')
        lines.append(f"{name}.vod.m3u8" if replay else f"{name}.m3u8")
    return "\n".join(lines) + "\n"
