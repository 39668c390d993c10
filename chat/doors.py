"""How many sockets somebody has open, here and as far as is known in other processes, and how many there
may be.

Not here: what a room asks of those who come in (room), and how processes hear of one another (presence).
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeGuard

from django.conf import settings

from chat.people import Person
from kernel.callers import is_local, neighbourhood

MOST_OF_PERSON = 10  # in one room
# Who has fewer windows here is not worth telling the other processes: nearly everybody has one.
WORTH_TELLING = 3


Crowded = tuple[str, str, str]  # schema, show, person


class Doors:
    """Counts by whoever is counted; a count that has reached its limit lets nobody in. What others have
    open is a hint, some seconds old: without it each process counts its own."""

    def __init__(self) -> None:
        self._open: Counter[Hashable] = Counter()
        self._elsewhere: Mapping[Hashable, int] = {}

    def enter(self, limits: Mapping[Hashable, int]) -> bool:
        """Count one more under each of these, unless one is full. Call `leave` for each True."""
        if any(self._open[who] + self._elsewhere.get(who, 0) >= most for who, most in limits.items()):
            return False
        self._open.update(limits.keys())
        return True

    def leave(self, limits: Mapping[Hashable, int]) -> None:
        for who in limits:
            self._open[who] -= 1
            if self._open[who] <= 0:
                del self._open[who]

    def crowd(self) -> dict[Crowded, int]:
        """Persons with several windows in one room here."""
        return {who: count for who, count in self._open.items() if count >= WORTH_TELLING and _is_person(who)}

    def hear(self, elsewhere: Mapping[Hashable, int]) -> None:
        """What the other processes have told of theirs."""
        self._elsewhere = dict(elsewhere)


def _is_person(who: Hashable) -> TypeGuard[Crowded]:
    return isinstance(who, tuple) and len(who) == 3


def limits_of(person: Person | None, *, schema: str, show: str, address: str) -> dict[Hashable, int]:
    """What is counted for one socket: a person in a room, and for those without a name the address they
    share, in all rooms of the brand."""
    if person is not None:
        return {(schema, show, person.key): MOST_OF_PERSON}
    most: int = settings.ROOM_SOCKETS_PER_ADDRESS
    return {(schema, neighbourhood(address)): most} if most and not is_local(address) else {}


doors = Doors()
