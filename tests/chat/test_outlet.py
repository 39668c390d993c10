"""One socket's queue: at once when it may, bounded when it must wait, in order always."""

import asyncio
from typing import Any

from chat.outlet import MAX_FRAMES, PortableOutlet
from chat.wire import Frame


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
    outlet = PortableOutlet(line.send)
    before = len(asyncio.all_tasks())
    outlet.push(Frame("one"))
    outlet.push(Frame("two"))
    assert line.texts == ["one", "two"]
    assert len(asyncio.all_tasks()) == before


async def test_a_waiting_transport_gets_them_later_in_order() -> None:
    line = Line()
    outlet = PortableOutlet(line.send)
    line.open.clear()
    for number in range(10):
        outlet.push(Frame(str(number)))
    assert line.texts == []
    line.open.set()
    await asyncio.sleep(0.01)
    outlet.push(Frame("10"))
    assert line.texts == [str(number) for number in range(11)]


async def test_a_reader_that_is_too_slow_is_closed_with_1013() -> None:
    line = Line()
    outlet = PortableOutlet(line.send)
    line.open.clear()
    for number in range(MAX_FRAMES + 5):
        outlet.push(Frame(str(number)))
    assert outlet.closed
    line.open.set()
    await asyncio.sleep(0.01)
    assert line.taken[-1] == {"type": "websocket.close", "code": 1013}
    outlet.push(Frame("too late"))
    assert "too late" not in line.texts


async def test_a_few_large_frames_are_too_much_as_well() -> None:
    line = Line()
    outlet = PortableOutlet(line.send)
    line.open.clear()
    for _ in range(5):
        outlet.push(Frame("x" * 100_000))
    assert outlet.closed


async def test_a_peer_that_is_gone_harms_nobody() -> None:
    async def send(event: dict[str, Any]) -> None:
        raise ConnectionResetError

    outlet = PortableOutlet(send)
    outlet.push(Frame("hello"))
    assert outlet.closed
    outlet.close(1012)


async def test_a_server_that_refuses_a_code_of_the_protocol_sends_its_own_kind() -> None:
    """Daphne's library sends 1000 and 3000 to 4999 alone; a socket must not stay open for that."""
    codes = []

    async def send(event: dict[str, Any]) -> None:
        if not 3000 <= event["code"] <= 4999:
            raise ValueError(event["code"])
        codes.append(event["code"])

    for code in (1013, 4403):
        PortableOutlet(send).close(code)
    await asyncio.sleep(0.01)
    assert codes == [4013, 4403]
