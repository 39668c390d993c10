"""The tap on uvicorn's `websockets-sansio` protocol, whose `send` is a method of the protocol object.

Not here: our own form of it (sockets), and other protocols of uvicorn; those keep the portable way.
"""

import asyncio
import contextlib
import copy
import re
import sys
from collections.abc import AsyncIterator
from typing import Any

from chat.outlet import Send
from chat.tap.deflating import DeflatingOutlet
from chat.tap.uvicorn_outlet import UvicornOutlet
from chat.wire import FULL_WINDOW_BITS, WINDOW_BITS

NAME = "uvicorn"


def protocol_of(send: Any) -> Any | None:
    """The open protocol object behind an ASGI `send`, if it is exactly the one we know, over plain TCP
    or a unix socket. Under TLS the transport is of another class."""
    module = sys.modules.get("uvicorn.protocols.websockets.websockets_sansio_impl")
    protocol: Any = getattr(send, "__self__", None)
    if module is None or type(protocol) not in (module.WebSocketsSansIOProtocol, _our_own()):
        return None
    if send.__func__ is not module.WebSocketsSansIOProtocol.send or type(protocol.transport) not in _plain_transports():
        return None
    if not protocol.handshake_complete or protocol.close_sent or protocol.disconnected:
        return None
    conn, compression = protocol.conn, sys.modules["websockets.extensions.permessage_deflate"]
    known = all(type(extension) is compression.PerMessageDeflate for extension in conn.extensions)
    known = known and type(conn) is module.ServerProtocol and hasattr(conn, "_state")
    return protocol if known else None


def agreement(protocol: Any) -> tuple[int, bool]:
    """What the answer to the handshake says of our compressed messages: the client's window in bits, 0
    for no compression, and whether it keeps the window from one to the next."""
    if not protocol.conn.extensions:
        return 0, False
    answer = protocol.response.headers["Sec-WebSocket-Extensions"]
    window = re.search(r"server_max_window_bits=(\d+)", answer)
    return int(window[1]) if window else FULL_WINDOW_BITS, "server_no_context_takeover" not in answer


def outlet(protocol: Any, send: Send, *, compress: bool) -> UvicornOutlet:
    """One that deflates if that is wanted and was agreed upon with a window of the least size or a larger
    one. All data frames of the socket are ours, so that its own compressor is never used."""
    window, keeps = agreement(protocol)
    if not compress or window < WINDOW_BITS:
        return UvicornOutlet(protocol, send)
    bits = FULL_WINDOW_BITS if window >= FULL_WINDOW_BITS else WINDOW_BITS
    return DeflatingOutlet(protocol, send, bits if keeps else 0)


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


def _our_own() -> Any:
    module = sys.modules.get("chat.tap.sockets")
    return module and module.RoomProtocol


def _plain_transports() -> tuple[Any, ...]:
    uvloop = sys.modules.get("uvloop.loop")
    plain = getattr(sys.modules.get("asyncio.selector_events"), "_SelectorSocketTransport", None)
    return (plain, *((uvloop.TCPTransport, uvloop.UnixTransport) if uvloop else ()))
