"""Frames that are compressed once for all: who gets them, and that libraries and a browser read them.

Not here: which socket is in step with which (test_choir).
"""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import websockets
from playwright.async_api import async_playwright
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, PerMessageDeflate

from chat.tap.sockets import Offer
from tests.chat.relay import line, text
from tests.chat.servers import Client, Server, running

CHROMIUM = Path("/usr/bin/chromium")
SIZES = (0, 1, 100, 130, 20_000, 70_000, 3)
OURS = ("--ws", "chat.tap.sockets:RoomProtocol")
WAYS = {
    "uvicorn's offer, uvloop": ("uvicorn, uvloop", ()),
    "our offer, uvloop": ("uvicorn, uvloop", OURS),
    "our offer, asyncio": ("uvicorn, asyncio", OURS),
}


@pytest.fixture(scope="module", params=WAYS.values(), ids=list(WAYS))
def server(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    name, flags = request.param
    with running(name, tmp_path_factory.mktemp("relay") / "log", *flags, VITRINE_ROOM_DEFLATE="on") as found:
        yield found


@pytest.fixture
def window(request: Any) -> int:
    return 15 if request.node.callspec.params["server"][1] else 12


@pytest_asyncio.fixture
async def asking(server: Server) -> AsyncIterator[Client]:
    client = await Client(server, deflate=True).opened()
    yield client
    client.drop()


async def test_those_who_agreed_share_a_window_and_the_others_get_plain_frames(
    server: Server, asking: Client, window: int
) -> None:
    other, plain = await Client(server, deflate=True).opened(), await Client(server).opened()
    assert (asking.way, plain.way) == ("DeflatingOutlet", "UvicornOutlet")
    await asking.ask('{"chat": [0, 30]}')
    expected = [line(number) for number in range(30)]
    for client in (asking, other, plain):
        assert await client.until(30) == expected
    assert asking.received == other.received < plain.received / (15 if window == 15 else 6)
    other.drop()
    plain.drop()


async def test_one_who_comes_in_between_reads_from_the_first_frame(server: Server, asking: Client) -> None:
    await asking.ask('{"chat": [0, 5]}')
    assert await asking.until(5) == [line(number) for number in range(5)]
    late = await Client(server, deflate=True).opened()
    await asking.ask('{"chat": [5, 5]}')
    assert await late.until(5) == [line(number) for number in range(5, 10)]
    assert await asking.until(10) == [line(number) for number in range(10)]
    late.drop()


async def test_frames_of_ones_own_go_between(server: Server, asking: Client) -> None:
    """Small ones do not enter the window; after a large one the others go on without this socket."""
    other = await Client(server, deflate=True).opened()
    expected = []
    for number, size in enumerate((10, 5000, 0, 100, 70_000)):
        await asking.ask(f'{{"chat": [{number}, 1]}}')
        await asking.ask(f'{{"own": [{number}, {size}]}}')
        expected += [line(number), text(number, size)]
        await asking.until(len(expected))
    assert asking.texts == expected
    assert await other.until(5) == [line(number) for number in range(5)]
    other.drop()


async def test_a_reader_that_stalls_and_goes_on_reads_them_all(server: Server, asking: Client) -> None:
    slow = await Client(server, deflate=True, buffer=4096).opened()
    for burst in range(4):
        for number in range(burst * 5, burst * 5 + 5):
            await asking.ask(f'{{"push": [{number}, 1, 100]}}')
            await asking.ask(f'{{"own": [{number}, 9000]}}')
            await asking.ask(f'{{"chat": [{number}, 1]}}')
        await asking.until(burst * 15 + 15)
    shared = [each for number in range(20) for each in (text(number, 100), line(number))]
    assert await slow.until(40) == shared
    slow.drop()


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"server_no_context_takeover": True},
        {"client_no_context_takeover": True},
        {"server_max_window_bits": 9},
        {"server_max_window_bits": 12},
        {"server_max_window_bits": 14},
        {"server_max_window_bits": 15},
    ],
    ids=str,
)
async def test_every_kind_of_agreement_is_kept(server: Server, wish: dict[str, Any]) -> None:
    """Also one with a smaller window than ours, which gets plain frames. The library's inflater has
    just the window that was agreed upon, and none from frame to frame if that was."""
    factory = ClientPerMessageDeflateFactory(client_max_window_bits=True, **wish)
    async with websockets.connect(server.url, extensions=[factory], compression=None, max_size=None) as socket:
        [agreed] = socket.protocol.extensions
        assert isinstance(agreed, PerMessageDeflate)
        assert agreed.remote_no_context_takeover == ("server_no_context_takeover" in wish)
        for number, size in enumerate(SIZES):
            await socket.send(json.dumps({"push": [number, 1, size]}))
            assert await socket.recv() == text(number, size)
            await socket.send(json.dumps({"chat": [number, 2]}))
            assert [await socket.recv(), await socket.recv()] == [line(number), line(number + 1)]


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed; apt install chromium")
async def test_a_browser_reads_them(server: Server, asking: Client) -> None:
    await asking.ask('{"chat": [0, 3]}')  # so that it comes in between
    asks: list[dict[str, Any]] = []
    expected: list[str] = []
    for number, size in enumerate(SIZES):
        asks += [{"push": [number, 1, size]}, {"own": [number, size]}, {"chat": [number, 20]}]
        expected += [text(number, size)] * 2 + [line(each) for each in range(number, number + 20)]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        agreed, texts = await page.evaluate(
            """([url, asks, count]) => new Promise((done, failed) => {
                const socket = new WebSocket(url), texts = [];
                socket.onopen = () => asks.forEach((ask) => socket.send(JSON.stringify(ask)));
                socket.onmessage = (message) => {
                    texts.push(message.data);
                    if (texts.length === count) done([socket.extensions, texts]);
                };
                socket.onclose = (event) => failed(new Error(`closed with ${event.code}`));
            })""",
            [server.url, asks, len(expected)],
        )
        await browser.close()
    assert agreed.startswith("permessage-deflate")
    assert texts == expected


def test_an_agreement_keeps_no_memory_for_the_socket() -> None:
    """Neither a compressor nor a decompressor, whatever the client wished."""
    for wished in ([], [("client_max_window_bits", None)], [("server_no_context_takeover", None)]):
        answer, extension = Offer().process_request_params(wished, [])
        assert not hasattr(extension, "encoder")
        assert not hasattr(extension, "decoder")
        assert ("server_no_context_takeover" in dict(answer)) == ("server_no_context_takeover" in dict(wished))


async def test_nothing_is_offered_where_frames_are_not_compressed(tmp_path: Path) -> None:
    for setting in ({}, {"VITRINE_ROOM_DEFLATE": "on", "VITRINE_ROOM_TAP": "off"}):
        with running("uvicorn, uvloop", tmp_path / "log", *OURS, **setting) as server:
            client = await Client(server, deflate=True).opened()
            assert client.library.extensions == []
            await client.ask('{"chat": [0, 2]}')
            assert await client.until(2) == [line(0), line(1)]
            client.drop()
