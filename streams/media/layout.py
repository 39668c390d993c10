"""Where a broadcast lives on disk, and which names may become part of a path.

`<live root>/<schema>/<broadcast id>/e0001/<rendition>/000000.m4s`; nothing here reads a file.
"""

from __future__ import annotations

import re
from pathlib import Path

from streams.media.ladder import INIT_NAME, RENDITION_NAMES

ENDED_MARKER = "ended"
SEAL_NAME = "sealed.json"
RECORDING_NAME = "recording.json"
POSTER_NAME = "poster.jpg"

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
_BROADCAST = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_EPOCH = re.compile(r"e[0-9]{4,6}", re.ASCII)
_SEGMENT = re.compile(r"[0-9]{6}\.m4s", re.ASCII)


class UnsafeName(ValueError):
    """A name that may not become part of a path."""


def is_epoch(name: str) -> bool:
    return _EPOCH.fullmatch(name) is not None


def is_rendition(name: str) -> bool:
    return name in RENDITION_NAMES


def is_media_file(name: str) -> bool:
    return name == INIT_NAME or _SEGMENT.fullmatch(name) is not None


def broadcast_directory(live_root: Path, schema: str, broadcast_id: str) -> Path:
    """The broadcast's folder; raises UnsafeName instead of building a path out of anything unexpected."""
    if not _SCHEMA.fullmatch(schema):
        raise UnsafeName("schema")
    if not _BROADCAST.fullmatch(broadcast_id):
        raise UnsafeName("broadcast id")
    return live_root / schema / broadcast_id


def epoch_name(number: int) -> str:
    return f"e{number:04d}"


def segment_name(number: int) -> str:
    return f"{number:06d}.m4s"
