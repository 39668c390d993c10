"""The test of a tap: on a loopback socket of the same server, are its bytes the server's own?

Not here: when it is run and what follows from it (choose).
"""

import asyncio
import re
import zlib
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from chat.outlet import Outlet, Rank, Send
from chat.wire import FULL_WINDOW_BITS, WINDOW_BITS, Frame

SECONDS = 5.0
# Each form of the length, and letters of two to four bytes.
TEXTS = ("short", "x" * 126, "Äpfel, 漢字, 🙂 " * 20, "x" * 65_536)
# What a rank of one is sent then; where it is compressed, later ones refer to earlier ones. Each fourth
# comes by the socket's own `push`.
SHARED = tuple(f"{number}: " + "a line of chat, and one more, " * (1 + number % 3 * 40) for number in range(12))

Application = Callable[[Any, Any, Any], Awaitable[None]]


class TapDiffers(Exception):
    """The tap does not write what the server writes, or not at all."""


class TappedServer(Protocol):
    """A module that knows one server: `uvicorn`, `daphne`."""

    NAME: str

    def protocol_of(self, send: Any) -> Any | None: ...
    def outlet(self, protocol: Any, send: Send, *, compress: bool) -> Outlet: ...
    def listening(self, protocol: Any, application: Application) -> AbstractAsyncContextManager[int]: ...


async def probe(server: TappedServer, protocol: Any) -> None:
    """Raises TapDiffers, or whatever broke on the way."""
    async with asyncio.timeout(SECONDS):
        await _compare_plain(server, protocol)
        await _compare_compressed(server, protocol)


async def _compare_plain(server: TappedServer, protocol: Any) -> None:
    """By the server's way and by the tap: the same bytes."""
    async with server.listening(protocol, _application(server)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await _shake_hands(reader, writer, port, offer="")
            for text in _all_texts():
                expected = Frame(text).plain
                if await reader.readexactly(len(expected)) != expected:
                    raise TapDiffers(f"{len(expected)} bytes")
        finally:
            writer.close()


async def _compare_compressed(server: TappedServer, protocol: Any) -> None:
    """The same where compression is agreed upon: there bytes may differ, and texts may not."""
    async with server.listening(protocol, _application(server)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            window = await _shake_hands(reader, writer, port, offer="permessage-deflate")
            inflater = zlib.decompressobj(wbits=-(window or WINDOW_BITS))
            for text in _all_texts():
                first, payload = await _read_frame(reader)
                if window and first == 0xC1:
                    payload = inflater.decompress(payload + b"\x00\x00\xff\xff")
                elif first != 0x81:
                    raise TapDiffers(f"frame begins with {first:#x}")
                if payload != text.encode():
                    raise TapDiffers(f"compressed: {len(text)} characters")
        finally:
            writer.close()


def _all_texts() -> Iterable[str]:
    """Every text by the server's way and by the tap, then what is shared."""
    return (*(text for text in TEXTS for _ in range(2)), *SHARED)


def _application(server: TappedServer) -> Application:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        found = server.protocol_of(send)
        if found is not None:
            outlet = server.outlet(found, send, compress=True)
            for text in TEXTS:
                await send({"type": "websocket.send", "text": text})
                outlet.push(Frame(text))
            rank = Rank()
            rank.add(outlet)
            for number, text in enumerate(SHARED):
                if number % 4 == 3:
                    outlet.push(Frame(text))
                else:
                    rank.push(Frame(text))
            while (await receive())["type"] != "websocket.disconnect":
                pass

    return application


async def _shake_hands(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, *, offer: str) -> int:
    """Returns the window in bits if what was offered is agreed upon, else 0."""
    extensions = f"Sec-WebSocket-Extensions: {offer}\r\n" if offer else ""
    writer.write(
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHRhcCBpcyB0cmllZA==\r\nSec-WebSocket-Version: 13\r\n"
        f"{extensions}\r\n".encode()
    )
    answer = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in answer.split(b"\r\n", 1)[0]:
        raise TapDiffers("no handshake")
    if not offer or offer.encode() not in answer.lower():
        return 0
    window = re.search(rb"server_max_window_bits=(\d+)", answer)
    return int(window[1]) if window else FULL_WINDOW_BITS


async def _read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, size = await reader.readexactly(2)
    if size >= 126:
        size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
    return first, await reader.readexactly(size)
