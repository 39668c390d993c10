"""How large and how long a run is, and what all rows share.

Not here: what is measured.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.buyers.client import Counter, Tickets
from benchmarks.stage import Stage
from launch.child import Child, Program
from launch.paths import ROOT
from launch.ports import answers, free_port

Row = tuple[str, Any, str]  # key, figure, the target in words

ENDLESS = 1_000_000  # units of what is not to be sold out


@dataclass(frozen=True)
class Scale:
    """Sizes of a run: those of the targets, or small ones to try the benchmark itself."""

    rounds: int
    seconds: float
    http_seconds: float
    tickets: int  # for one window of HTTP: more than can be sold in it
    sellout_buyers: int
    sellout_units: int
    viewers: int
    both_seconds: float
    both_rate: int
    race_units: int
    race_buyers: int


FULL = Scale(
    rounds=3, seconds=5, http_seconds=5, tickets=60_000, sellout_buyers=10_000, sellout_units=500,
    viewers=1000, both_seconds=10, both_rate=2000, race_units=100, race_buyers=400,
)  # fmt: skip
QUICK = Scale(
    rounds=1, seconds=2, http_seconds=2, tickets=20_000, sellout_buyers=1000, sellout_units=50,
    viewers=200, both_seconds=3, both_rate=500, race_units=20, race_buyers=80,
)  # fmt: skip

BUYERS = CONNECTIONS = 200


class Servant:
    """A program that answers each line by a line of JSON."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.pid = process.pid
        self._read()

    def ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._read()

    def do(self, what: str, **more: Any) -> dict[str, Any]:
        return self.ask(json.dumps({"do": what, **more}))

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise RuntimeError(f"{self._process.args!r} ended before its time; its words are above")


@contextmanager
def serving(command: Sequence[str | Path], environment: Mapping[str, str]) -> Iterator[Servant]:
    """Start it; it ends with the block, or when its standard input does."""
    process = subprocess.Popen(
        list(command), env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Servant(process)
    finally:
        process.kill()
        process.communicate()


@dataclass(frozen=True)
class Bench:
    """What every row works with. `postgres` is the id of the server's first process."""

    stage: Stage
    scale: Scale
    clerk: Servant
    buyers: Path
    crowd: Path
    postgres: int

    @property
    def folder(self) -> Path:
        return self.stage.programs.folder

    def open(self, units: int, *, show: str = "") -> tuple[str, str]:
        """A new thing on sale: its variant and its drop."""
        made = self.clerk.do("open", units=units, show=show)
        return made["variant"], made["drop"]

    def tickets(self, about: str, count: int, *, kind: str = "ticket") -> Tickets:
        """So many viewers who may buy it."""
        file = self.folder / f"tickets-{about}-{kind}"
        self.clerk.do("tickets", about=about, count=count, file=str(file), **{"as": kind})
        return Tickets(file, count)

    def door(self, port: int, variant: str, drop: str, tickets: Tickets) -> Counter:
        """Our fast way to hold it over HTTP."""
        body = json.dumps({"variant": variant, "drop": drop, "quantity": 1}, separators=(",", ":"))
        return Counter(port, "/hold/", body, self.stage.host, tickets)

    def server(self, name: str) -> tuple[Child, int]:
        """The application as its own process, as a deployment starts the one for sockets and holds."""
        child, door = self.stage.uvicorn(name)
        return child, door.ports[0]

    def listen(self, name: str, command: Sequence[str | Path], port: int, environment: Mapping[str, str]) -> Child:
        """Start something that listens on a port."""
        return self.stage.programs.start(Program(name, command, environment, lambda: answers(port)))


def first_process(database_url: str) -> int:
    """The id of the PostgreSQL server behind a connection: its cost has all connections in it."""
    with psycopg.connect(database_url) as connection:
        status = Path(f"/proc/{connection.info.backend_pid}/status").read_text()
    found = re.search(r"^PPid:\s+(\d+)", status, re.MULTILINE)
    assert found is not None
    return int(found[1])


def median(values: Sequence[float]) -> float | None:
    """The middle one; None of none."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else None


def rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits)


def next_port() -> int:
    return free_port(8700)
