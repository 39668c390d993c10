"""The tap on uvicorn's `websockets-sansio` protocol, whose `send` is a method of the protocol object.

Not here: other protocols of uvicorn; they keep the portable way.
"""

import asyncio
import contextlib
import copy
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from chat.outlet import Send
from chat.tap.line import TappedOutlet, limit_buffer
from chat.wire import WINDOW_BITS, Frame

NAME = "uvicorn"
# A reader that has stalled would hold up its own close for ever.
CLOSE_SECONDS = 5.0


class UvicornOutlet(TappedOutlet):
    __slots__ = ("_closing", "_conn", "_is_closing", "_open", "_protocol", "_send", "_transport")

    def __init__(self, protocol: Any, send: Send, *, deflates: bool) -> None:
        transport = protocol.transport
        sock = transport.get_extra_info("socket")
        super().__init__(sock.fileno(), deflates=deflates)
        self._transport, self._conn, self._send = transport, protocol.conn, send
        self._is_closing: Callable[[], bool] = transport.is_closing
        self._open = protocol.conn.state
        self._closing: asyncio.Task[None] | None = None
        limit_buffer(sock)
        _release(protocol)

    def grip(self) -> Any:
        """Bound methods and all, so that `push_all` looks up next to nothing for each socket."""
        transport = self._transport
        return self, self._fd, self._conn, transport.is_closing, transport.get_write_buffer_size, self._deflates

    @classmethod
    def push_all(cls, frame: Frame, grips: Iterable[Any]) -> None:
        """`push`, without a call for sockets in good order."""
        plain, write = frame.plain, os.write
        is_open = sys.modules["websockets.protocol"].State.OPEN
        for outlet, fd, conn, is_closing, unsent, deflates in grips:
            if outlet.closed or conn._state is not is_open or is_closing() or unsent():
                outlet.push(frame)
                continue
            outlet._behind = 0
            data = frame.deflated if deflates else plain
            try:
                sent = write(fd, data)
            except OSError:
                sent = 0
            if sent != len(data):
                outlet._hold_back(data, sent)

    def _is_open(self) -> bool:
        return self._conn.state is self._open and not self._is_closing()

    def _unsent(self) -> int:
        return int(self._transport.get_write_buffer_size())

    def _append(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self, code: int) -> None:
        if self.closed:
            return
        self.closed = True
        loop = asyncio.get_running_loop()
        self._closing = loop.create_task(self._close(code))
        loop.call_later(CLOSE_SECONDS, self._transport.abort)

    def abandon(self) -> None:
        self.closed = True

    async def _close(self, code: int) -> None:
        """Waits while the transport is full; the abort ends that."""
        with contextlib.suppress(Exception):
            await self._send({"type": "websocket.close", "code": code})


def protocol_of(send: Any) -> Any | None:
    """The open protocol object behind an ASGI `send`, if it is exactly the one we know, over plain TCP
    or a unix socket. Under TLS the transport is of another class."""
    module = sys.modules.get("uvicorn.protocols.websockets.websockets_sansio_impl")
    protocol: Any = getattr(send, "__self__", None)
    if module is None or type(protocol) is not module.WebSocketsSansIOProtocol:
        return None
    if send.__func__ is not module.WebSocketsSansIOProtocol.send or type(protocol.transport) not in _plain_transports():
        return None
    if not protocol.handshake_complete or protocol.close_sent or protocol.disconnected:
        return None
    conn, compression = protocol.conn, sys.modules["websockets.extensions.permessage_deflate"]
    known = all(type(extension) is compression.PerMessageDeflate for extension in conn.extensions)
    known = known and type(conn) is module.ServerProtocol and hasattr(conn, "_state")
    return protocol if known else None


def deflates(protocol: Any) -> bool:
    """Whether our compressed frames may be sent: the extension was agreed upon with our window or a
    larger one. All data frames of the socket are ours, so that its own compressor is never used."""
    return any(extension.local_max_window_bits >= WINDOW_BITS for extension in protocol.conn.extensions)


def _release(protocol: Any) -> None:
    """Give back what an open socket of ours never needs: the handshake, 3 KiB, and the compressor,
    32 KiB. Should the server ever send a message by itself, it makes a compressor for that message
    alone, which is always allowed."""
    if protocol.request is not None:
        protocol.request.headers.clear()  # the library's parser holds on to the request itself
        protocol.request = protocol.response = None
    for extension in protocol.conn.extensions:
        if not extension.local_no_context_takeover:
            extension.local_no_context_takeover = True
            del extension.encoder


def outlet(protocol: Any, send: Send, *, compress: bool) -> UvicornOutlet:
    return UvicornOutlet(protocol, send, deflates=compress and deflates(protocol))


@contextlib.asynccontextmanager
async def listening(protocol: Any, application: Any) -> AsyncIterator[int]:
    """A loopback port served by the same protocol class with another application."""
    from uvicorn.server import ServerState

    config = copy.copy(protocol.config)
    config.loaded_app = application
    state = ServerState()

    def make() -> Any:
        return type(protocol)(config=config, server_state=state, app_state={})

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()


def _plain_transports() -> tuple[Any, ...]:
    uvloop = sys.modules.get("uvloop.loop")
    plain = getattr(sys.modules.get("asyncio.selector_events"), "_SelectorSocketTransport", None)
    return (plain, *((uvloop.TCPTransport, uvloop.UnixTransport) if uvloop else ()))
