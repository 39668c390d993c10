"""Both ways out of a process on every server: the same bytes, whole frames, and nobody pays for another.

Not here: rooms on these servers (test_room, test_servers).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from chat.outlet import MAX_FRAMES, PortableOutlet
from chat.tap import choose, daphne, uvicorn
from tests.chat.relay import text
from tests.chat.servers import SERVERS, Client, Server, running

MATRIX = [(name, tap) for name in SERVERS for tap in ("auto", "off")]
# Daphne's own send never waits: without the tap nobody can tell who is slow.
BOUNDED = [pair for pair in MATRIX if pair != ("daphne", "off")]


def named(pair: tuple[str, str]) -> str:
    return f"{pair[0]}, tap {pair[1]}"


@pytest.fixture(scope="module", params=MATRIX, ids=named)
def server(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    name, tap = request.param
    with running(name, tmp_path_factory.mktemp("relay") / "log", VITRINE_ROOM_TAP=tap) as found:
        yield found


@pytest.fixture
def tapped(server: Server, request: Any) -> bool:
    return str(request.node.callspec.params["server"][1]) == "auto"


@pytest_asyncio.fixture
async def clients(server: Server) -> AsyncIterator[Any]:
    opened: list[Client] = []

    async def make(**how: Any) -> Client:
        client = await Client(server, **how).opened()
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.drop()
    await asyncio.sleep(0.05)


async def test_the_way_is_the_one_that_was_set(server: Server, tapped: bool, clients: Any) -> None:
    known = "DaphneOutlet" if server.name == "daphne" else "UvicornOutlet"
    assert (await clients()).way == (known if tapped else "PortableOutlet")


@pytest.mark.parametrize("deflate", [False, True], ids=["plain", "compression offered"])
async def test_frames_of_every_size_arrive_whole_and_in_order(clients: Any, deflate: bool) -> None:
    asking, other = await clients(deflate=deflate), await clients(deflate=deflate)
    expected, number = [], 0
    for size in (0, 1, 100, 130, 20_000, 70_000, 3):
        await asking.ask(f'{{"push": [{number}, 2, {size}]}}')
        expected += [text(number, size), text(number + 1, size)]
        number += 2
        await asking.until(number)
        await other.until(number)
    assert asking.texts == other.texts == expected


async def test_a_reader_that_stalls_and_goes_on_has_lost_nothing(clients: Any) -> None:
    """More than the system's buffers hold, less than the bound: frames are cut anywhere, and joined."""
    asking, slow = await clients(), await clients(buffer=4096)
    for burst in range(3):
        await asking.ask(f'{{"push": [{burst * 10}, 10, 4000]}}')
        await asking.until(burst * 10 + 10)
        await slow.until(burst * 10 + 4)
    await slow.until(30)
    assert slow.texts == asking.texts == [text(number, 4000) for number in range(30)]


@pytest.mark.parametrize("server", BOUNDED, ids=named, indirect=True)
async def test_a_reader_that_never_returns_is_closed_and_nobody_else_loses(
    server: Server, tapped: bool, clients: Any
) -> None:
    asking, other, stalled = await clients(), await clients(), await clients(buffer=4096)
    size = 10_000 if tapped else 100_000  # the system holds up to 4 MiB where we may not limit it
    for number in range(80):
        await asking.ask(f'{{"push": [{number}, 1, {size}]}}')
        await asking.until(number + 1)
        await other.until(number + 1)
    expected = [text(number, size) for number in range(80)]
    assert asking.texts == other.texts == expected
    await asking.ask('{"open": 1}')
    assert (await asking.until(81))[-1] == "2"
    code = await stalled.to_the_end()
    assert code in ({1013, None} if server.name == "daphne" else {1013})  # its library waits a second only
    assert stalled.texts == expected[: len(stalled.texts)]
    assert len(stalled.texts) < 80


@pytest.mark.parametrize("server", BOUNDED, ids=named, indirect=True)
async def test_many_small_frames_are_too_much_as_well(tapped: bool, clients: Any) -> None:
    asking, stalled = await clients(), await clients(buffer=4096)
    for number in range(40):  # fills what the system holds, and hardly more
        await asking.ask(f'{{"push": [{number}, 1, {4000 if tapped else 60_000}]}}')
        await asking.until(number + 1)
    for number in range(40, 40 + 3 * MAX_FRAMES):
        await asking.ask(f'{{"push": [{number}, 1, 10]}}')
        await asking.until(number + 1)
    await asking.ask('{"open": 1}')
    answer = (await asking.until(41 + 3 * MAX_FRAMES))[-1]
    assert answer == "1"
    assert len(stalled.texts) == 0


