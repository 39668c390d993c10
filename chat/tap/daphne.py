"""The tap on Daphne, whose `send` is a partial over the protocol object. Its transport is Twisted's.

Not here: Daphne is never imported. Doing so installs a reactor, so it is only looked up.
"""

import contextlib
import functools
import sys
from collections.abc import AsyncIterator
from typing import Any

from chat.outlet import Send
from chat.tap.line import TappedOutlet, limit_buffer

NAME = "daphne"


class DaphneOutlet(TappedOutlet):
    __slots__ = ("_open", "_protocol", "_transport")

    def __init__(self, protocol: Any) -> None:
        self._protocol, self._transport = protocol, protocol.transport
        self._open = protocol.STATE_OPEN
        super().__init__(self._transport.fileno())
        limit_buffer(self._transport.socket)

    def _is_open(self) -> bool:
        transport = self._transport
        return bool(self._protocol.state == self._open and transport.connected and not transport.disconnecting)

    def _unsent(self) -> int:
        transport = self._transport
        return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)

    def _append(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self, code: int) -> None:
        """By the library's own close frame: its public call refuses the protocol's codes, such as 1013.
        It drops a peer that does not answer within its own time."""
        if self.closed:
            return
        self.closed = True
        if self._is_open():
            self._protocol.sendCloseFrame(code=code)

    def abandon(self) -> None:
        self.closed = True


def protocol_of(send: Any) -> Any | None:
    """The open protocol object behind an ASGI `send`, if it is exactly the one we know, over plain TCP
    or a unix socket, without compression or a queue of its own."""
    server, sockets = sys.modules.get("daphne.server"), sys.modules.get("daphne.ws_protocol")
    if server is None or sockets is None or type(send) is not functools.partial or len(send.args) != 1:
        return None
    if getattr(send.func, "__func__", None) is not server.Server.handle_reply:
        return None
    protocol = send.args[0]
    if type(protocol) is not sockets.WebSocketProtocol or protocol.state != protocol.STATE_OPEN:
        return None
    transport = protocol.transport
    if type(transport) not in _plain_transports() or getattr(transport, "TLS", False):
        return None
    return None if protocol.websocket_extensions_in_use or protocol.send_queue else protocol


def outlet(protocol: Any, send: Send, *, compress: bool) -> DaphneOutlet:
    """Daphne agrees to no compression, so there is nothing to choose."""
    return DaphneOutlet(protocol)


@contextlib.asynccontextmanager
async def listening(protocol: Any, application: Any) -> AsyncIterator[int]:
    """A loopback port served by the same classes with another application."""
    reactor = sys.modules["twisted.internet.reactor"]
    http, sockets = sys.modules["daphne.http_protocol"], sys.modules["daphne.ws_protocol"]
    server = type(protocol.server)(application, endpoints=["tcp:0"])
    server.connections = {}
    server.http_factory = http.HTTPFactory(server)
    server.ws_factory = sockets.WebSocketFactory(server)
    server.ws_factory.setProtocolOptions(allowNullOrigin=True)
    port = reactor.listenTCP(0, server.http_factory, interface="127.0.0.1")
    try:
        yield port.getHost().port
    finally:
        port.stopListening()
        for connection in list(server.connections):
            if connection.transport is not None:  # a request that became a socket has none
                connection.transport.abortConnection()


def _plain_transports() -> tuple[Any, ...]:
    tcp, unix = sys.modules.get("twisted.internet.tcp"), sys.modules.get("twisted.internet.unix")
    return tuple(module.Server for module in (tcp, unix) if module is not None)
