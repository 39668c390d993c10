"""How many sockets somebody has open in this process, and how many there may be.

Not here: what a room asks of those who come in (room).
"""

from collections import Counter
from collections.abc import Hashable, Mapping

from django.conf import settings

from chat.people import Person
from kernel.callers import is_local, neighbourhood

MOST_OF_PERSON = 10  # in one room


class Doors:
    """Counts by whoever is counted; a count that has reached its limit lets nobody in."""

    def __init__(self) -> None:
        self._open: Counter[Hashable] = Counter()

    def enter(self, limits: Mapping[Hashable, int]) -> bool:
        """Count one more under each of these, unless one is full. Call `leave` for each True."""
        if any(self._open[who] >= most for who, most in limits.items()):
            return False
        self._open.update(limits.keys())
        return True

    def leave(self, limits: Mapping[Hashable, int]) -> None:
        for who in limits:
            self._open[who] -= 1
            if self._open[who] <= 0:
                del self._open[who]


def limits_of(person: Person | None, *, schema: str, show: str, address: str) -> dict[Hashable, int]:
    """What is counted for one socket: a person in a room, and for those without a name the address they
    share, in all rooms of the brand."""
    if person is not None:
        return {(schema, show, person.key): MOST_OF_PERSON}
    most: int = settings.ROOM_SOCKETS_PER_ADDRESS
    return {(schema, neighbourhood(address)): most} if most and not is_local(address) else {}


doors = Doors()
