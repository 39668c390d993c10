"""Serves playlists and segments over HTTP: a pure ASGI application for everything below /hls/.

Which brand is asking is decided in front of it; whether the viewer may, by the `admit` callable it is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel import clock
from streams.media import layout
from streams.media.airing import FirstShown
from streams.media.boxes import UnreadableMedia
from streams.media.playlists import NothingToPlay, render_live, render_multivariant, render_replay
from streams.media.renderings import Renderings
from streams.media.timeline import read_timeline

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Admission:
    """A viewer may read a broadcast: all of it, or what began at `since` (UTC seconds) or later."""

    since: float | None = None


# (schema, broadcast id, token or None) -> what of the broadcast this viewer may read; None is nothing.
Admit = Callable[[str, str, str | None], Awaitable[Admission | None]]

PREFIX = "/hls/"
SCHEMA_KEY = "vitrine.schema"
IMMUTABLE = "public, max-age=31536000, immutable"
LIVE = "no-cache"
BRIEF = "public, max-age=2"
RECORDED = "public, max-age=300"
NEVER = "no-store"

_PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
# Right after the host's word no segment has begun yet: the first players wait for one instead of failing.
_FIRST_SEGMENT_SECONDS = 3.0
_LOOK_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    cache: str = NEVER


NOT_FOUND = Answer(404, b"No such stream.\n")


@dataclass(frozen=True, slots=True)
class _Playlist:
    """What is asked for, of a broadcast that this viewer may read from `since` on."""

    directory: Path
    name: str
    since: float | None

    @property
    def has_just_begun(self) -> bool:
        return self.since is not None and 0 <= clock.now().timestamp() - self.since < _FIRST_SEGMENT_SECONDS


class HlsOrigin:
    """`/hls/<broadcast>[/t/<token>]/…`; reads only below `<live root>/<schema of the request>/`."""

    def __init__(self, live_root: Path, *, admit: Admit) -> None:
        self._live_root = live_root
        self._admit = admit
        self._renderings = Renderings(_await_rendering)
        self._first_shown = FirstShown()

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
        admission = await self._admit(schema, broadcast_id, token)
        if admission is None:
            return Answer(403, b"This stream needs a valid link.\n")
        if len(rest) == 1:
            return await self._file_in_broadcast(directory, rest[0], admission.since)
        if len(rest) == 3:
            epoch, rendition, name = rest
            if layout.is_epoch(epoch) and layout.is_rendition(rendition) and layout.is_media_file(name):
                return await asyncio.to_thread(self._media_file, directory / epoch / rendition / name, admission.since)
        return NOT_FOUND

    def _media_file(self, path: Path, since: float | None) -> Answer:
        if since is not None and not self._first_shown.allows(path, since):
            return NOT_FOUND
        return _read(path, "video/mp4", IMMUTABLE)

    async def _file_in_broadcast(self, directory: Path, name: str, since: float | None) -> Answer:
        if name == layout.POSTER_NAME:
            return await asyncio.to_thread(_read, directory / name, "image/jpeg", RECORDED)
        if not name.endswith(".m3u8"):
            return NOT_FOUND
        return await self._renderings.get(_Playlist(directory, name, since))


async def _await_rendering(wanted: _Playlist) -> Answer:
    """The playlist; in the first seconds of a show, as soon as there is one."""
    answer = await asyncio.to_thread(_render, wanted)
    while answer is NOT_FOUND and wanted.has_just_begun:
        await asyncio.sleep(_LOOK_EVERY)
        answer = await asyncio.to_thread(_render, wanted)
    return answer


def _render(wanted: _Playlist) -> Answer:
    """The playlist of that name, or 404 when there is none (yet)."""
    name = wanted.name
    stem = name.removesuffix(".m3u8")
    rendition = stem.removesuffix(".vod")
    try:
        timeline = read_timeline(wanted.directory).since(wanted.since)
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
