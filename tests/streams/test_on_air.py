"""One show with all its real parts: encoder, gate, hook, engine, origin, replay.

Not here: the parts alone (tests/media) and the rules (test_broadcasts, test_media_lease).
"""

import asyncio
import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connections
from pytest_django.live_server_helper import LiveServer

from kernel.tenancy import brand_context
from streams.access import admit
from streams.media.origin import HlsOrigin
from streams.models import Broadcast, BroadcastStatus, Recording, Show, ShowStatus
from streams.playback import live_path, replay_path
from streams.services.ingest import sweep_broadcasts
from streams.services.media_lease import DatabaseLeaseStore
from streams.services.on_air import end_show, go_live
from streams.tasks import media
from tenants.models import Brand
from tenants.sockets import BrandHttp
from tests.factories.streams import ACTOR, make_key, make_lobby
from tests.media import stage

pytestmark = [pytest.mark.slow]


def fetch(live_root: Path, path: str, host: str = "aurora.localhost") -> tuple[int, str]:
    """A playlist or segment as the application serves it, with its rule of who may have it."""
    application: Any = BrandHttp(HlsOrigin(live_root, admit=admit))

    async def ask() -> tuple[int, str]:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            answer = await client.get(path)
        return answer.status_code, answer.text if "mpegurl" in answer.headers.get("content-type", "") else ""

    return asyncio.run(ask())


def first_picture(playlist: str) -> dt.datetime:
    """When the first listed segment began."""
    found = re.search("#EXT-X-PROGRAM-DATE-TIME:(.+)", playlist)
    assert found is not None, playlist
    # Playlists tell milliseconds, and round down.
    return dt.datetime.fromisoformat(found[1]) + dt.timedelta(milliseconds=1)


@pytest.fixture
def aurora(live_brands: dict[str, Brand]) -> Brand:
    return live_brands["aurora"]


@pytest.fixture
def gate(live_server: LiveServer, aurora: Brand, settings: Any, tmp_path: Path) -> Iterator[stage.GateProcess]:
    """The gate asks the application's own hook over HTTP."""
    settings.INGEST_HOOK_SECRET = stage.SECRET
    port = live_server.url.rpartition(":")[2]
    stage.install_gate()
    process = stage.GateProcess(f"http://localhost:{port}/internal/ingest", tmp_path)
    yield process
    process.close()


@pytest.fixture
def engine(gate: stage.GateProcess, tmp_path: Path) -> Iterator[stage.RunningEngine]:
    while media.next_note():
        pass
    running = stage.RunningEngine(DatabaseLeaseStore(tmp_path / "live"), gate.base, tmp_path)
    yield running
    running.close()
    connections.close_all()


def wait_for(brand: Brand, what: str, look: Callable[[], bool], seconds: float = 25) -> None:
    """Sweep as beat would, until it is so."""
    deadline = time.monotonic() + seconds
    with brand_context(brand):
        while time.monotonic() < deadline:
            sweep_broadcasts()
            if look():
                return
            time.sleep(0.25)
    raise AssertionError(f"not within {seconds} s: {what}")


def test_from_the_encoder_to_the_replay(
    aurora: Brand, gate: stage.GateProcess, engine: stage.RunningEngine, tmp_path: Path
) -> None:
    live_root = tmp_path / "live"
    with brand_context(aurora):
        show = make_lobby(reconnect_seconds=30)
        key = make_key(show)

    def status() -> str:
        return Broadcast.objects.values_list("status", flat=True).get()

    encoder = stage.Encoder(gate.base, key)
    try:
        wait_for(aurora, "a picture", lambda: Broadcast.objects.filter(status=BroadcastStatus.ACTIVE).exists())
        with brand_context(aurora):
            broadcast = Broadcast.objects.get()
        live = live_path(broadcast.pk)
        assert fetch(live_root, live)[0] == 403  # nobody sees it before the host says go
        with brand_context(aurora):
            go_live(show_id=show.pk, actor=ACTOR)
        time.sleep(2.1)  # an answer is good for two seconds
        answer, master = fetch(live_root, live)
        assert (answer, master.count("#EXT-X-STREAM-INF")) == (200, 2)
        with brand_context(aurora):
            aired_at = Broadcast.objects.values_list("aired_at", flat=True).get()
        assert aired_at is not None
        test_picture = live.replace("master.m3u8", "e0001/high/000000.m4s")
        assert fetch(live_root, test_picture)[0] == 404  # the test picture stays the staff's
        assert first_picture(fetch(live_root, live.replace("master", "high"))[1]) >= aired_at
        assert fetch(live_root, live, "fjord.localhost")[0] in (403, 404)
        wait_for(aurora, "a healthy report", lambda: Broadcast.objects.get().health.get("state") == "active")
    finally:
        encoder.close()
    wait_for(aurora, "the loss noticed", lambda: status() == BroadcastStatus.LOST)
    encoder = stage.Encoder(gate.base, key)
    try:
        wait_for(aurora, "the return noticed", lambda: status() == BroadcastStatus.ACTIVE)
        wait_for(aurora, "the picture back", lambda: Broadcast.objects.get().health.get("epoch") == "e0002")
        time.sleep(3)
        with brand_context(aurora):
            assert Broadcast.objects.get().pk == broadcast.pk
            end_show(show_id=show.pk, actor=ACTOR)
        wait_for(aurora, "the replay", lambda: Show.objects.get().status == ShowStatus.REPLAY)
    finally:
        encoder.close()
    with brand_context(aurora):
        recording = Recording.objects.get()
        finished = Broadcast.objects.get()
    assert len(recording.manifest["epochs"]) == 2
    assert recording.starts_at == 0
    assert (finished.holder, finished.finished_at is not None) == ("", True)
    answer, playlist = fetch(live_root, replay_path(broadcast.pk))
    assert (answer, playlist.count("#EXT-X-STREAM-INF")) == (200, 2)
    assert first_picture(fetch(live_root, replay_path(broadcast.pk).replace("vod", "high.vod"))[1]) >= aired_at
    late = stage.Encoder(gate.base, key)
    try:
        late.process.wait(10)  # the show is over: refused
        assert late.process.returncode != 0
    finally:
        late.close()
