"""SIGTERM to a process that holds sockets: unready at once, its sockets sent elsewhere, then the server's own end.

Not here: how sockets leave (chat.draining). Works under any ASGI server that takes its signals in the
main thread; a second SIGTERM ends at once.
"""

import asyncio
import signal
import threading
from types import FrameType
from typing import Any

from django.conf import settings

from chat.draining import drain

_watching = _ending = False
_servers_own: Any = None
_loop: asyncio.AbstractEventLoop | None = None
_work: set[asyncio.Task[None]] = set()


def is_ending() -> bool:
    """Whether this process was asked to end: it shall get no new traffic."""
    return _ending


def watch() -> None:
    """Come before the server at SIGTERM. Called with each ASGI call, of which the first one counts: by
    then the server has put its own handler up (uvicorn before the lifespan, Daphne before it listens)."""
    global _watching, _servers_own, _loop
    if _watching:
        return
    _watching = True
    if not settings.DRAIN_SECONDS or threading.current_thread() is not threading.main_thread():
        return
    _loop = asyncio.get_running_loop()
    _servers_own = signal.signal(signal.SIGTERM, _asked_to_end)


def _asked_to_end(number: int, frame: FrameType | None) -> None:
    global _ending
    if _ending or _loop is None:
        _let_end()
        return
    _ending = True
    _loop.call_soon_threadsafe(_begin)


def _begin() -> None:
    task = asyncio.get_running_loop().create_task(_drain())
    _work.add(task)


async def _drain() -> None:
    try:
        await drain(settings.DRAIN_SECONDS)
    finally:
        _let_end()


def _let_end() -> None:
    signal.signal(signal.SIGTERM, _servers_own)
    signal.raise_signal(signal.SIGTERM)
