"""What the taps share: the bound on what is unsent, and one write to the socket.

Not here: a server's own objects (uvicorn, daphne).
"""

import os
import socket
from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from chat.outlet import MAX_BYTES, MAX_FRAMES, Outlet
from chat.wire import Frame

# Linux grants twice this. Left alone it lets 4 MiB pile up for a reader that has stalled: minutes of
# chat that our own bound would never see.
SEND_BUFFER = 64 * 1024


class TappedOutlet(Outlet):
    """Frames go to the file descriptor while the transport holds nothing back, else behind what it
    holds. Pings and the close are the server's own; once it closes, nothing is written any more."""

    __slots__ = ("_behind", "_bound", "_fd")

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd = fd
        self._behind, self._bound = 0, MAX_BYTES

    def push(self, frame: Frame) -> None:
        self.put(frame.plain)

    @classmethod
    def push_all(cls, frame: Frame, grips: Iterable[Any]) -> None:
        cls.put_all(frame.plain, grips)

    @classmethod
    def put_all(cls, data: bytes, grips: Iterable[Any]) -> None:
        """Send the bytes of a frame to many outlets of this class."""
        for outlet in grips:
            outlet.put(data)

    def put(self, data: bytes) -> None:
        """Send the bytes of a frame."""
        if self.closed:
            return
        if not self._is_open():
            self.closed = True
            return
        if unsent := self._unsent():
            self._behind += 1
            if self._behind > MAX_FRAMES or unsent + len(data) > self._bound:
                self.close_slow(self._behind, unsent)
            else:
                self._append(data)
            return
        self._behind = 0
        try:
            sent = os.write(self._fd, data)
        except OSError:  # full; or gone, which the transport finds out by itself
            sent = 0
        if sent < len(data):
            self._hold_back(data, sent)

    def _hold_back(self, data: bytes, sent: int) -> None:
        """Have the transport send what the system did not take. A long resume is one frame, and no sign
        of a slow reader: what comes behind it is counted."""
        self._bound = MAX_BYTES + len(data) - sent
        self._append(data[sent:])

    @abstractmethod
    def _is_open(self) -> bool:
        """Whether a data frame may still be sent."""

    @abstractmethod
    def _unsent(self) -> int:
        """The bytes that the transport holds back."""

    @abstractmethod
    def _append(self, data: bytes) -> None:
        """Have the transport send this after what it holds back."""


def limit_buffer(sock: Any) -> None:
    """Let the system hold little for one reader."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
