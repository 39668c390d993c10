"""The line in front of a full queue: who came first keeps a lower number, while they come back in time.

Not here: the queue itself (queues).
"""

from collections import OrderedDict
from collections.abc import Hashable

MOST = 50_000  # further back everybody has the last number


class Line:
    """Nobody stands here by a connection: each comes back under the same name. Those who stopped coming
    are noticed when they reach the front, so that a number can be too high, and only ever falls."""

    def __init__(self) -> None:
        self._places: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()  # number, good until
        self._next = 0

    def __len__(self) -> int:
        return len(self._places)

    def place(self, who: Hashable, now: float) -> int:
        """The place of somebody, from 1 on; of a newcomer the one behind the last."""
        self._forget(now)
        known = self._places.get(who)
        number = known[0] if known else self._next
        first = next(iter(self._places.values()))[0] if self._places else number
        return number - first + 1

    def keep(self, who: Hashable, until: float) -> None:
        """Let somebody have their place until then."""
        known = self._places.get(who)
        if known is not None:
            self._places[who] = (known[0], until)
        elif len(self._places) < MOST:
            self._places[who] = (self._next, until)
            self._next += 1

    def leave(self, who: Hashable) -> None:
        self._places.pop(who, None)

    def _forget(self, now: float) -> None:
        while self._places:
            who, (_, until) = next(iter(self._places.items()))
            if until > now:
                return
            del self._places[who]
