"""The origin's manners: whose files it gives, to whom, and what a cache may keep."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import httpx
import pytest

from streams.media.boxes import UnreadableMedia, read_init
from streams.media.layout import UnsafeName, broadcast_directory
from streams.media.origin import SCHEMA_KEY, Admission, HlsOrigin, Receive, Scope, Send
from tests.media.disk import EPOCH_UTC, Disk
from tests.media.stage import BROADCAST, admit_everyone

SEGMENT = f"/hls/{BROADCAST}/e0001/high/000000.m4s"


@pytest.fixture
def live_root(tmp_path: Path) -> Path:
    root = tmp_path / "live"
    for schema in ("aurora", "fjord"):
        directory = root / schema / BROADCAST / "e0001" / "high"
        directory.mkdir(parents=True)
        (directory / "000000.m4s").write_bytes(schema.encode())
        (directory / "000001.m4s").write_bytes(b"")
        (directory / "index.m3u8").write_text("ffmpeg's own list")
    (root / "aurora" / BROADCAST / "secret.txt").write_text("no")
    (tmp_path / "outside.m4s").write_text("no")
    return root


def fetch(origin: HlsOrigin, path: str, *, schema: str | None = "aurora", method: str = "GET") -> httpx.Response:
    async def with_brand(scope: Scope, receive: Receive, send: Send) -> None:
        named = {**scope} if schema is None else {**scope, SCHEMA_KEY: schema}
        await origin(named, receive, send)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=with_brand)
        async with httpx.AsyncClient(transport=transport, base_url="http://origin") as client:
            return await client.request(method, path)

    return asyncio.run(ask())


def test_each_brand_gets_its_own_file_and_may_keep_it(live_root: Path) -> None:
    for schema in ("aurora", "fjord"):
        answer = fetch(HlsOrigin(live_root, admit=admit_everyone), SEGMENT, schema=schema)
        assert answer.text == schema
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["content-type"] == "video/mp4"


@pytest.mark.parametrize(
    "path",
    [
        f"/hls/{BROADCAST}/e0001/high/000009.m4s",
        f"/hls/{BROADCAST}/e0001/high/000001.m4s",
        f"/hls/{BROADCAST}/master.m3u8",
        f"/hls/{BROADCAST}/high.m3u8",
        f"/hls/{BROADCAST}/high.vod.m3u8",
        f"/hls/{BROADCAST}/other.m3u8",
        f"/hls/{BROADCAST}/secret.txt",
        f"/hls/{BROADCAST}/poster.jpg",
        f"/hls/{BROADCAST}/e0001/high/index.m3u8",
        f"/hls/{BROADCAST}/e0001/high/..%2f..%2fsecret.txt",
        f"/hls/{BROADCAST}/e0001/..%2fe0001/000000.m4s",
        f"/hls/{BROADCAST}/..%2f{BROADCAST}/high/000000.m4s",
        "/hls/..%2f..%2foutside.m4s",
        f"/hls/..%2ffjord%2f{BROADCAST}/e0001/high/000000.m4s",
        f"/hls/{BROADCAST.upper()}/e0001/high/000000.m4s",
        f"/hls/{BROADCAST}%00/e0001/high/000000.m4s",
        f"/hls/{BROADCAST}/e0001/high/000000.m4s%0a",
        f"/hls/{BROADCAST}/%2e%2e/{BROADCAST}/secret.txt",
        f"/hls/{BROADCAST}/e0001/%2e%2e/secret.txt",
        "/hls/",
        "/elsewhere",
    ],
)
def test_anything_else_is_not_found_and_never_kept(live_root: Path, path: str) -> None:
    answer = fetch(HlsOrigin(live_root, admit=admit_everyone), path)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("schema", [None, "", "..", "aurora/../fjord", "Aurora", "nobody"])
def test_without_a_known_brand_there_is_nothing(live_root: Path, schema: str | None) -> None:
    assert fetch(HlsOrigin(live_root, admit=admit_everyone), SEGMENT, schema=schema).status_code == 404


def test_private_show_asks_for_the_token_in_the_path(live_root: Path) -> None:
    asked: list[tuple[str, str, str | None]] = []

    async def admit(schema: str, broadcast_id: str, token: str | None) -> Admission | None:
        asked.append((schema, broadcast_id, token))
        return Admission() if token == "right" else None

    origin = HlsOrigin(live_root, admit=admit)
    with_token = SEGMENT.replace("/e0001", "/t/{}/e0001")
    for path, status in ((SEGMENT, 403), (with_token.format("wrong"), 403), (with_token.format("right"), 200)):
        answer = fetch(origin, path)
        assert answer.status_code == status
        if status == 403:
            assert answer.headers["cache-control"] == "no-store"
    assert [token for _, _, token in asked] == [None, "wrong", "right"]
    assert asked[0][:2] == ("aurora", BROADCAST)


def test_segments_from_before_the_hosts_word_are_not_there(tmp_path: Path) -> None:
    """Three and a half seconds of test picture: viewers get the segments that began later, and the initialisation."""
    directory = tmp_path / "aurora" / BROADCAST
    disk = Disk(directory)
    since: float | None = None

    async def admit(schema: str, broadcast_id: str, token: str | None) -> Admission | None:
        return Admission(since)

    origin = HlsOrigin(tmp_path, admit=admit)

    def seen() -> list[int]:
        """Which of the first ten segments are given out."""
        paths = (f"/hls/{BROADCAST}/e0001/high/{number:06d}.m4s" for number in range(10))
        return [number for number, path in enumerate(paths) if fetch(origin, path).status_code == 200]

    disk.begin()
    disk.add_both(3)
    assert seen() == [0, 1, 2], "the staff's preview"
    since = EPOCH_UTC + 3.5
    assert seen() == []
    disk.add_both(1)
    assert seen() == [], "it is half from before"
    disk.add_both(1)
    assert seen() == [4]
    disk.add_both(4)
    assert seen() == [4, 5, 6, 7, 8]
    disk.clock += 60
    disk.begin()
    disk.add_both(1)
    assert fetch(origin, f"/hls/{BROADCAST}/e0002/low/000000.m4s").status_code == 200
    assert fetch(origin, f"/hls/{BROADCAST}/e0001/low/000003.m4s").headers["cache-control"] == "no-store"
    assert fetch(origin, f"/hls/{BROADCAST}/e0001/low/init.mp4").status_code == 200
    playlist = fetch(origin, f"/hls/{BROADCAST}/high.m3u8").text
    assert "000004.m4s" in playlist
    assert "000003.m4s" not in playlist


def test_first_players_wait_for_the_first_segment(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "aurora" / BROADCAST)
    disk.clock = time.time() - 4
    disk.begin()
    disk.add_both(4)
    since = time.time()

    async def admit(schema: str, broadcast_id: str, token: str | None) -> Admission | None:
        return Admission(since)

    later = threading.Timer(0.5, disk.add_both, (2,))
    later.start()
    answer = fetch(HlsOrigin(tmp_path, admit=admit), f"/hls/{BROADCAST}/high.m3u8")
    later.join()
    assert answer.status_code == 200
    assert answer.text.count("#EXTINF") == 1


def test_methods(live_root: Path) -> None:
    head = fetch(HlsOrigin(live_root, admit=admit_everyone), SEGMENT, method="HEAD")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "6")
    assert fetch(HlsOrigin(live_root, admit=admit_everyone), SEGMENT, method="OPTIONS").status_code == 204
    refused = fetch(HlsOrigin(live_root, admit=admit_everyone), SEGMENT, method="PUT")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_path_is_built_of_checked_names_only(tmp_path: Path) -> None:
    for schema, broadcast_id in (("../x", BROADCAST), ("aurora", "../../etc"), ("aurora", ""), ("", BROADCAST)):
        with pytest.raises(UnsafeName):
            broadcast_directory(tmp_path, schema, broadcast_id)


@pytest.mark.parametrize("data", [b"", b"init", bytes(64), b"\x00\x00\x00\x10moov" + bytes(8), b"\xff" * 40])
def test_broken_initialisation_segment_is_an_error_of_its_own(data: bytes) -> None:
    with pytest.raises(UnreadableMedia):
        read_init(data)
