"""One socket's queue: at once when it may, bounded when it must wait, in order always."""

import asyncio
from typing import Any

from chat.feed import Slice, View, entry_of
from chat.outlet import MAX_FRAMES, Outlet

EVERYBODY = View(frozenset(), is_staff=False)


class Line:
    """A transport that takes frames until it is `stuck`."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, event: dict[str, Any]) -> None:
        await self.open.wait()
        self.taken.append(event)

    @property
    def texts(self) -> list[str]:
        return [event["text"] for event in self.taken if event["type"] == "websocket.send"]


async def test_a_willing_transport_gets_frames_without_a_task() -> None:
    line = Line()
    outlet = Outlet(line.send, EVERYBODY)
    before = len(asyncio.all_tasks())
    outlet.push("one")
    outlet.push("two")
    assert line.texts == ["one", "two"]
    assert len(asyncio.all_tasks()) == before


async def test_a_waiting_transport_gets_them_later_in_order() -> None:
    line = Line()
    outlet = Outlet(line.send, EVERYBODY)
    line.open.clear()
    for number in range(10):
        outlet.push(str(number))
    assert line.texts == []
    line.open.set()
    await asyncio.sleep(0.01)
    outlet.push("10")
    assert line.texts == [str(number) for number in range(11)]


async def test_a_reader_that_is_too_slow_is_closed_with_1013() -> None:
    line = Line()
    outlet = Outlet(line.send, EVERYBODY)
    line.open.clear()
    for number in range(MAX_FRAMES + 5):
        outlet.push(str(number))
    assert outlet.closed
    line.open.set()
    await asyncio.sleep(0.01)
    assert line.taken[-1] == {"type": "websocket.close", "code": 1013}
    outlet.push("too late")
    assert "too late" not in line.texts


async def test_a_few_large_frames_are_too_much_as_well() -> None:
    line = Line()
    outlet = Outlet(line.send, EVERYBODY)
    line.open.clear()
    for _ in range(5):
        outlet.push("x" * 100_000)
    assert outlet.closed


async def test_a_peer_that_is_gone_harms_nobody() -> None:
    async def send(event: dict[str, Any]) -> None:
        raise ConnectionResetError

    outlet = Outlet(send, EVERYBODY)
    outlet.push("hello")
    assert outlet.closed
    outlet.close(1012)


def part(first: int, last: int, to: str = "") -> Slice:
    entries = [
        entry_of(
            {"type": "viewer.banned" if to else "message.posted", "version": 1, "seq": seq, "data": {}, "at": "",
             "actor": "viewer:vwr_secret"},
            to,
        )
        for seq in range(first, last + 1)
    ]  # fmt: skip
    return Slice("show:1", 1, entries, first, last)


async def test_parts_are_cut_where_the_socket_stands() -> None:
    line = Line()
    outlet = Outlet(line.send, EVERYBODY)
    outlet.cursors["show:1"] = 2
    outlet.carry(part(1, 2))
    outlet.carry(part(1, 4))
    outlet.carry(part(4, 4))
    assert len(line.texts) == 1
    assert '"from":3,"to":4' in line.texts[0]
    outlet.carry(part(6, 7))
    assert outlet.closed, "a hole is never passed over"


async def test_who_acted_is_for_the_team_and_addressed_events_for_one() -> None:
    frames = {}
    for name, view in {
        "viewer": EVERYBODY,
        "addressee": View(frozenset(["vwr_x"]), is_staff=False),
        "team": View(frozenset(), is_staff=True),
    }.items():
        line = Line()
        outlet = Outlet(line.send, view)
        outlet.cursors["show:1"] = 0
        outlet.carry(part(1, 1))
        outlet.carry(part(2, 2, to="vwr_x"))
        frames[name] = line.texts
    assert "vwr_secret" not in "".join(frames["viewer"] + frames["addressee"])
    assert "vwr_secret" in frames["team"][0]
    assert '"from":2,"to":2,"events":[]' in frames["viewer"][1]
    assert '"from":2,"to":2,"events":[]' in frames["team"][1]
    assert "viewer.banned" in frames["addressee"][1]
