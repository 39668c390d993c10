"""The rules of HLS that players rely on, checked on what was really served.

Written against RFC 8216 (second edition) without the composer's code, so that it can disagree with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    sequence: int
    uri: str
    duration: float
    map: str
    discontinuity: int
    utc: datetime


@dataclass(frozen=True)
class Playlist:
    target: int
    is_ended: bool
    entries: list[Entry]


def read_media_playlist(text: str) -> Playlist:
    """Parse a media playlist and check every rule that concerns it alone."""
    lines = text.splitlines()
    assert lines[0] == "#EXTM3U"
    tags = dict(line[1:].split(":", 1) for line in lines if line.startswith("#EXT") and ":" in line)
    target = int(tags["EXT-X-TARGETDURATION"])
    assert int(tags["EXT-X-VERSION"]) >= 6, "EXT-X-MAP in a playlist with pictures needs version 6"
    assert text.count("#EXT-X-TARGETDURATION") == text.count("#EXT-X-MEDIA-SEQUENCE") == 1
    sequence = int(tags["EXT-X-MEDIA-SEQUENCE"])
    discontinuity = int(tags.get("EXT-X-DISCONTINUITY-SEQUENCE", 0))
    entries: list[Entry] = []
    current_map, duration, utc, is_broken = "", 0.0, None, False
    for line in lines:
        if line == "#EXT-X-DISCONTINUITY":
            discontinuity += 1
            is_broken = True
        elif line.startswith("#EXT-X-MAP"):
            found = re.fullmatch(r'#EXT-X-MAP:URI="([^"]+)"', line)
            assert found
            assert not entries or is_broken, "a new map without a discontinuity"
            current_map = found[1]
        elif line.startswith("#EXT-X-PROGRAM-DATE-TIME"):
            utc = datetime.fromisoformat(line.split(":", 1)[1])
        elif line.startswith("#EXTINF"):
            duration = float(line.split(":")[1].rstrip(","))
            assert duration > 0
            assert round(duration) <= target, "a segment longer than the target duration"
        elif line and not line.startswith("#"):
            assert current_map
            assert utc is not None
            assert not line.startswith(("/", "http")), "an absolute address would not survive a path token"
            if entries and not is_broken:
                assert abs((utc - entries[-1].utc).total_seconds() - entries[-1].duration) < 0.01
            entries.append(Entry(sequence + len(entries), line, duration, current_map, discontinuity, utc))
            is_broken = False
    assert len({entry.uri for entry in entries}) == len(entries), "an address listed twice"
    assert "#EXT-X-ENDLIST" not in lines[:-1]
    return Playlist(target, lines[-1] == "#EXT-X-ENDLIST", entries)


def check_succession(before: Playlist, after: Playlist) -> None:
    """Check the rules between two fetches of one media playlist."""
    assert after.target == before.target, "the target duration moved"
    assert after.entries[0].sequence >= before.entries[0].sequence, "the media sequence fell"
    assert after.entries[-1].sequence >= before.entries[-1].sequence, "published segments were taken back"
    assert after.is_ended or not before.is_ended, "an ended playlist went on"
    known = {entry.sequence: entry for entry in before.entries}
    for entry in after.entries:
        old = known.get(entry.sequence)
        if old is not None:
            same = (old.uri, old.duration, old.map, old.discontinuity)
            assert same == (entry.uri, entry.duration, entry.map, entry.discontinuity), "a number got another segment"


def check_aligned(one: Playlist, other: Playlist) -> None:
    """Check that two renditions give the same number and discontinuity to the same moment."""
    theirs = {entry.sequence: entry for entry in other.entries}
    for entry in one.entries:
        match = theirs.get(entry.sequence)
        if match is not None:
            assert match.discontinuity == entry.discontinuity
            assert abs((match.utc - entry.utc).total_seconds()) < 0.1


@dataclass(frozen=True)
class Variant:
    uri: str
    bandwidth: int
    codecs: list[str]
    width: int
    height: int
    fps: float


def read_multivariant(text: str) -> list[Variant]:
    """Parse a multivariant playlist and check what players choose by."""
    lines = text.splitlines()
    assert lines[0] == "#EXTM3U"
    variants = []
    for at, line in enumerate(lines):
        if line.startswith("#EXT-X-STREAM-INF:"):
            fields = dict(re.findall(r'([A-Z-]+)=("[^"]*"|[^,]*)', line))
            width, height = fields["RESOLUTION"].split("x")
            bandwidth, average = int(fields["BANDWIDTH"]), int(fields["AVERAGE-BANDWIDTH"])
            assert bandwidth >= average > 0
            codecs = fields["CODECS"].strip('"').split(",")
            assert re.fullmatch(r"avc1\.[0-9a-f]{6}", codecs[0])
            assert codecs[1:] == ["mp4a.40.2"]
            fps = float(fields["FRAME-RATE"])
            variants.append(Variant(lines[at + 1], bandwidth, codecs, int(width), int(height), fps))
    assert variants
    assert [v.bandwidth for v in variants] == sorted((v.bandwidth for v in variants), reverse=True)
    return variants
