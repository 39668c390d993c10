"""Who sits in a room of this process, and how frames reach all of them at the least cost.

Not here: who is let in and what they may do (room, acts).
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from chat import protocol
from chat.feed import Slice, View
from chat.outlet import Outlet, Rank
from chat.people import Person
from chat.wire import Frame

RESTART_SPREAD_MS = 2000


@dataclass(eq=False, slots=True)
class Seat:
    """One socket in a room. `person` is None for one who only watches, of whom the `stranger` has the
    device and the network. `cursors` says how far it has
    come in each topic while that is not as far as the room."""

    outlet: Outlet
    person: Person | None
    view: View
    cookies: Mapping[str, str] = field(default_factory=dict)
    cursors: dict[str, int] | None = None
    reported_at: float = 0.0  # when it last told of its picture
    stranger: Person | None = None
    admitted: int = 0  # under which of the show's accesses (room)
    watcher: str = ""  # under which name it counts as a viewer, empty for the team and bots

    def send(self, text: str) -> None:
        """Send what is for this socket alone."""
        self.outlet.push(Frame(text))

    def restart(self, spread_ms: int = RESTART_SPREAD_MS) -> None:
        """Have the page connect again, a little later: who it is or what it may see has changed, or
        this process has no time for it."""
        self.send(protocol.reconnect(random.randrange(spread_ms)))
        self.outlet.close(protocol.CLOSE_RESTART)


class Seating:
    """`told` is how far the seats in step with the room have come in each topic. Nearly all are, and
    cost one call a frame; those who have just come, the team and addressees are looked at singly."""

    def __init__(self) -> None:
        self.seats: set[Seat] = set()
        self.told: dict[str, int] = {}
        self._audience = Rank()
        self._team = Rank()
        self._coming: set[Seat] = set()
        self._by_key: dict[str, set[Seat]] = {}

    def sit(self, seat: Seat, cursors: Mapping[str, int]) -> None:
        """A socket that has been told all up to `cursors` gets what follows."""
        self.seats.add(seat)
        for key in seat.view.keys:
            self._by_key.setdefault(key, set()).add(seat)
        seat.cursors = dict(cursors)
        self._coming.add(seat)
        self._fall_in(seat)

    def leave(self, seat: Seat) -> None:
        if seat not in self.seats:
            return
        self.seats.discard(seat)
        self._coming.discard(seat)
        self._audience.discard(seat.outlet)
        self._team.discard(seat.outlet)
        for key in seat.view.keys:
            sitting = self._by_key.get(key, set())
            sitting.discard(seat)
            if not sitting:
                self._by_key.pop(key, None)

    def carry(self, part: Slice) -> None:
        """Send everybody what they lack of a part that joins what the room was told."""
        if part.last <= self.told[part.topic]:
            return
        part = part.after(self.told[part.topic])
        self.told[part.topic] = part.last
        apart = self._apart(part)
        if self._audience:
            self._audience.push(part.for_all, but=apart)
        if self._team:
            self._team.push(part.for_staff, but=apart)
        for seat in list(self._coming):
            self._catch_up(seat, part)

    def push(self, frame: Frame) -> None:
        """Send everybody a frame that is no part of the log."""
        self._audience.push(frame)
        self._team.push(frame)
        for seat in self._coming:
            seat.outlet.push(frame)

    def push_to_team(self, frame: Frame) -> None:
        """Send the team a frame that is no part of the log."""
        self._team.push(frame)

    def _apart(self, part: Slice) -> set[Outlet]:
        """The sockets of addressees, which get a frame of their own; they have it when this returns."""
        apart = set()
        for key in part.addressees:
            for seat in self._by_key.get(key, ()):
                if seat.cursors is None and seat.outlet not in apart:
                    apart.add(seat.outlet)
                    seat.outlet.push(part.frame(seat.view))
        return apart

    def _catch_up(self, seat: Seat, part: Slice) -> None:
        """A part for somebody who came between two frames, and may know its beginning already."""
        if seat.cursors is None:
            return
        have = seat.cursors[part.topic]
        if have + 1 < part.first:
            seat.outlet.close(protocol.CLOSE_TOO_SLOW)  # a hole is never passed over
        elif have < part.last:
            seat.outlet.push(part.after(have).frame(seat.view))
            seat.cursors[part.topic] = part.last
        self._fall_in(seat)

    def _fall_in(self, seat: Seat) -> None:
        """Count a seat among those in step, once it knows no more and no less than they."""
        if seat.cursors == self.told:
            seat.cursors = None
            self._coming.discard(seat)
            (self._team if seat.view.is_staff else self._audience).add(seat.outlet)