async def test_the_close_is_the_last_that_is_sent(server: Server, tapped: bool, clients: Any) -> None:
    asking, leaving = await clients(), await clients()
    await asking.ask('{"push": [0, 3, 10]}')
    await leaving.ask('{"close": 1013}')
    await asking.ask('{"push": [3, 3, 10]}')
    code = await leaving.to_the_end()
    assert code == (4013 if server.name == "daphne" and not tapped else 1013)
    assert leaving.texts == [text(number, 10) for number in range(len(leaving.texts))]
    assert len(await asking.until(6)) == 6


async def test_one_who_closes_or_vanishes_in_between_harms_nobody(clients: Any) -> None:
    asking, polite, gone = await clients(), await clients(), await clients()
    await asking.ask('{"push": [0, 2, 5000]}')
    polite.library.send_close(1000)
    await polite._write()
    gone.drop()
    for number in range(2, 12):
        await asking.ask(f'{{"push": [{number}, 1, 5000]}}')
    assert await asking.until(12) == [text(number, 5000) for number in range(12)]
    await polite.to_the_end()
    assert polite.library.close_rcvd is not None


@pytest.mark.parametrize("name", ["uvicorn, uvloop", "daphne"])
async def test_the_servers_own_pings_go_between_frames(name: str, tmp_path: Any) -> None:
    every = ("--ping-interval", "1") if name == "daphne" else ("--ws-ping-interval", "0.05")
    with running(name, tmp_path / "log", *every) as server:
        client = await Client(server).opened()
        for number in range(150 if name == "daphne" else 60):
            await client.ask(f'{{"push": [{number}, 1, 3000]}}')
            await client.until(number + 1)
            await asyncio.sleep(0.02)
        assert client.texts == [text(number, 3000) for number in range(len(client.texts))]
        client.drop()


async def test_no_tap_under_tls(tmp_path: Any) -> None:
    """A direct write there would send clear text."""
    import ssl
    import subprocess

    import websockets

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    flags = ("--ssl-keyfile", str(key), "--ssl-certfile", str(certificate))
    for loop in ("uvicorn, uvloop", "uvicorn, asyncio"):
        with running(loop, tmp_path / "log", *flags) as server:
            async with websockets.connect(f"wss://127.0.0.1:{server.port}/", ssl=trusting) as socket:
                await socket.send('{"way": 1}')
                assert await socket.recv() == "PortableOutlet"


def test_only_what_is_known_exactly_is_tapped() -> None:
    """Something of the same shape is not enough, nor a subclass."""
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    class Changed(WebSocketsSansIOProtocol):
        pass

    lookalike = SimpleNamespace(transport=None, handshake_complete=True, close_sent=False, disconnected=False)
    for protocol in (Changed.__new__(Changed), lookalike):
        bound = Changed.send.__get__(protocol)
        assert uvicorn.protocol_of(bound) is None
        assert daphne.protocol_of(bound) is None
    assert uvicorn.protocol_of(None) is None
    assert daphne.protocol_of(None) is None


async def test_a_tap_that_fails_its_test_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As after an upgrade of a server that changed its insides: one warning, and the portable way."""
    asked = []

    class Upgraded:
        NAME = "upgraded"

        def protocol_of(self, send: Any) -> Any:
            return "protocol"

        def outlet(self, protocol: Any, send: Any, *, compress: bool) -> Any:
            raise AttributeError("transport")

        def listening(self, protocol: Any, application: Any) -> Any:
            asked.append(protocol)
            raise AttributeError("config")

    monkeypatch.setattr(choose, "SERVERS", (Upgraded(),))
    monkeypatch.setattr(choose, "_verdicts", {})

    async def send(event: Any) -> None:
        pass

    outlets = await asyncio.gather(*(choose.outlet_for(send, send) for _ in range(5)))
    outlets.append(await choose.outlet_for(send, send))
    assert {type(outlet) for outlet in outlets} == {PortableOutlet}
    assert asked == ["protocol"]
    assert choose._verdicts == {"upgraded": False}
