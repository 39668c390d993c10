"""How large and how long a run is, and what all rows share.

Not here: what is measured.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.room import Room
from benchmarks.stage import Stage

Row = tuple[str, Any, str]  # key, figure, the target in words

# Messages a second. The slow one is what channels-redis' core layer can hold for 1,000 viewers: there it
# takes three quarters of a core, and at four a second it falls behind.
BATCHED_RATE, CHAT_RATE, SLOW_RATE = 100.0, 20.0, 3.0


@dataclass(frozen=True)
class Scale:
    """Sizes of a run: those of the targets, or small ones to try the benchmark itself."""

    rounds: int
    viewers: int
    seconds: float
    slow_seconds: float
    joins: int
    many: int
    lines: int


FULL = Scale(rounds=3, viewers=1000, seconds=5, slow_seconds=8, joins=5000, many=10_000, lines=30_000)
QUICK = Scale(rounds=1, viewers=200, seconds=2, slow_seconds=4, joins=500, many=1000, lines=3000)


@dataclass(frozen=True)
class Bench:
    """What every row works with. `uvicorn` and `daphne` are our room behind each server."""

    stage: Stage
    crowd: Path
    scale: Scale
    uvicorn: Room
    daphne: Room
