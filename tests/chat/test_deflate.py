"""Frames that are compressed once for all: who gets them, and that libraries and a browser read them."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import websockets
from playwright.async_api import async_playwright
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from tests.chat.relay import text
from tests.chat.servers import Client, Server, running

CHROMIUM = Path("/usr/bin/chromium")
SIZES = (0, 1, 100, 130, 20_000, 70_000, 3)


@pytest.fixture(scope="module", params=["uvicorn, uvloop", "uvicorn, asyncio"])
def server(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(request.param, tmp_path_factory.mktemp("relay") / "log", VITRINE_ROOM_DEFLATE="on") as found:
        yield found


@pytest_asyncio.fixture
async def asking(server: Server) -> AsyncIterator[Client]:
    client = await Client(server, deflate=True).opened()
    yield client
    client.drop()


async def test_those_who_agreed_get_a_seventh_and_the_others_plain_frames(server: Server, asking: Client) -> None:
    other, plain = await Client(server, deflate=True).opened(), await Client(server).opened()
    await asking.ask('{"push": [0, 6, 2500]}')
    expected = [text(number, 2500) for number in range(6)]
    for client in (asking, other, plain):
        assert await client.until(6) == expected
    assert asking.received == other.received < plain.received / 7
    other.drop()
    plain.drop()


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"server_no_context_takeover": True},
        {"client_no_context_takeover": True},
        {"server_max_window_bits": 9},
        {"server_max_window_bits": 15},
    ],
    ids=str,
)
async def test_every_kind_of_agreement_is_kept(server: Server, wish: dict[str, Any]) -> None:
    """Also one with a smaller window than ours, which gets plain frames."""
    factory = ClientPerMessageDeflateFactory(client_max_window_bits=True, **wish)
    async with websockets.connect(server.url, extensions=[factory], compression=None, max_size=None) as socket:
        assert socket.protocol.extensions
        for number, size in enumerate(SIZES):
            await socket.send(json.dumps({"push": [number, 1, size]}))
            assert await socket.recv() == text(number, size)


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed; apt install chromium")
async def test_a_browser_reads_them(server: Server) -> None:
    pushes = [[number, 1, size] for number, size in enumerate(SIZES)]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        agreed, texts = await page.evaluate(
            """([url, pushes]) => new Promise((done, failed) => {
                const socket = new WebSocket(url), texts = [];
                socket.onopen = () => pushes.forEach((push) => socket.send(JSON.stringify({ push })));
                socket.onmessage = (message) => {
                    texts.push(message.data);
                    if (texts.length === pushes.length) done([socket.extensions, texts]);
                };
                socket.onclose = (event) => failed(new Error(`closed with ${event.code}`));
            })""",
            [server.url, pushes],
        )
        await browser.close()
    assert agreed.startswith("permessage-deflate")
    assert texts == [text(number, size) for number, size in enumerate(SIZES)]
