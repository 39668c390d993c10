"""Which way frames take on a socket: the tap where its server is known and has passed, else `send`.

Not here: the test itself (probe).
"""

import asyncio
from typing import Any, cast

import structlog
from django.conf import settings

from chat.outlet import Outlet, PortableOutlet, Send
from chat.tap import daphne, uvicorn
from chat.tap.probe import TappedServer, probe

# The first sockets wait so long for the verdict; longer, and they keep the portable way for good.
PATIENCE = 2.0

log = structlog.get_logger(__name__)

SERVERS = cast("tuple[TappedServer, ...]", (uvicorn, daphne))
_verdicts: dict[str, bool] = {}
_probing: "dict[str, asyncio.Task[bool]]" = {}


async def outlet_for(original: Any, send: Send) -> Outlet:
    """The outlet of a socket that was accepted. `original` is the server's own `send`; `send` may have
    been wrapped on the way in. The way is chosen once: mixed, the bytes of a socket would be garbled."""
    if settings.ROOM_TAP:
        for server in SERVERS:
            protocol = server.protocol_of(original)
            if protocol is not None and await _passes(server, protocol):
                return _tapped(server, original, send)
    return PortableOutlet(send)


def _tapped(server: TappedServer, original: Any, send: Send) -> Outlet:
    protocol = server.protocol_of(original)  # once more: it may have closed meanwhile
    if protocol is None:
        return PortableOutlet(send)
    return server.outlet(protocol, send, compress=settings.ROOM_DEFLATE)


async def _passes(server: TappedServer, protocol: Any) -> bool:
    verdict = _verdicts.get(server.NAME)
    if verdict is not None:
        return verdict
    loop = asyncio.get_running_loop()
    task = _probing.get(server.NAME)
    if task is None or task.get_loop() is not loop:
        task = _probing[server.NAME] = loop.create_task(_probe(server, protocol))
    try:
        return await asyncio.wait_for(asyncio.shield(task), PATIENCE)
    except TimeoutError:
        return False


async def _probe(server: TappedServer, protocol: Any) -> bool:
    """The verdict, kept for the life of the process."""
    try:
        await probe(server, protocol)
    except Exception as problem:
        log.warning("room.tap_refused", server=server.NAME, reason=f"{type(problem).__name__}: {problem}")
        _verdicts[server.NAME] = False
    else:
        log.info("room.tap_in_use", server=server.NAME)
        _verdicts[server.NAME] = True
    finally:
        _probing.pop(server.NAME, None)
    return _verdicts[server.NAME]
