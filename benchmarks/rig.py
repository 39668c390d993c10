"""A whole Vitrine of one's own, from the embedded servers' own cluster: for measurements and for
the end-to-end tests.

Not here: the demo's content. A rig starts empty; its user signs up like anybody else.
"""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql
from psycopg.conninfo import make_conninfo

from launch.child import Child, Program
from launch.environment import Ports
from launch.ports import free_port
from launch.stack import manage, programs

START_SECONDS = 90.0
REDIS_DATABASE = 5  # beside the tests', which is 0


@dataclass(frozen=True)
class Rig:
    """A running Vitrine: where it is and what it was started with."""

    platform_url: str
    ports: Ports
    environment: Mapping[str, str]
    logs: Path
    children: Mapping[str, Child]

    def brand_url(self, slug: str) -> str:
        """Where a brand of this rig lives."""
        return f"http://{slug}.localhost:{self.ports.web}"

    def log_tail(self, name: str, lines: int = 40) -> str:
        """The end of one program's log, for a failure's message."""
        text = (self.logs / f"{name}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])


@contextlib.contextmanager
def running_rig(name: str, folder: Path) -> Iterator[Rig]:
    """Start everything but the demo's content in a database `vitrine_<name>`; stop and drop it after.

    DATABASE_URL, REDIS_URL and the secrets come from the environment that `./vitrine` set up.
    """
    ports = Ports(web=free_port(8400), rtmp=free_port(1985), stripe=free_port(12161))
    with own_database(f"vitrine_{name}") as database_url:
        environment = _environment(ports, folder, database_url)
        logs = folder / "log"
        logs.mkdir(parents=True, exist_ok=True)
        children: dict[str, Child] = {}
        try:
            _run(manage("migrate-brands", environment), logs)
            for program in programs(environment, ports, folder):
                children[program.name] = child = Child(program, logs / f"{program.name}.log")
                _wait(child)
            _wait_for_words(children["worker"], " ready.")
            yield Rig(environment["VITRINE_PLATFORM_URL"], ports, environment, logs, children)
        finally:
            _stop(list(children.values()))
            shutil.rmtree(folder / "live", ignore_errors=True)


def _environment(ports: Ports, folder: Path, database_url: str) -> dict[str, str]:
    platform = f"http://localhost:{ports.web}"
    payments = f"http://localhost:{ports.stripe}"
    redis_url = os.environ["REDIS_URL"].partition("?")[0]
    parts = urlsplit(redis_url)
    own_redis = f"{redis_url}?db={REDIS_DATABASE}" if parts.scheme == "unix" else redis_url
    redis.Redis.from_url(own_redis).flushdb()
    changed = {
        "VITRINE_ENV": "test",
        "DATABASE_URL": database_url,
        "REDIS_URL": own_redis,
        "VITRINE_LOCAL_DIR": str(folder),
        "VITRINE_PLATFORM_URL": platform,
        "VITRINE_RTMP_URL": f"rtmp://localhost:{ports.rtmp}/live",
        "VITRINE_RTMP_PULL_URL": f"rtmp://127.0.0.1:{ports.rtmp}/live",
        "EMAIL_URL": "console://",
        "STRIPE_API_BASE": payments,
        "STRIPE_JS_URL": f"{payments}/sandbox/elements.js",
        "RTMP_PORT": str(ports.rtmp),
        "RTMP_PULL_TOKEN": os.environ["VITRINE_RTMP_PULL_TOKEN"],
        "INGEST_HOOK_URL": f"{platform}/internal/ingest",
        "INGEST_HOOK_SECRET": os.environ["VITRINE_INGEST_HOOK_SECRET"],
    }
    return {**os.environ, **changed}


@contextlib.contextmanager
def own_database(name: str) -> Iterator[str]:
    """An empty database on the cluster of DATABASE_URL, dropped afterwards."""
    given = os.environ["DATABASE_URL"]
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(make_conninfo(given, dbname="postgres"), autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_conninfo(given, dbname=name)
        finally:
            connection.execute(drop)


def _run(program: Program, logs: Path) -> None:
    child = Child(program, logs / f"{program.name}.log")
    deadline = time.monotonic() + START_SECONDS
    while (code := child.exit_code()) is None:
        if time.monotonic() > deadline:
            child.signal_group(signal.SIGKILL)
        time.sleep(0.05)
    if code:
        raise RuntimeError(f"{child.program.name} failed:\n{_tail(child)}")


def _wait(child: Child) -> None:
    """Until the program is ready. Raises RuntimeError with the end of its log."""
    ready = child.program.is_ready
    deadline = time.monotonic() + START_SECONDS
    while ready is not None and not ready():
        if child.exit_code() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{child.program.name} did not start:\n{_tail(child)}")
        time.sleep(0.05)


def _wait_for_words(child: Child, words: str) -> None:
    """Until the program's log says so: a Celery worker has no port to ask."""
    deadline = time.monotonic() + START_SECONDS
    while words not in _tail(child):
        if child.exit_code() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{child.program.name} did not start:\n{_tail(child)}")
        time.sleep(0.05)


def _tail(child: Child) -> str:
    return child.log.read_text(errors="replace")[-4000:] if child.log else ""


def _stop(children: list[Child]) -> None:
    """All are asked to end, last started first; who has not after ten seconds is ended."""
    for child in reversed(children):
        child.ask_to_end()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(child.exit_code() is None for child in children):
        time.sleep(0.05)
    for child in children:
        child.signal_group(signal.SIGKILL)
        child.exit_code()
