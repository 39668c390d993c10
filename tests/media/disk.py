"""A broadcast's folder as ffmpeg fills it, without ffmpeg.

Not here: real media (tests/media/stage.py).
"""

from __future__ import annotations

import os
from pathlib import Path

from streams.media import layout
from streams.media.timeline import open_epoch

EPOCH_UTC = 1_790_000_000.0


class Disk:
    """Writes what ffmpeg writes, one segment at a time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.epoch = directory
        self.clock = EPOCH_UTC
        self.counts: dict[str, int] = {}

    def begin(self) -> None:
        self.epoch = open_epoch(self.directory)
        self.counts = {"high": 0, "low": 0}
        for name in self.counts:
            (self.epoch / name / "init.mp4").write_bytes(b"init")

    def add(self, rendition: str, *, listed: bool = True) -> None:
        number = self.counts[rendition]
        segment = self.epoch / rendition / layout.segment_name(number)
        segment.write_bytes(b"media" * 10)
        finished = self.clock + number + 1
        os.utime(segment, (finished, finished))
        if listed:
            self.counts[rendition] = number + 1
            entries = "".join(f"#EXTINF:1.000000,\n{layout.segment_name(i)}\n" for i in range(number + 1))
            index = self.epoch / rendition / "index.m3u8"
            temporary = index.with_suffix(".new")
            temporary.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n" + entries)
            temporary.replace(index)

    def add_both(self, count: int = 1) -> None:
        for _ in range(count):
            self.add("high")
            self.add("low")
