"""What has been said lately, shared by all guests of a show, so that they do not repeat one another.

Not here: the lines (demo.stage.talk).
"""

import random
import time
from collections.abc import Sequence


class Deck:
    """Lines are dealt like cards: each once, in any order, before one comes again."""

    def __init__(self, seed: str) -> None:
        self._dice = random.Random(seed)
        self._left: dict[Sequence[str], list[str]] = {}
        self._last: dict[str, float] = {}

    def draw(self, lines: Sequence[str]) -> str:
        """The next of these lines."""
        left = self._left.setdefault(lines, [])
        if not left:
            left.extend(lines)
            self._dice.shuffle(left)
        return left.pop()

    def draw_rested(self, lines: Sequence[str], *, seconds: float) -> str | None:
        """One of these lines that was not drawn for so long, or None."""
        now = time.monotonic()
        rested = [line for line in lines if now - self._last.get(line, -seconds) >= seconds]
        if not rested:
            return None
        line = self._dice.choice(rested)
        self._last[line] = now
        return line
