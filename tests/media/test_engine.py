"""The whole way with real programs: encoder, gate, engine, ffmpeg, origin, decoder, and the faults between them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from streams.media import engine as engine_module
from streams.media.engine import Lease
from streams.media.health import SignalState
from streams.media.recording import RecordingManifest, finalise
from streams.media.timeline import read_timeline
from tests.media import stage
from tests.media.hls_rules import Playlist, check_aligned, check_succession, read_media_playlist, read_multivariant

Encode = Callable[..., stage.Encoder]


@pytest.fixture
def store() -> stage.MemoryStore:
    return stage.MemoryStore()


@pytest.fixture
def engine(gate: stage.GateProcess, store: stage.MemoryStore, tmp_path: Path) -> Iterator[stage.RunningEngine]:
    running = stage.RunningEngine(store, gate.base, tmp_path)
    yield running
    running.close()
    assert running.children() == []


@pytest.fixture
def origin(engine: stage.RunningEngine) -> Iterator[stage.OriginServer]:
    server = stage.OriginServer(engine.live_root)
    yield server
    server.close()


class Viewer:
    """Fetches as a player does and checks every rule on every answer."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = httpx.Client()
        self.seen: dict[str, Playlist] = {}

    def get(self, path: str) -> bytes:
        answer = self.http.get(f"{self.base}/{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        assert answer.headers["access-control-allow-origin"] == "*"
        return answer.content

    def refresh(self) -> Playlist:
        for name in ("high", "low"):
            playlist = read_media_playlist(self.get(f"{name}.m3u8").decode())
            if name in self.seen:
                check_succession(self.seen[name], playlist)
            self.seen[name] = playlist
        check_aligned(self.seen["high"], self.seen["low"])
        return self.seen["high"]

    def newest(self) -> int:
        return self.refresh().entries[-1].sequence

    def frames_of_newest(self, name: str) -> int:
        entry = self.seen[name].entries[-1]
        return stage.decode(self.get(entry.map) + self.get(entry.uri))


def await_ready(store: stage.MemoryStore) -> None:
    stage.eventually("the playlists are ready", lambda: store.ready_count)


def test_a_show_from_first_picture_to_replay(
    store: stage.MemoryStore, engine: stage.RunningEngine, origin: stage.OriginServer, encode: Encode
) -> None:
    """ffmpeg killed, the encoder away for three seconds, then the end: one broadcast, one sequence, one recording."""
    began = time.time()
    encoder = encode()
    await_ready(store)
    viewer = Viewer(origin.url)
    viewer.refresh()
    high, low = read_multivariant(viewer.get("master.m3u8").decode())
    assert (high.uri, high.width, high.height) == ("high.m3u8", 540, 960)
    assert (low.uri, low.width, low.height) == ("low.m3u8", 360, 640)
    assert high.fps == pytest.approx(25, abs=0.01)
    assert viewer.frames_of_newest("high") == 25
    assert viewer.frames_of_newest("low") == 25
    stage.eventually("health is active", lambda: store.healths[-1].state is SignalState.ACTIVE)
    assert store.healths[-1].fps > 15
    assert SignalState.STARVING not in {health.state for health in store.healths}

    killed_at = viewer.newest()
    [pid] = engine.children()
    os.kill(pid, signal.SIGKILL)
    stage.eventually("segments after the kill", lambda: viewer.newest() >= killed_at + 3, seconds=8)
    assert viewer.seen["high"].entries[-1].discontinuity == 1
    assert viewer.frames_of_newest("high") == 25

    encoder.close()
    stage.eventually("the host is told", lambda: store.healths[-1].state is SignalState.DISCONNECTED, seconds=4)
    time.sleep(0.3)  # the origin may show a fifth of a second ago
    away_at = viewer.newest()
    time.sleep(3)
    assert viewer.newest() == away_at
    encode()
    stage.eventually("segments after the return", lambda: viewer.newest() >= away_at + 2, seconds=8)
    assert viewer.seen["high"].entries[-1].discontinuity == 2
    assert store.generation == 1
    gap = viewer.seen["high"].entries
    back = next(i for i, entry in enumerate(gap) if entry.discontinuity == 2)
    assert (gap[back].utc - gap[back - 1].utc).total_seconds() > 3, "the clock ran on while the encoder was away"

    store.open = False
    stage.eventually("the recording is finished", lambda: store.recordings, seconds=8)
    assert viewer.refresh().is_ended
    replay = read_media_playlist(viewer.get("high.vod.m3u8").decode())
    assert replay.is_ended
    assert [entry.sequence for entry in replay.entries] == list(range(len(replay.entries)))
    recording = store.recordings[0]
    assert recording.duration == pytest.approx(sum(entry.duration for entry in replay.entries), abs=0.01)
    assert [epoch.name for epoch in recording.epochs] == ["e0001", "e0002", "e0003"]
    assert abs(recording.epochs[0].utc - began) < 4
    assert viewer.get("poster.jpg")[:2] == b"\xff\xd8"
    read_multivariant(viewer.get("vod.m3u8").decode())
    done = subprocess.run(
        [stage.FFMPEG, "-v", "error", "-nostdin", "-i", f"{origin.url}/high.vod.m3u8", "-map", "0:v",
         "-fps_mode", "passthrough", "-f", "framemd5", "-"],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert stage.count_frames(done.stdout) == pytest.approx(recording.duration * 25, abs=3)
    manifest = json.loads((engine.live_root / stage.SCHEMA / stage.BROADCAST / "recording.json").read_text())
    assert manifest["duration"] == recording.duration
    stage.eventually("the lease is given back", lambda: store.released == 1)


def test_silent_encoder_still_gets_a_sound_track(
    store: stage.MemoryStore, engine: stage.RunningEngine, origin: stage.OriginServer, encode: Encode
) -> None:
    encode(sound=False, picture="testsrc2=s=640x360:r=30")
    await_ready(store)
    viewer = Viewer(origin.url)
    viewer.refresh()
    variants = read_multivariant(viewer.get("master.m3u8").decode())
    assert variants[0].codecs[1:] == ["mp4a.40.2"]
    assert (variants[0].width, variants[0].height) == (640, 360)


def test_lease_that_cannot_be_renewed_stops_ffmpeg_before_it_expires(
    gate: stage.GateProcess, store: stage.MemoryStore, encode: Encode, tmp_path: Path
) -> None:
    engine = stage.RunningEngine(store, gate.base, tmp_path, lease_seconds=9.0)
    try:
        encode()
        await_ready(store)
        assert len(engine.children()) == 1
        store.reachable = False
        cut_at = time.monotonic()
        stage.eventually("ffmpeg was ended", lambda: not engine.children(), seconds=9)
        assert time.monotonic() - cut_at < 9
        assert store.released == 0
    finally:
        engine.close()


def test_taken_over_broadcast_is_let_go(store: stage.MemoryStore, engine: stage.RunningEngine, encode: Encode) -> None:
    encode()
    await_ready(store)
    store.generation += 1
    stage.eventually("ffmpeg was ended", lambda: not engine.children(), seconds=5)
    assert store.released == 0
    assert not store.recordings


def test_closed_broadcast_that_was_never_finished_is_closed_by_the_next_engine(
    gate: stage.GateProcess, store: stage.MemoryStore, encode: Encode, tmp_path: Path
) -> None:
    first = stage.RunningEngine(store, gate.base, tmp_path)
    encode()
    await_ready(store)
    first.close()
    assert store.released == 1
    store.open = False
    directory = tmp_path / "live" / stage.SCHEMA / stage.BROADCAST
    whole = read_timeline(directory).segments("high")
    store.aired = whole[0].utc + 0.5
    second = stage.RunningEngine(store, gate.base, tmp_path)
    try:
        stage.eventually("the recording is finished", lambda: store.recordings)
        recording = store.recordings[0]
        shown = read_timeline(directory).segments("high")[1:]
        assert recording.duration == pytest.approx(sum(segment.duration for segment in shown), abs=0.01)
        epoch = recording.epochs[0]
        assert (epoch.first_sequence, epoch.segments, epoch.starts_at) == (1, len(shown), 0.0)
        assert epoch.utc == pytest.approx(shown[0].utc, abs=0.01), "what came before the host's word is no part of it"
        assert recording.poster
    finally:
        second.close()


def test_lease_is_kept_for_as_long_as_the_recording_takes(
    store: stage.MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next engine begins to write it too, and none of them may ever report it."""

    def finalise_slowly(*given: Any, **named: Any) -> RecordingManifest:
        time.sleep(1.5)
        return finalise(*given, **named)

    monkeypatch.setattr(engine_module, "finalise", finalise_slowly)
    monkeypatch.setattr(engine_module, "SAFETY_SECONDS", 0.5)
    store.open = False
    running = stage.RunningEngine(store, "rtmp://127.0.0.1:9/live", tmp_path, lease_seconds=1.5)
    try:
        stage.eventually("the recording is finished", lambda: store.recordings)
    finally:
        running.close()
    assert store.renewed >= 2
    assert store.released == 1


def test_brands_with_the_same_broadcast_id_do_not_wait_for_one_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()
    finished: list[str] = []

    class TwoBrands(stage.MemoryStore):
        def take_next(self, *, holder: str, seconds: float) -> Lease | None:
            self.generation += 1
            schema = {1: "aurora", 2: "fjord"}.get(self.generation)
            return Lease(schema, stage.BROADCAST, self.generation, is_closed=True) if schema else None

        def finished(self, lease: Lease, recording: RecordingManifest) -> None:
            finished.append(lease.schema)

    def finalise_in_turn(directory: Path, *given: Any, **named: Any) -> RecordingManifest:
        if directory.parent.name == "aurora":
            may_end.wait(10)
        return finalise(directory, *given, **named)

    monkeypatch.setattr(engine_module, "finalise", finalise_in_turn)
    running = stage.RunningEngine(TwoBrands(open=False), "rtmp://127.0.0.1:9/live", tmp_path)
    try:
        stage.eventually("the second brand's recording", lambda: finished == ["fjord"], seconds=5)
    finally:
        may_end.set()
        running.close()
    assert finished == ["fjord", "aurora"]


def test_second_engine_on_the_machine_leaves_the_first_ones_ffmpeg_alone(
    store: stage.MemoryStore, engine: stage.RunningEngine, gate: stage.GateProcess, encode: Encode, tmp_path: Path
) -> None:
    encode()
    await_ready(store)
    children = engine.children()
    stage.RunningEngine(store, gate.base, tmp_path).close()
    assert engine.children() == children


def test_killed_engine_leaves_no_ffmpeg_behind(gate: stage.GateProcess, encode: Encode, tmp_path: Path) -> None:
    encode()
    script = (
        "import sys, time; from pathlib import Path; from tests.media import stage;"
        "stage.RunningEngine(stage.MemoryStore(), sys.argv[1], Path(sys.argv[2])); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, gate.base, str(tmp_path)], cwd=stage.ROOT)
    first_segment = tmp_path / "live" / stage.SCHEMA / stage.BROADCAST / "e0001" / "high" / "000000.m4s"
    try:
        stage.eventually("a segment", first_segment.exists)
        [pid] = stage.pullers(process.pid)
    finally:
        process.kill()
        process.wait()
    stage.eventually("ffmpeg died with its engine", lambda: not stage.is_alive(pid), seconds=3)
