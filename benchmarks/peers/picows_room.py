"""picows as a room: no ASGI, one Redis subscription, one prebuilt frame to every transport.

    python picows_room.py PORT REDIS_SOCKET

Runs in the peers' own environment. With TICK_MS, what comes within a tick goes out as one frame.
"""

import asyncio
import gc
import os
import sys
from typing import Any

import redis.asyncio as aioredis
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

TOO_MUCH = 256 * 1024
TICK_SECONDS = float(os.environ.get("TICK_MS", "0")) / 1000

crowd: set["Viewer"] = set()


class Viewer(WSListener):
    """One socket: its raw transport is what the frames are written to."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.raw = transport.underlying_transport
        crowd.add(self)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        crowd.discard(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code())
            transport.disconnect()


def framed(text: bytes) -> bytes:
    """A server's text frame, whole and not masked."""
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    if size < 65536:
        return bytes((0x81, 126)) + size.to_bytes(2, "big") + text
    return bytes((0x81, 127)) + size.to_bytes(8, "big") + text


def broadcast(text: bytes) -> None:
    frame = framed(text)
    for viewer in list(crowd):
        if viewer.raw.get_write_buffer_size() > TOO_MUCH:
            viewer.raw.abort()
        else:
            viewer.raw.write(frame)


class Tick:
    """Gathers what comes within a tick; without a tick it goes out at once."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def take(self, text: bytes) -> None:
        if not TICK_SECONDS:
            broadcast(text)
            return
        if not self.waiting:
            asyncio.get_running_loop().call_later(TICK_SECONDS, self.flush)
        self.waiting.append(text)

    def flush(self) -> None:
        waiting, self.waiting = self.waiting, []
        broadcast(b"[" + b",".join(waiting) + b"]")


def accept(request: WSUpgradeRequest) -> Viewer:
    return Viewer()


async def main() -> None:
    port, redis_socket = sys.argv[1:]
    heard: Any = aioredis.Redis(unix_socket_path=redis_socket, socket_timeout=None).pubsub(
        ignore_subscribe_messages=True
    )
    await heard.subscribe("room")
    await ws_create_server(accept, "127.0.0.1", int(port), backlog=4096)
    print("ready", flush=True)
    gc.freeze()
    tick = Tick()
    async for message in heard.listen():
        tick.take(message["data"])


if __name__ == "__main__":
    uvloop.run(main())
