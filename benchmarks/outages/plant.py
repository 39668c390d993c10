"""The parts of a running room, each of which can be killed: PostgreSQL, Redis, sequencers, socket processes.

Not here: the crowd in it. Its servers are its own, in a folder of its own; everything ends by its id.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.outages.visitor import Venue
from launch.child import Child, Program
from launch.embedded import pids
from launch.embedded.postgres import Postgres
from launch.embedded.redis import Redis
from launch.paths import ROOT
from launch.ports import free_port
from launch.probes import answers_http

START_SECONDS = 60.0
# Below the ports that the kernel gives to clients, and apart from those of another run at the same time.
FIRST_PORT = 18_000 + os.getpid() % 500 * 20
# Larger frames the server refuses by itself; the room's own limit is half of it.
UVICORN = ("uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--ws-max-size", "16384", "--port")
DAPHNE = ("daphne", "config.asgi:application", "-b", "127.0.0.1", "-p")


@dataclass(frozen=True, slots=True)
class House:
    """A brand with a show, and its viewers' cookies."""

    slug: str
    schema: str
    host: str
    show: str
    topic: str
    cookies: Sequence[str]


@dataclass
class Plant:
    """Two socket processes and two sequencers over one PostgreSQL and one Redis."""

    folder: Path
    postgres: Postgres
    redis: Redis
    environment: dict[str, str]
    ports: list[int] = field(default_factory=list)
    children: dict[str, Child] = field(default_factory=dict)
    _logs_from: dict[str, int] = field(default_factory=dict)

    def venue(self, house: House, ports: Sequence[int] = ()) -> Venue:
        return Venue(house.host, house.show, house.topic, ports or self.ports)

    def prepare(self, *slugs: str, viewers: int) -> list[House]:
        """Brands with a show each."""
        output = self._run("benchmarks.outages.prepare", str(viewers), *slugs)
        return [House(**json.loads(line)) for line in output.splitlines() if line.startswith("{")]

    def start_web(self, server: Sequence[str] = UVICORN, **more: str) -> int:
        """One more socket process, with `more` in its environment; returns its port once it is ready."""
        port = free_port(max([FIRST_PORT - 1, *self.ports]) + 1)
        self.ports.append(port)
        self._start(f"web-{port}", [sys.executable, "-m", *server, str(port)], more)
        self.wait(f"web-{port}", lambda: answers_http(port, "/readyz"))
        return port

    def start(self, name: str, command: Sequence[str | Path]) -> None:
        """One more program; does not wait until it is ready."""
        self._start(name, command)

    def start_sequencer(self, name: str) -> None:
        """One more sequencer; does not wait until it leads, or waits until it may."""
        self._start(name, [sys.executable, "manage.py", "sequencer"])

    def wait_for_sequencer(self, name: str) -> None:
        self.wait(name, lambda: "sequencer.leading" in self.log(name) or "sequencer.waiting" in self.log(name))

    def log(self, name: str) -> str:
        """What a program has written since it was started last."""
        return (self.folder / f"{name}.log").read_bytes()[self._logs_from[name] :].decode(errors="replace")

    def wait(self, name: str, ready: Any) -> None:
        """Until a child is ready. Raises RuntimeError with the end of its log."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self.children[name].exit_code() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} did not start:\n{self.log(name)[-3000:]}")
            time.sleep(0.05)

    def leader(self) -> str:
        """The sequencer that leads: the one that said so last."""
        names = [name for name in self.children if name.startswith("sequencer")]
        return next(name for name in names if "sequencer.leading" in self.log(name).rpartition("waiting")[2])

    def kill(self, name: str) -> None:
        """kill -9, and gone."""
        child = self.children.pop(name)
        child.signal_group(signal.SIGKILL)
        while child.exit_code() is None:
            time.sleep(0.005)

    def restart_web(self, port: int, server: Sequence[str] = UVICORN) -> None:
        """A socket process on a port that one had before; does not wait until it is ready."""
        self._start(f"web-{port}", [sys.executable, "-m", *server, str(port)])

    def kill_redis(self) -> None:
        """kill -9, and all that it held is gone as well."""
        _kill(self.redis.pid_file, self.redis.folder, signal.SIGKILL)
        for left in (*self.redis.folder.glob("*.aof"), *self.redis.folder.glob("*.rdb")):
            left.unlink()

    def kill_postgres(self) -> None:
        """What an immediate stop does: no check-point, all connections cut; recovery at the start."""
        _kill(self.postgres.data / "postmaster.pid", self.postgres.data, signal.SIGQUIT)

    async def ready(self, port: int) -> None:
        """Wait until a socket process is ready."""
        async with asyncio.timeout(START_SECONDS):
            while not await asyncio.to_thread(answers_http, port, "/readyz"):  # noqa: ASYNC110 - another process knows it
                await asyncio.sleep(0.02)

    def _start(self, name: str, command: Sequence[str | Path], more: Mapping[str, str] | None = None) -> None:
        log = self.folder / f"{name}.log"
        self._logs_from[name] = log.stat().st_size if log.exists() else 0
        self.children[name] = Child(Program(name, command, {**self.environment, **(more or {})}), log)

    def _run(self, module: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
        return done.stdout

    def close(self) -> None:
        """End everything, what was started last first."""
        children = list(self.children.values())
        for child in reversed(children):
            child.ask_to_end()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and any(child.exit_code() is None for child in children):
            time.sleep(0.05)
        for child in children:
            child.signal_group(signal.SIGKILL)
            child.exit_code()


@contextmanager
def running_plant(folder: Path, **more: str) -> Iterator[Plant]:
    """Servers and two sequencers, without socket processes; all ended and removed afterwards.

    `more` goes into the environment. Durable: what was acknowledged must be there after a stop.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    postgres, redis = Postgres(folder, durable=True), Redis(folder)
    plant = Plant(folder, postgres, redis, _environment(folder, postgres, redis, more))
    try:
        redis.start()
        postgres.start()
        _manage(plant, "migrate_brands")
        for name in ("sequencer-1", "sequencer-2"):
            plant.start_sequencer(name)
            plant.wait_for_sequencer(name)
        yield plant
    finally:
        plant.close()
        redis.stop()
        postgres.stop()
        shutil.rmtree(postgres.folder, ignore_errors=True)


def _environment(folder: Path, postgres: Postgres, redis: Redis, more: Mapping[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": postgres.url,
        "REDIS_URL": redis.url,
        "VITRINE_ENV": "test",
        "VITRINE_LOCAL_DIR": str(folder),
        "VITRINE_PLATFORM_URL": "http://localhost",
        "EMAIL_URL": "memory://",
        "VITRINE_DRAIN_SECONDS": "0",
        # Authors who come back send at once what waited, which no person does.
        "VITRINE_CHAT_MODERATION": "chat.automod.allow",
        **more,
    }


def _manage(plant: Plant, command: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", command], env=plant.environment, cwd=ROOT, check=True, capture_output=True
    )


def _kill(note: Path, folder: Path, number: int) -> None:
    """Signal the server that noted its id, and wait until it is gone. RuntimeError when there is none."""
    pid = pids.noted_pid(note)
    if pid is None or not pids.is_server_in(pid, folder):
        raise RuntimeError(f"no server runs in {folder}")
    os.kill(pid, number)
    while pids.is_server_in(pid, folder):
        time.sleep(0.005)
