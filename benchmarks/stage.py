"""Our room as a deployment runs it, and nothing else: PostgreSQL, Redis, the sequencer, socket servers.

Not here: the peers, and what is measured. A rig (rig.py) has everything; what it has besides these would
only cost time beside what is measured.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import redis

from benchmarks.crowd.client import Door
from benchmarks.rig import own_database
from launch.child import Child, Program
from launch.embedded.binaries import redis_server
from launch.paths import ROOT
from launch.ports import answers, free_port
from launch.stack import manage

START_SECONDS = 90.0
HELLO = '{"t":"hello","cursors":null,"epoch":null}'
# As deploy/compose.yaml starts it, save for address and number of processes.
UVICORN = ("--host", "127.0.0.1", "--ws-max-size", "16384", "--no-server-header")
SOCKETS = ("--ws", "chat.tap.sockets:RoomProtocol")


@dataclass
class Programs:
    """What was started, stopped in the opposite order; each writes its log into the folder."""

    folder: Path
    running: list[Child] = field(default_factory=list)

    def start(self, program: Program, *, words: str = "", times: int = 1) -> Child:
        """Start it and wait until it is ready, and has written these words so often."""
        log = self.folder / f"{program.name}.log"
        child = Child(program, log)
        self.running.append(child)
        deadline = time.monotonic() + START_SECONDS
        while not (
            (program.is_ready is None or program.is_ready()) and log.read_text(errors="replace").count(words) >= times
        ):
            if child.exit_code() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{program.name} did not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.05)
        return child

    def stop(self, *children: Child) -> None:
        """End these: asked first, killed after five seconds."""
        for child in reversed(children):
            child.ask_to_end()
        deadline = time.monotonic() + 5
        for child in reversed(children):
            while child.exit_code() is None:
                if time.monotonic() > deadline:
                    child.signal_group(9)
                time.sleep(0.02)
            self.running.remove(child)

    def stop_all(self) -> None:
        self.stop(*self.running)


@dataclass(frozen=True)
class Stage:
    """The room's surroundings: one brand, one show in its lobby, a sequencer that is at work."""

    programs: Programs
    environment: Mapping[str, str]
    redis: Child
    redis_socket: Path
    sequencer: Child
    schema: str
    host: str
    show: str
    cookies: Path

    def uvicorn(self, name: str, *, workers: int = 1, extra: Mapping[str, str] | None = None) -> tuple[Child, Door]:
        """The application on uvicorn, as in production."""
        port = free_port(8500)
        command = [sys.executable, "-m", "uvicorn", "config.asgi:application", *UVICORN, *SOCKETS]
        command += ["--port", str(port)]
        command += ["--workers", str(workers)] if workers > 1 else []
        program = Program(name, command, {**self.environment, **(extra or {})}, lambda: answers(port))
        child = self.programs.start(program, words="Started server process", times=workers)
        return child, self.door([port])

    def daphne(self, name: str) -> tuple[Child, Door]:
        """The application on Daphne, as in the demo."""
        port = free_port(8500)
        command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "--no-server-name"]
        program = Program(name, [*command, "config.asgi:application"], self.environment, lambda: answers(port))
        return self.programs.start(program), self.door([port])

    def door(self, ports: Sequence[int]) -> Door:
        """The way into the show's room: said hello, one is in with the snapshot."""
        return Door(ports, f"/rooms/{self.show}/", self.host, HELLO, '"t":"snapshot"', cookies=self.cookies)


@contextlib.contextmanager
def running_stage(folder: Path, name: str = "fanout") -> Iterator[Stage]:
    """Everything up to the sequencer, in a database and on a Redis of its own; all of it ends with the block.
    Two stages on one PostgreSQL do not meet.

    DATABASE_URL and the secrets come from the environment that `./vitrine` set up.
    """
    programs = Programs(folder)
    redis_socket = folder / "redis.sock"
    cookies = folder / "cookies"
    with own_database(f"vitrine_{name}_{os.getpid()}") as database_url:
        environment = {
            **os.environ,
            "VITRINE_ENV": "test",
            "DATABASE_URL": database_url,
            "REDIS_URL": f"unix://{redis_socket}",
            "VITRINE_LOCAL_DIR": str(folder),
            "VITRINE_PLATFORM_URL": "http://localhost:8500",
            "EMAIL_URL": "memory://",
        }
        try:
            server = programs.start(_redis(redis_socket), words="ready to accept connections")
            _finish(manage("migrate-brands", environment))
            made = json.loads(_finish(_module("prepare-show", "benchmarks.prepare_show", str(cookies), environment)))
            sequencer = programs.start(manage("sequencer", environment), words="sequencer.leading")
            yield Stage(
                programs, environment, server, redis_socket, sequencer,
                made["schema"], made["host"], made["show"], cookies,
            )  # fmt: skip
        finally:
            programs.stop_all()


def own_redis(stage: Stage) -> "redis.Redis":
    """A client of the stage's Redis."""
    return redis.Redis(unix_socket_path=str(stage.redis_socket))


def _redis(socket: Path) -> Program:
    """Nothing is written to disk: kinder to the peers, who put more into Redis than we do."""
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    return Program("redis", [redis_server(), *options], folder=socket.parent)


def _module(name: str, module: str, argument: str, environment: Mapping[str, str]) -> Program:
    return Program(name, [sys.executable, "-m", module, argument], environment)


def _finish(program: Program) -> str:
    """Run a program to its end. Returns the last line that it printed."""
    done = subprocess.run(
        list(program.command), env=program.environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{program.name} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return (done.stdout.splitlines() or [""])[-1]
