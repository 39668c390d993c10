"""A socket on uvicorn: its bytes go to the file descriptor, its close by uvicorn's own `send`.

Not here: whether a socket is one of those (uvicorn), and compressed frames (deflating).
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from chat.outlet import Send
from chat.tap.line import TappedOutlet, limit_buffer

# A reader that has stalled would hold up its own close for ever.
CLOSE_SECONDS = 5.0


class UvicornOutlet(TappedOutlet):
    __slots__ = ("_closing", "_conn", "_is_closing", "_open", "_protocol", "_send", "_transport")

    def __init__(self, protocol: Any, send: Send) -> None:
        transport = protocol.transport
        sock = transport.get_extra_info("socket")
        super().__init__(sock.fileno())
        self._transport, self._conn, self._send = transport, protocol.conn, send
        self._is_closing: Callable[[], bool] = transport.is_closing
        self._open = protocol.conn.state
        self._closing: asyncio.Task[None] | None = None
        limit_buffer(sock)
        _release(protocol)

    def grip(self) -> Any:
        """Bound methods and all, so that `put_all` looks up next to nothing for each socket."""
        transport = self._transport
        return self, self._fd, self._conn, transport.is_closing, transport.get_write_buffer_size

    @classmethod
    def put_all(cls, data: bytes, grips: Iterable[Any]) -> None:
        """`put`, without a call for sockets in good order."""
        size, write = len(data), os.write
        is_open = sys.modules["websockets.protocol"].State.OPEN
        for outlet, fd, conn, is_closing, unsent in grips:
            if outlet.closed or conn._state is not is_open or is_closing() or unsent():
                outlet.put(data)
                continue
            outlet._behind = 0
            try:
                sent = write(fd, data)
            except OSError:
                sent = 0
            if sent != size:
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
