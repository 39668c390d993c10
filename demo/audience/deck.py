"""What has been said lately, shared by all guests of a show, so that they do not repeat one another.

Not here: the lines (demo.stage.talk).
"""

import math
import random
import time
from collections.abc import Sequence


class Deck:
    """A line that was said rests for a while, whoever said it."""

    def __init__(self, seed: str) -> None:
        self._dice = random.Random(seed)
        self._last: dict[str, float] = {}

    def draw_rested(self, lines: Sequence[str], *, seconds: float) -> str | None:
        """One of these lines that was not drawn for so long, or None; the longest rested ones first."""
        now = time.monotonic()
        rested = [line for line in lines if now - self._last.get(line, -math.inf) >= seconds]
        if not rested:
            return None
        longest = min(self._last.get(line, -math.inf) for line in rested)
        line = self._dice.choice([line for line in rested if self._last.get(line, -math.inf) == longest])
        self._last[line] = now
        return line
