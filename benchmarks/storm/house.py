"""A whole shop whose parts can be killed: web and socket processes, sequencers, worker, beat; the provider's server,
PostgreSQL and Redis beside them, all of its own.

Not here: when what is killed (killer).
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks.cost import family
from benchmarks.outages.plant import Plant, running_plant
from benchmarks.storm.shopper import Shop
from launch.paths import ROOT
from launch.ports import free_port
from launch.probes import answers_http

STRIPE, WORKER, BEAT = "stripe", "worker", "beat"
SEQUENCERS = ("sequencer-1", "sequencer-2")
FIRST_STRIPE_PORT = 28_000 + os.getpid() % 500 * 4
START_SECONDS = 60.0


@dataclass
class House:
    """What runs, and what is to be started again and when."""

    plant: Plant
    shop: Shop
    rng: random.Random
    _due: dict[str, float] = field(default_factory=dict)
    _rising: set[str] = field(default_factory=set)

    @property
    def parts(self) -> list[str]:
        """Our programs that are at work: those that were killed are no more killed until they are back."""
        names = [f"web-{port}" for port in self.plant.ports] + [*SEQUENCERS, WORKER, BEAT]
        return [name for name in names if name in self.plant.children and name not in self._rising]

    def kill(self, name: str, *, away: float) -> None:
        """kill -9 of a program with all that it started; it is started again after so long."""
        self.plant.kill(name)
        self._due[name] = time.monotonic() + away

    def kill_pool_child(self) -> bool:
        """kill -9 of one of the worker's own processes, which starts another; False when there is none."""
        worker = self.plant.children.get(WORKER)
        pool = family(worker.pid)[1:] if worker else []
        return bool(pool) and _end(self.rng.choice(pool))

    def kill_backend(self) -> bool:
        """kill -9 of a PostgreSQL process that serves one of our programs: the server cuts all others off as well
        and recovers. False when none is at work."""
        try:
            with psycopg.connect(self.plant.postgres.url, connect_timeout=5) as connection:
                found = connection.execute(
                    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
                    " AND pid <> pg_backend_pid() ORDER BY state <> 'active', random() LIMIT 1"
                ).fetchone()
        except psycopg.OperationalError:
            return False
        return found is not None and _end(found[0])

    def revive(self) -> None:
        """Start what is due, and see who is up again. From the main thread only."""
        for name, moment in list(self._due.items()):
            if moment <= time.monotonic():
                del self._due[name]
                self._start(name)
                self._rising.add(name)
        for name in list(self._rising):
            if self._is_up(name):
                self._rising.discard(name)
        for name in self._fallen():
            self._due[name] = time.monotonic()

    def revive_all(self) -> None:
        """Wait until everything runs. Raises TimeoutError."""
        deadline = time.monotonic() + START_SECONDS
        while self._due or self._rising:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not back: {sorted({*self._due, *self._rising})}")
            self.revive()
            time.sleep(0.1)

    def settle(self) -> dict[str, object]:
        """Do what beat would do in time; what `stock verify` says then. Raises RuntimeError."""
        return _module(self.plant, "benchmarks.storm.settle", self.shop.schema)

    def _fallen(self) -> list[str]:
        """Programs that ended without us, as one may that lost its database; whoever runs them starts them again."""
        ended = [name for name, child in self.plant.children.items() if child.exit_code() is not None]
        for name in ended:
            del self.plant.children[name]
            self._rising.discard(name)
        return ended

    def _start(self, name: str) -> None:
        if name.startswith("web-"):
            self.plant.restart_web(int(name.removeprefix("web-")))
        elif name in SEQUENCERS:
            self.plant.start_sequencer(name)
        elif name == WORKER:
            self.plant.start(name, _celery("worker", "-Q", "default", "--concurrency", "2", "--loglevel", "INFO"))
        elif name == BEAT:
            schedule = self.plant.folder / "beat.db"
            self.plant.start(name, _celery("beat", "--schedule", str(schedule), "--pidfile", "", "--loglevel", "INFO"))
        else:
            raise ValueError(f"{name} is not started again")

    def _is_up(self, name: str) -> bool:
        if name not in self.plant.children:
            return False
        if name.startswith("web-"):
            return answers_http(int(name.removeprefix("web-")), "/livez")
        words = {WORKER: (" ready.",), BEAT: ("beat: Starting",)}.get(name, ("sequencer.leading", "sequencer.waiting"))
        return any(word in self.plant.log(name) for word in words)


@contextmanager
def running_house(folder: Path, *, webs: int, drops: int, units: int, viewers: int, seed: int) -> Iterator[House]:
    """All of it, ready to sell; ended and removed afterwards."""
    payments = free_port(FIRST_STRIPE_PORT)
    address = f"http://127.0.0.1:{payments}"
    with running_plant(folder, STRIPE_API_BASE=address, STRIPE_SECRET_KEY="") as plant:
        made = _module(plant, "benchmarks.storm.prepare", str(drops), str(units), str(viewers))
        for _ in range(webs):
            plant.start_web()
        plant.start(
            STRIPE,
            [
                sys.executable, "-m", "sandbox.stripe", "--port", str(payments), "--state", folder / "stripe.db",
                "--webhook-url", f"http://localhost:{plant.ports[0]}/hooks/stripe/", "--duplicate-rate", "0.1",
            ],
        )  # fmt: skip
        plant.wait(STRIPE, lambda: answers_http(payments, "/_sandbox/health"))
        shop = Shop(**made, ports=plant.ports, payments_port=payments)  # type: ignore[arg-type]
        house = House(plant, shop, random.Random(seed))
        for name in (WORKER, BEAT):
            house._due[name] = 0.0
        house.revive_all()
        yield house


def _end(pid: int) -> bool:
    """kill -9; False when it had ended by itself."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "config", *arguments]


def _module(plant: Plant, module: str, *arguments: str) -> dict[str, object]:
    """Run a module to its end; the object in its last line."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=plant.environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer
