"""Reads what playlists must say about fragmented MP4: codecs, picture size, frame rate.

Only boxes are walked; no sample is decoded and nothing is written.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass


class UnreadableMedia(ValueError):
    """The bytes are not an initialisation segment or fragment as the transcoder writes them."""


@dataclass(frozen=True, slots=True)
class InitSegment:
    """What one init.mp4 declares."""

    codecs: tuple[str, ...]
    width: int
    height: int
    video_track: int
    video_timescale: int
    default_sample_duration: int


def _walk(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if size == 1 and start + 16 <= end:
            size = struct.unpack_from(">Q", data, start + 8)[0]
            header = 16
        if size < header or start + size > end:
            raise UnreadableMedia(f"box {kind!r} does not fit into its parent")
        yield kind, start + header, start + size
        start += size


def _find(data: bytes, path: tuple[bytes, ...], start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    for kind, body, stop in _walk(data, start, len(data) if end is None else end):
        if kind != path[0]:
            continue
        if len(path) == 1:
            yield body, stop
        else:
            yield from _find(data, path[1:], body, stop)


def _first(data: bytes, path: tuple[bytes, ...], start: int = 0, end: int | None = None) -> tuple[int, int]:
    for found in _find(data, path, start, end):
        return found
    raise UnreadableMedia("no " + "/".join(part.decode("latin-1") for part in path))


def _wide_offset(data: bytes, at: int, *, short: int, wide: int) -> int:
    """Offset of a field behind the times of a full box, which are 64-bit in version 1."""
    return at + (wide if data[at] == 1 else short)


def _aac_object_type(data: bytes, start: int, end: int) -> int:
    """The audio object type out of an esds box: descriptors 3 > 4 > 5, each with a variable-length size."""
    at = start + 4
    while at < end:
        tag = data[at]
        at += 1
        while data[at] & 0x80:
            at += 1
        at += 1
        if tag == 3:
            at += 3
        elif tag == 4:
            at += 13
        elif tag == 5:
            kind = data[at] >> 3
            return 32 + ((data[at] & 7) << 3 | data[at + 1] >> 5) if kind == 31 else kind
        else:
            break
    raise UnreadableMedia("no audio configuration in esds")


def _sample_entry(data: bytes, start: int, end: int) -> tuple[str, int, int]:
    """Codec string, width and height of the first sample entry of an stsd box."""
    for kind, body, stop in _walk(data, start + 8, end):
        if kind in (b"avc1", b"avc3"):
            width, height = struct.unpack_from(">HH", data, body + 24)
            avcc, _ = _first(data, (b"avcC",), body + 78, stop)
            return f"{kind.decode()}.{data[avcc + 1 : avcc + 4].hex()}", width, height
        if kind == b"mp4a":
            esds = _first(data, (b"esds",), body + 28, stop)
            return f"mp4a.40.{_aac_object_type(data, *esds)}", 0, 0
        raise UnreadableMedia(f"sample entry {kind!r} is none of ours")
    raise UnreadableMedia("empty stsd")


def read_init(data: bytes) -> InitSegment:
    """Read an initialisation segment; raises UnreadableMedia for anything else, a truncated one included."""
    try:
        return _read_init(data)
    except (struct.error, IndexError) as error:
        raise UnreadableMedia("truncated initialisation segment") from error


def _read_init(data: bytes) -> InitSegment:
    codecs: list[str] = []
    width = height = track = timescale = 0
    for start, end in _find(data, (b"moov", b"trak")):
        entry = _first(data, (b"mdia", b"minf", b"stbl", b"stsd"), start, end)
        codec, wide, high = _sample_entry(data, *entry)
        if wide:
            width, height = wide, high
            header, _ = _first(data, (b"tkhd",), start, end)
            track = struct.unpack_from(">I", data, _wide_offset(data, header, short=12, wide=20))[0]
            media, _ = _first(data, (b"mdia", b"mdhd"), start, end)
            timescale = struct.unpack_from(">I", data, _wide_offset(data, media, short=12, wide=20))[0]
            codecs.insert(0, codec)
        else:
            codecs.append(codec)
    if not width or not timescale:
        raise UnreadableMedia("no video track")
    default = 0
    for start, _ in _find(data, (b"moov", b"mvex", b"trex")):
        if struct.unpack_from(">I", data, start + 4)[0] == track:
            default = struct.unpack_from(">I", data, start + 12)[0]
    return InitSegment(tuple(codecs), width, height, track, timescale, default)


def read_frame_rate(init: InitSegment, segment: bytes) -> float:
    """Frames per second of a media segment's video track; raises UnreadableMedia when it has none."""
    try:
        frames, ticks = _count_frames(init, segment)
    except (struct.error, IndexError) as error:
        raise UnreadableMedia("truncated media segment") from error
    if not frames or not ticks:
        raise UnreadableMedia("no video frame in the segment")
    return frames * init.video_timescale / ticks


def _count_frames(init: InitSegment, segment: bytes) -> tuple[int, int]:
    frames = ticks = 0
    for start, end in _find(segment, (b"moof", b"traf")):
        at, _ = _first(segment, (b"tfhd",), start, end)
        flags, track = struct.unpack_from(">II", segment, at)
        if track != init.video_track:
            continue
        default = init.default_sample_duration
        if flags & 0x8:
            skip = (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
            default = struct.unpack_from(">I", segment, at + 8 + skip)[0]
        for run, _ in _find(segment, (b"trun",), start, end):
            count, total = _run(segment, run, default)
            frames += count
            ticks += total
    return frames, ticks


def _run(segment: bytes, at: int, default: int) -> tuple[int, int]:
    """Number of samples and their summed duration in one trun box."""
    flags, count = struct.unpack_from(">II", segment, at)
    if not flags & 0x100:
        return count, count * default
    first = at + 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    stride = 4 * sum(1 for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit)
    return count, sum(struct.unpack_from(">I", segment, first + i * stride)[0] for i in range(count))
