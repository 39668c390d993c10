"""The gate in front of the RTMP server: who may publish, who may play, and what is left of a key."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.media import stage

Encode = Callable[..., stage.Encoder]


def wait_for_publish(gate: stage.GateProcess, count: int = 1) -> None:
    stage.eventually("accepted publishers", lambda: gate.log.count("publish.accepted") >= count)


def test_right_key_reaches_a_puller_under_the_broadcasts_name(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    encoder = encode()
    wait_for_publish(gate)
    frames, said = stage.pull(gate.base)
    assert frames == 10, said
    asked = hook.named("publish")[0]
    assert asked["key"] == stage.KEY
    assert asked["ip"] == "127.0.0.1"

    encoder.close()
    stage.eventually("the hook heard of the end", lambda: hook.named("unpublish"))
    told = hook.named("unpublish")[0]
    assert told == {"broadcast": stage.BROADCAST, "schema": stage.SCHEMA, "session": asked["session"]}
    assert stage.KEY not in gate.log
    assert stage.PULL_TOKEN not in gate.log


def test_wrong_key_is_refused_and_nothing_is_relayed(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    wrong = "aurora_wrongwrongwrongwrong"
    said = encode(wrong).outcome()
    assert "stream_key_invalid" in said
    assert "publish.accepted" not in gate.log
    for name in (stage.BROADCAST, wrong):
        frames, answer = stage.pull(gate.base, broadcast=name)
        assert frames == 0
        assert "no_publisher" in answer
    assert wrong not in gate.log.replace(f"broadcast={wrong}", "")


@pytest.mark.parametrize("fault", ["broken", "silent", "gone"])
def test_no_clear_yes_means_no(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode, fault: str
) -> None:
    if fault == "gone":
        hook.close()
    else:
        hook.behave = fault
    began = time.monotonic()
    said = encode().outcome()
    assert time.monotonic() - began < 4.5
    assert "Server error" in said
    assert "publish.accepted" not in gate.log
    frames, _ = stage.pull(gate.base)
    assert frames == 0


def test_question_is_signed_with_the_shared_secret(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    hook.secret = "another secret"
    assert "signature_invalid" in encode().outcome()


def test_newest_publisher_wins_and_pictures_do_not_mix(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    first = encode(picture="color=c=red:s=320x240:r=25")
    wait_for_publish(gate)
    watching = subprocess.Popen(
        [stage.FFMPEG, "-v", "error", "-nostdin", "-i", f"{gate.base}/{stage.BROADCAST}?token={stage.PULL_TOKEN}",
         "-map", "0:v", "-vf", "scale=1:1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    time.sleep(1.5)
    encode(picture="color=c=blue:s=320x240:r=25")
    wait_for_publish(gate, 2)

    pixels, _ = watching.communicate(timeout=10)  # its publisher went, so it ends
    reds = [pixels[i] > 200 and pixels[i + 2] < 60 for i in range(0, len(pixels), 3)]
    assert len(reds) > 10
    assert all(reds)
    assert first.process.wait(5) != 0
    sessions = [asked["session"] for asked in hook.named("publish")]
    stage.eventually("the first session is told as ended", lambda: hook.named("unpublish"))
    assert [told["session"] for told in hook.named("unpublish")] == sessions[:1]

    done = subprocess.run(
        [stage.FFMPEG, "-v", "error", "-nostdin", "-i", f"{gate.base}/{stage.BROADCAST}?token={stage.PULL_TOKEN}",
         "-map", "0:v", "-frames:v", "15", "-vf", "scale=1:1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"],
        check=False, capture_output=True, timeout=15,
    )  # fmt: skip
    assert len(done.stdout) == 45
    assert all(done.stdout[i] < 60 and done.stdout[i + 2] > 200 for i in range(0, 45, 3))


def test_slow_verdict_does_not_let_an_older_publisher_win(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    hook.delays = [1.5]
    encode()
    stage.eventually("the first is asked about", lambda: len(hook.named("publish")) == 1)
    encode()
    wait_for_publish(gate, 2)
    older, newer = (asked["session"] for asked in hook.named("publish"))
    stage.eventually("an end is told", lambda: hook.named("unpublish"))
    assert [told["session"] for told in hook.named("unpublish")] == [older]
    accepted = [line for line in gate.log.splitlines() if "publish.accepted" in line]
    assert newer in accepted[-1]
    assert stage.pull(gate.base)[0] == 10


def test_encoder_that_hung_up_during_the_question_is_not_left_as_present(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    hook.delays = [1.0]
    encoder = encode()
    stage.eventually("asked", lambda: hook.named("publish"))
    encoder.close()
    stage.eventually("taken back", lambda: hook.named("unpublish"), seconds=5)
    assert hook.named("unpublish")[0]["session"] == hook.named("publish")[0]["session"]
    assert stage.pull(gate.base)[0] == 0


@pytest.mark.slow
def test_stream_without_key_frames_does_not_fill_the_memory(gate: stage.GateProcess) -> None:
    """Noise, which nothing makes smaller, after a single key frame: some 250 MB of it."""
    subprocess.run(
        [stage.FFMPEG, "-v", "error", "-nostdin", "-f", "lavfi", "-i", "color=s=1280x720:r=25,noise=alls=100:allf=t",
         "-frames:v", "150", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-g", "9999",
         "-f", "flv", f"{gate.base}/{stage.KEY}"],
        check=True, timeout=60,
    )  # fmt: skip
    stage.eventually("the end", lambda: "publish.ended" in gate.log)
    received = int(gate.log.partition("received=")[2].split()[0])
    status = Path(f"/proc/{gate.process.pid}/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    assert received > 150_000_000
    assert peak < received


def test_play_needs_the_token(gate: stage.GateProcess, encode: Encode) -> None:
    encode()
    wait_for_publish(gate)
    frames, said = stage.pull(gate.base, token="guessed")
    assert frames == 0
    assert "play_not_allowed" in said


def test_ten_wrong_keys_block_the_address_without_asking(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    for number in range(10):
        assert "stream_key_invalid" in encode(f"guess_number_{number:04d}", sound=False).outcome()
    said = encode(sound=False).outcome()
    assert "too_many_failures" in said
    assert len(hook.named("publish")) == 10


def test_garbage_ends_its_own_connection_only(gate: stage.GateProcess, encode: Encode) -> None:
    encode()
    wait_for_publish(gate)
    handshake = b"\x03" + bytes(1536) + bytes(1536)
    huge_message = b"\x03\x00\x00\x00\xff\xff\xff\x14\x00\x00\x00\x00"
    connect_without_url = b"\x03\x00\x00\x00\x00\x00\x13\x14\x00\x00\x00\x00" + b"\x02\x00\x07connect\x00" + bytes(8)
    web_page = b"GET / HTTP/1.1\r\n\r\n" * 400
    for rubbish in (web_page, handshake + huge_message, handshake + connect_without_url + bytes(64)):
        with socket.create_connection(("127.0.0.1", gate.port), 3) as raw:
            raw.sendall(rubbish)
            time.sleep(0.2)
    assert gate.process.poll() is None
    frames, said = stage.pull(gate.base)
    assert frames == 10, said


def test_end_of_the_gate_tells_the_control_plane(
    gate: stage.GateProcess, hook: stage.IngestHookServer, encode: Encode
) -> None:
    encode()
    wait_for_publish(gate)
    gate.process.send_signal(signal.SIGTERM)
    assert gate.process.wait(5) == 0
    assert len(hook.named("unpublish")) == 1


def test_other_version_of_the_library_is_refused_at_start() -> None:
    stage.install_gate()
    script = (
        "import { createRequire } from 'node:module';"
        "const require = createRequire(process.cwd() + '/server.mjs');"
        "require('node-media-server/package.json').version = '4.5.0';"
        "const { loadInternals } = await import('./internals.mjs');"
        "loadInternals(() => {});"
    )
    done = subprocess.run(
        [str(stage.NODE), "--input-type=module", "-e", script],
        cwd=stage.ROOT / "rtmp", check=False, capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode != 0
    assert "found 4.5.0" in done.stderr
    assert "npm ci" in done.stderr


@pytest.mark.parametrize(
    ("change", "advice"),
    [({"RTMP_PULL_TOKEN": ""}, "RTMP_PULL_TOKEN is not set"), ({"RTMP_PORT": "many"}, "must be a whole number")],
)
def test_bad_setting_is_named_at_start(change: dict[str, str], advice: str) -> None:
    stage.install_gate()
    environment = {"INGEST_HOOK_URL": "http://127.0.0.1:9", "INGEST_HOOK_SECRET": "s", "RTMP_PULL_TOKEN": "t"}
    done = subprocess.run(
        [str(stage.NODE), "server.mjs"], cwd=stage.ROOT / "rtmp", env={**environment, **change},
        check=False, capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode == 1
    assert advice in done.stdout


def test_taken_port_is_named_at_start(gate: stage.GateProcess) -> None:
    environment = {
        "INGEST_HOOK_URL": "http://127.0.0.1:9",
        "INGEST_HOOK_SECRET": "s",
        "RTMP_PULL_TOKEN": "t",
        "RTMP_PORT": str(gate.port),
    }
    done = subprocess.run(
        [str(stage.NODE), "server.mjs"], cwd=stage.ROOT / "rtmp", env=environment,
        check=False, capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"RTMP port {gate.port} is in use" in done.stdout
