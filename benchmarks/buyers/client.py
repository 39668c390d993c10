"""Starts the buyers and reads their figures.

Not here: the buyers themselves (buyers.c).
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("buyers.c")
_SPARE_SECONDS = 30.0


@dataclass
class Tickets:
    """A file with one header a line, which says who asks. Each is taken once: who holds the thing already
    gets no more of it."""

    file: Path
    count: int
    taken: int = 0

    def take(self, count: int) -> int:
        """The number of the first of so many that nobody had. Raises RuntimeError when too few are left."""
        if self.taken + count > self.count:
            raise RuntimeError(f"{self.count} tickets are too few: {self.taken} are used, {count} are asked for")
        first, self.taken = self.taken, self.taken + count
        return first


@dataclass(frozen=True)
class Counter:
    """Where one asks for a hold: the address, and what the request says. Tickets are that brand's."""

    port: int
    path: str
    body: str
    host: str
    tickets: Tickets


@dataclass(frozen=True)
class Tap:
    """One request as the buyers noted it, in nanoseconds from their start. `hold` is empty without one."""

    number: int
    sent: int
    answered: int
    status: int
    hold: str


@dataclass(frozen=True)
class Rush:
    """What a run of the buyers gave. `broken` got no answer; `repeated` were sent away for a moment and came back."""

    sent: int
    answered: int
    broken: int
    repeated: int
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    statuses: dict[str, int]
    taps: list[Tap] = field(default_factory=list)

    @property
    def held(self) -> int:
        return self.statuses.get("201", 0)

    @property
    def rate(self) -> float:
        """Holds a second."""
        return self.held / self.seconds if self.seconds else 0.0


def rush(
    program: Path,
    counter: Counter,
    *,
    connections: int,
    requests: int,
    seconds: float = 0.0,
    rate: float = 0.0,
    log: Path | None = None,
) -> Rush:
    """Let buyers ask: so many requests at most, for so many seconds, at this rate; 0 is without a bound."""
    logged: list[str | Path] = ["--log", log] if log else []
    patience = seconds + _SPARE_SECONDS
    command: list[str | Path] = [
        program, "--port", str(counter.port), "--host", counter.host, "--path", counter.path, "--body", counter.body,
        "--headers", counter.tickets.file, "--skip", str(counter.tickets.take(requests)),
        "--connections", str(connections), "--requests", str(requests), "--seconds", str(seconds),
        "--rate", str(rate), "--patience", str(patience), *logged,
    ]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=patience + _SPARE_SECONDS)
    figures: dict[str, Any] = json.loads(done.stdout)
    kept = {name: figure for name, figure in figures.items() if name not in ("cpu_seconds", "reopened")}
    return Rush(**kept, taps=list(_taps(log)) if log else [])


def _taps(log: Path) -> Iterator[Tap]:
    for line in log.read_text().splitlines():
        number, sent, answered, status, hold = line.split()
        yield Tap(int(number), int(sent), int(answered), int(status), "" if hold == "-" else hold)
