"""Serves playlists and segments over HTTP: a pure ASGI application for everything below /hls/.

Which brand is asking is decided in front of it; whether the viewer may, by the `admit` callable it is given.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.media import layout
from streams.media.boxes import UnreadableMedia
from streams.media.playlists import NothingToPlay, render_live, render_multivariant, render_replay
from streams.media.timeline import read_timeline

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
# (schema, broadcast id, token or None) -> may this viewer read the broadcast's files?
Admit = Callable[[str, str, str | None], Awaitable[bool]]

PREFIX = "/hls/"
SCHEMA_KEY = "vitrine.schema"
IMMUTABLE = "public, max-age=31536000, immutable"
LIVE = "no-cache"
BRIEF = "public, max-age=2"
RECORDED = "public, max-age=300"
NEVER = "no-store"

_PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
_CACHED_TEXTS = 512
_FRESH_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    cache: str = NEVER


NOT_FOUND = Answer(404, b"No such stream.\n")


async def admit_everyone(schema: str, broadcast_id: str, token: str | None) -> bool:
    """The rule for shows that anybody may watch."""
    return True


class HlsOrigin:
    """`/hls/<broadcast>[/t/<token>]/…`; reads only below `<live root>/<schema of the request>/`."""

    def __init__(self, live_root: Path, *, admit: Admit = admit_everyone) -> None:
        self._live_root = live_root
        self._admit = admit
        self._texts: OrderedDict[tuple[str, str, str], tuple[float, asyncio.Task[Answer]]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("the origin speaks HTTP only")
        method = scope["method"]
        if method == "OPTIONS":
            answer = Answer(204, cache=BRIEF)
        elif method not in ("GET", "HEAD"):
            answer = Answer(405, b"Only GET and HEAD.\n")
        else:
            answer = await self._answer(scope)
        await _send(send, answer, with_body=method != "HEAD")

    async def _answer(self, scope: Scope) -> Answer:
        path: str = scope["path"]
        schema = scope.get(SCHEMA_KEY) or ""
        if not path.startswith(PREFIX):
            return NOT_FOUND
        broadcast_id, *rest = path[len(PREFIX) :].split("/")
        token = None
        if len(rest) > 2 and rest[0] == "t":
            token, rest = rest[1], rest[2:]
        try:
            directory = layout.broadcast_directory(self._live_root, schema, broadcast_id)
        except layout.UnsafeName:
            return NOT_FOUND
        if not await self._admit(schema, broadcast_id, token):
            return Answer(403, b"This stream needs a valid link.\n")
        if len(rest) == 1:
            return await self._file_in_broadcast(directory, (schema, broadcast_id, rest[0]))
        if len(rest) == 3:
            epoch, rendition, name = rest
            if layout.is_epoch(epoch) and layout.is_rendition(rendition) and layout.is_media_file(name):
                return await asyncio.to_thread(_read, directory / epoch / rendition / name, "video/mp4", IMMUTABLE)
        return NOT_FOUND

    async def _file_in_broadcast(self, directory: Path, key: tuple[str, str, str]) -> Answer:
        name = key[2]
        if name == layout.POSTER_NAME:
            return await asyncio.to_thread(_read, directory / name, "image/jpeg", RECORDED)
        if not name.endswith(".m3u8"):
            return NOT_FOUND
        return await self._playlist(directory, key)

    async def _playlist(self, directory: Path, key: tuple[str, str, str]) -> Answer:
        """One rendering serves all viewers who ask within a fifth of a second."""
        now = time.monotonic()
        known = self._texts.get(key)
        if known is None or now - known[0] > _FRESH_SECONDS:
            known = (now, asyncio.create_task(asyncio.to_thread(_render, directory, key[2])))
            self._texts[key] = known
            self._texts.move_to_end(key)
            while len(self._texts) > _CACHED_TEXTS:
                self._texts.popitem(last=False)
        return await asyncio.shield(known[1])


def _render(directory: Path, name: str) -> Answer:
    """The playlist of that name, or 404 when there is none (yet)."""
    stem = name.removesuffix(".m3u8")
    rendition = stem.removesuffix(".vod")
    try:
        timeline = read_timeline(directory)
        if name == "master.m3u8":
            text, cache = render_multivariant(timeline), BRIEF
        elif name == "vod.m3u8":
            text, cache = render_multivariant(timeline, replay=True), RECORDED
        elif layout.is_rendition(rendition) and stem != rendition:
            text, cache = render_replay(timeline, rendition), RECORDED
        elif layout.is_rendition(rendition):
            text, cache = render_live(timeline, rendition), LIVE
        else:
            return NOT_FOUND
    except (NothingToPlay, FileNotFoundError, UnreadableMedia):
        return NOT_FOUND
    return Answer(200, text.encode(), _PLAYLIST_TYPE, cache)


def _read(path: Path, content_type: str, cache: str) -> Answer:
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return NOT_FOUND
    # An empty file is one that is just being made; it must not be remembered by a cache.
    return Answer(200, body, content_type, cache) if body else NOT_FOUND


async def _send(send: Send, answer: Answer, *, with_body: bool) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", answer.cache.encode()),
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if answer.status == 405:
        headers.append((b"allow", b"GET, HEAD, OPTIONS"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
