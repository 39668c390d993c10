"""What else breaks on air: frozen programs, a lost RTMP server, a deaf control plane, leftovers of a crash."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.film import film_path, make_film
from streams.media.timeline import read_timeline
from streams.media.transcoder import PullAddress, Transcoder
from tests.media import stage

Encode = Callable[..., stage.Encoder]


@pytest.mark.slow
@pytest.mark.faults
def test_frozen_ffmpeg_is_replaced(gate: stage.GateProcess, encode: Encode, tmp_path: Path) -> None:
    store = stage.MemoryStore()
    engine = stage.RunningEngine(store, gate.base, tmp_path)
    directory = engine.live_root / stage.SCHEMA / stage.BROADCAST
    try:
        encode()
        stage.eventually("the playlists are ready", lambda: store.ready_count)
        [pid] = engine.children()
        os.kill(pid, signal.SIGSTOP)
        stage.eventually("a second epoch on air", lambda: len(read_timeline(directory).epochs) == 2, seconds=14)
        assert not stage.is_alive(pid)
    finally:
        engine.close()


@pytest.mark.slow
@pytest.mark.faults
def test_demo_encoder_and_broadcast_come_back_after_the_rtmp_server_was_killed(
    gate: stage.GateProcess, hook: stage.IngestHookServer, tmp_path: Path
) -> None:
    films = stage.ROOT / ".local" / "demo"
    make_film(films, "aurora")
    store = stage.MemoryStore()
    engine = stage.RunningEngine(store, gate.base, tmp_path)
    directory = engine.live_root / stage.SCHEMA / stage.BROADCAST
    log = tmp_path / "encoder.log"
    with log.open("wb") as output:
        encoder = subprocess.Popen(
            [sys.executable, "-m", "demo.encoder", "--url", gate.base, "--directory", str(films)],
            cwd=stage.ROOT, env={**os.environ, "STREAM_KEY": stage.KEY}, stdout=output, stderr=output,
        )  # fmt: skip
    second = None
    try:
        stage.eventually("the playlists are ready", lambda: store.ready_count)
        gate.process.kill()
        gate.process.wait()
        second = stage.GateProcess(hook.url, tmp_path, port=gate.port)
        stage.eventually("a second epoch on air", lambda: len(read_timeline(directory).epochs) == 2)
        assert store.generation == 1
        assert stage.KEY not in log.read_text()
        encoder.terminate()
        assert encoder.wait(8) == 0
        stage.eventually("the encoder's end is told", lambda: hook.named("unpublish"))
    finally:
        encoder.kill()
        encoder.wait()
        engine.close()
        if second is not None:
            second.close()


@pytest.mark.slow
@pytest.mark.faults
def test_silent_encoder_is_let_go_after_ten_seconds(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    encoder = encode()
    stage.eventually("accepted", lambda: "publish.accepted" in gate.log)
    os.kill(encoder.process.pid, signal.SIGSTOP)
    frozen_at = time.monotonic()
    stage.eventually("the hook heard of the end", lambda: hook.named("unpublish"), seconds=14)
    assert time.monotonic() - frozen_at > 8
    assert "code=idle" in gate.log


def test_end_is_told_again_until_it_is_heard(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    encoder = encode()
    stage.eventually("accepted", lambda: "publish.accepted" in gate.log)
    hook.behave = "broken"
    encoder.close()
    stage.eventually("told once, in vain", lambda: hook.named("unpublish"))
    hook.behave = "well"
    stage.eventually("told again", lambda: len(hook.named("unpublish")) == 2, seconds=5)
    time.sleep(1.2)
    assert len(hook.named("unpublish")) == 2


def test_one_address_gets_twenty_connections(gate: stage.GateProcess, encode: Encode) -> None:
    idle = [socket.create_connection(("127.0.0.1", gate.port), 3) for _ in range(20)]
    try:
        with socket.create_connection(("127.0.0.1", gate.port), 3) as refused:
            refused.settimeout(3)
            assert refused.recv(1) == b""
        idle.pop().close()
        time.sleep(0.2)
        encode()
        stage.eventually("accepted", lambda: "publish.accepted" in gate.log)
    finally:
        for connection in idle:
            connection.close()


def test_picture_clock_that_jumps_ends_the_session(gate: stage.GateProcess, encode: Encode) -> None:
    """Twenty seconds forward in the encoder's own clock: a new session is a new epoch, never one torn segment."""
    encode(picture="testsrc2=s=320x240:r=25", sound=False, filters="setpts=PTS+gte(N\\,50)*20/TB")
    stage.eventually("refused", lambda: "code=timestamps_jumped" in gate.log, seconds=8)
    assert "publish.ended" in gate.log


def test_film_is_made_once(tmp_path: Path) -> None:
    target = film_path(tmp_path, "aurora")
    assert target.name.startswith("film-aurora-")
    target.write_bytes(b"kept")
    assert make_film(tmp_path, "aurora").read_bytes() == b"kept"
    assert film_path(tmp_path, "fjord").name != target.name


def test_holder_that_slept_past_its_lease_opens_no_epoch(
    gate: stage.GateProcess, encode: Encode, tmp_path: Path
) -> None:
    encode()
    stage.eventually("accepted", lambda: "publish.accepted" in gate.log)
    directory = tmp_path / "broadcast"

    async def run_for_a_while() -> None:
        transcoder = Transcoder(
            ffmpeg=stage.FFMPEG,
            pull=PullAddress(gate.base, stage.PULL_TOKEN),
            broadcast_id=stage.BROADCAST,
            directory=directory,
            may_write=lambda: False,
        )
        running = asyncio.create_task(transcoder.run())
        await asyncio.sleep(1.5)
        transcoder.stop()
        await running

    asyncio.run(run_for_a_while())
    assert "play.started" in gate.log
    assert not directory.exists()
