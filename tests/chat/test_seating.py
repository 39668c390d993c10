"""What each seat is sent: once, whole, in order, and nothing that is another's."""

import json
import random
from itertools import pairwise
from typing import Any

from chat.feed import Slice, View, entry_of
from chat.outlet import Outlet
from chat.seating import Seat, Seating
from chat.wire import Frame

TOPIC = "show:1"
EVERYBODY = View(frozenset(), is_staff=False)
TEAM = View(frozenset(), is_staff=True)


class Notes(Outlet):
    """An outlet that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[Frame] = []

    def push(self, frame: Frame) -> None:
        self.frames.append(frame)

    def close(self, code: int) -> None:
        self.closed = True

    def abandon(self) -> None:
        self.closed = True

    @property
    def texts(self) -> list[str]:
        return [frame.text for frame in self.frames]

    @property
    def read(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]


def part(first: int, last: int, to: str = "") -> Slice:
    entries = [
        entry_of(
            {"type": "viewer.banned" if to else "message.posted", "version": 1, "seq": seq, "data": {}, "at": "",
             "actor": "viewer:vwr_secret"},
            to,
        )
        for seq in range(first, last + 1)
    ]  # fmt: skip
    return Slice(TOPIC, 1, entries, first, last)


def seated(seating: Seating, view: View = EVERYBODY, at: int = 0) -> tuple[Seat, Notes]:
    notes = Notes()
    seat = Seat(notes, None, view)
    seating.sit(seat, {TOPIC: at})
    return seat, notes


def empty_room(told: int = 0) -> Seating:
    seating = Seating()
    seating.told = {TOPIC: told}
    return seating


def test_seats_in_step_share_one_frame() -> None:
    seating = empty_room()
    notes = [seated(seating)[1] for _ in range(3)]
    seating.carry(part(1, 2))
    assert len({id(note.frames[0]) for note in notes}) == 1
    assert notes[0].read[0]["to"] == 2


def test_one_who_came_between_two_frames_gets_the_rest_and_no_more() -> None:
    seating = empty_room()
    _, early = seated(seating)
    _, late = seated(seating, at=3)  # was told up to 3 when it came; the room's next frame begins at 1
    seating.carry(part(1, 2))
    assert late.frames == []
    seating.carry(part(3, 5))
    assert (late.read[0]["from"], late.read[0]["to"]) == (4, 5)
    seating.carry(part(6, 6))
    assert late.frames[-1] is early.frames[-1]


def test_a_hole_is_never_passed_over() -> None:
    seating = empty_room(told=4)
    seat, notes = seated(seating, at=2)
    seating.carry(part(5, 5))
    assert notes.closed
    assert notes.frames == []
    assert seat.cursors == {TOPIC: 2}


def test_a_part_that_is_known_is_not_sent_again() -> None:
    seating = empty_room(told=4)
    _, notes = seated(seating, at=4)
    seating.carry(part(2, 4))
    assert notes.frames == []
    seating.carry(part(3, 6))
    assert (notes.read[0]["from"], notes.read[0]["to"]) == (5, 6)


def test_who_acted_is_for_the_team_and_addressed_events_for_one() -> None:
    seating = empty_room()
    _, viewer = seated(seating)
    _, addressee = seated(seating, View(frozenset(["vwr_x"]), is_staff=False))
    _, team = seated(seating, TEAM)
    seating.carry(part(1, 1))
    seating.carry(part(2, 2, to="vwr_x"))
    assert "vwr_secret" not in "".join(viewer.texts + addressee.texts)
    assert "vwr_secret" in team.texts[0]
    assert '"from":2,"to":2,"events":[]' in viewer.texts[1]
    assert '"from":2,"to":2,"events":[]' in team.texts[1]
    assert "viewer.banned" in addressee.texts[1]
    assert [len(notes.frames) for notes in (viewer, addressee, team)] == [2, 2, 2]


def test_whatever_happens_each_seat_reads_every_number_once() -> None:
    """Seats come and go at random moments, behind and ahead of the room."""
    chance = random.Random(7)
    seating, head = empty_room(), 0
    sitting: list[Seat] = []
    heard: list[tuple[Notes, int]] = []
    for _ in range(600):
        match chance.randrange(4):
            case 0 if len(sitting) < 30:
                at = chance.randint(seating.told[TOPIC], head)
                view = chance.choice([EVERYBODY, TEAM, View(frozenset([f"vwr_{chance.randrange(3)}"]), is_staff=False)])
                seat, notes = seated(seating, view, at)
                sitting.append(seat)
                heard.append((notes, at))
            case 1 if sitting:
                seating.leave(sitting.pop(chance.randrange(len(sitting))))
            case _ if seating.told[TOPIC] < head:
                last = chance.randint(seating.told[TOPIC] + 1, head)
                to = f"vwr_{chance.randrange(3)}" if chance.random() < 0.2 else ""
                seating.carry(part(seating.told[TOPIC] + 1, last, to))
        head += chance.randrange(3)
    assert sum(len(notes.frames) for notes, _ in heard) > 500
    for notes, at in heard:
        assert not notes.closed
        edges = [(at, at), *((frame["from"], frame["to"]) for frame in notes.read)]
        assert all(first == last + 1 for (_, last), (first, _) in pairwise(edges))
