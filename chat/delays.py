"""How far behind the camera the audience's pictures are: a small histogram in each process, summed.

Not here: measuring (each page reads its own picture's clock) and who is told (room).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

STEP = 0.1  # seconds
# A picture that is ahead by more than the clocks may differ, or so far behind, was told wrongly.
EARLIEST, LATEST = -1.0, 120.0
WINDOW_BEATS = 6  # of two seconds: every page has told its own once


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds behind the camera: of half the audience at most `median`, of nineteen in twenty `p95`."""

    median: float
    p95: float
    reports: int


@dataclass(slots=True)
class Delays:
    """What was reported in this window and in the one before it. A page reports once in about a window,
    so everybody is in it once or twice, and nobody who has gone for longer than two."""

    _now: Counter[int] = field(default_factory=Counter)
    _before: Counter[int] = field(default_factory=Counter)
    _beats: int = 0

    def note(self, seconds: float) -> None:
        """Take one report; one that cannot be true is passed over."""
        if EARLIEST <= seconds <= LATEST:
            self._now[max(0, round(seconds / STEP))] += 1

    def beat(self) -> dict[int, int]:
        """This process's histogram: how often each number of steps was reported."""
        self._beats += 1
        told = self._now + self._before
        if self._beats >= WINDOW_BEATS:
            self._beats, self._before, self._now = 0, self._now, Counter()
        return dict(told)


def delay_of(histograms: Iterable[Mapping[int, int]]) -> Delay | None:
    """The delay over all processes; None when nobody reported any."""
    total: Counter[int] = Counter()
    for histogram in histograms:
        total.update(histogram)
    reports = total.total()
    if not reports:
        return None
    return Delay(_quantile(total, reports * 0.5), _quantile(total, reports * 0.95), reports)


def _quantile(total: Mapping[int, int], rank: float) -> float:
    """The least delay that so many reports do not exceed."""
    reached = 0
    for step in sorted(total):
        reached += total[step]
        if reached >= rank:
            return round(step * STEP, 1)
    raise ValueError("the histogram holds fewer reports than were asked for")
