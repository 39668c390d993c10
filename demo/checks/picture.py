"""Playlists and segments, down to frames that decode.

Not here: what a browser makes of them (tests/e2e).
"""

import asyncio
import re
from typing import Any
from urllib.parse import urljoin

import imageio_ffmpeg

from demo.audience.door import Door
from demo.checks.pages import text_of
from demo.checks.report import Failed, require

_MASTER = re.compile(r"/hls/[0-9a-f-]{36}/(?:master|vod)\.m3u8")
_MAP = re.compile(r'#EXT-X-MAP:URI="([^"]+)"')
_FRAMES = re.compile(rb"frame=\s*(\d+)")


async def live(brand: dict[str, Any]) -> str:
    return await _plays(brand, brand["on_air"]["path"], "master.m3u8")


async def replay(brand: dict[str, Any]) -> str:
    return await _plays(brand, brand["past"], "vod.m3u8")


async def _plays(brand: dict[str, Any], page: str, name: str) -> str:
    """The page names its playlist, that both renditions, and a segment of each decodes."""
    async with Door(brand["origin"]) as door:
        master = _MASTER.search(await text_of(door, page))
        require(master and master[0].endswith(name), f"{page} names no {name}")
        assert master is not None
        listed = [line for line in (await door.get(master[0])).text.splitlines() if line and line[0] != "#"]
        require(len(listed) == 2, f"{master[0]} lists {len(listed)} renditions")
        counts = [await _decode_newest(door, urljoin(master[0], line)) for line in listed]
        return f"2 renditions, {' and '.join(map(str, counts))} frames"


async def _decode_newest(door: Door, playlist: str) -> int:
    """The frames of the newest segment, read by ffmpeg behind its initialisation."""
    text = (await door.get(playlist)).text
    init = _MAP.findall(text)
    segments = [line for line in text.splitlines() if line and line[0] != "#"]
    require(init and segments, f"{playlist} lists no segment")
    media = (await door.get(urljoin(playlist, init[-1]))).content
    media += (await door.get(urljoin(playlist, segments[-1]))).content
    process = await asyncio.create_subprocess_exec(
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-stats", "-f", "mp4", "-i", "pipe:0",
        "-map", "0:v", "-f", "null", "-",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate(media)
    found = _FRAMES.findall(said)
    count = int(found[-1]) if found else 0
    if not count:
        raise Failed(f"{segments[-1]} does not decode: {said[-200:].decode(errors='replace').strip()}")
    return count
