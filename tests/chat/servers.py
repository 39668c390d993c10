"""Real servers on loopback ports for tests of outlets, and clients that read bytes or read nothing.

Not here: rooms (conftest).
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from tests.chat.conftest import free_port

APPLICATION = "tests.chat.relay:application"
SERVERS = {
    "uvicorn, uvloop": ["-m", "uvicorn", APPLICATION, "--lifespan", "off", "--loop", "uvloop"],
    "uvicorn, asyncio": ["-m", "uvicorn", APPLICATION, "--lifespan", "off", "--loop", "asyncio"],
    "daphne": ["-m", "daphne", APPLICATION],
}


@dataclass(frozen=True)
class Server:
    name: str
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/"


@contextlib.contextmanager
def running(name: str, log: Path, *arguments: str, **environment: str) -> Iterator[Server]:
    """A server process with the relay; its end is waited for."""
    port = free_port()
    flags = ["-b", "127.0.0.1", "-p", str(port)] if name == "daphne" else ["--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *SERVERS[name], *flags, *arguments],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, process, log)
        yield Server(name, port, log)
    finally:
        process.terminate()
        process.wait(15)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(log.read_text())


class Client:
    """A client that reads when it is told to, so that it can stall. `texts` is all it has read,
    `way` the name of the outlet that the server writes to."""

    def __init__(self, server: Server, *, deflate: bool = False, buffer: int = 0) -> None:
        self.texts: list[str] = []
        self.way = ""
        self.ended = False
        self._socket = socket.socket()
        if buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._socket.connect(("127.0.0.1", server.port))
        self._socket.setblocking(False)
        extensions = [ClientPerMessageDeflateFactory(client_max_window_bits=True)] if deflate else None
        self.library = ClientProtocol(parse_uri(server.url), extensions=extensions, max_size=None)
        self.received = 0  # bytes, frames and all
        self.library.send_request(self.library.connect())

    async def opened(self) -> "Client":
        await self._write()
        while self.library.handshake_exc is None and self.library.state.name == "CONNECTING":
            await self._read()
        assert self.library.handshake_exc is None, self.library.handshake_exc
        await self.ask('{"way": 1}')  # answered when the relay has this socket on its list
        self.way = (await self.until(1)).pop()
        self.received = 0
        return self

    async def ask(self, text: str) -> None:
        self.library.send_text(text.encode())
        await self._write()

    async def until(self, count: int, seconds: float = 10.0) -> list[str]:
        """Read until there are so many texts, or the server ends it."""
        async with asyncio.timeout(seconds):
            while len(self.texts) < count and not self.ended:
                await self._read()
                await self._write()
        return self.texts

    async def to_the_end(self, seconds: float = 15.0) -> int | None:
        """Read until the server has ended it. Returns the code of its close frame."""
        await self.until(sys.maxsize, seconds)
        return self.library.close_rcvd.code if self.library.close_rcvd else None

    def drop(self) -> None:
        self._socket.close()

    async def _read(self) -> None:
        try:
            data = await asyncio.get_running_loop().sock_recv(self._socket, 65_536)
        except OSError:
            data = b""
        self.received += len(data)
        self.ended = not data
        if data:
            self.library.receive_data(data)
        else:
            self.library.receive_eof()
        for event in self.library.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self.texts.append(bytes(event.data).decode())
        assert self.library.parser_exc is None or self.ended, self.library.parser_exc

    async def _write(self) -> None:
        with contextlib.suppress(OSError):
            for data in self.library.data_to_send():
                if data:
                    await asyncio.get_running_loop().sock_sendall(self._socket, data)
