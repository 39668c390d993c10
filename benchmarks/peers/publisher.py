"""Says things in a peer's room at a steady pace, each in the way that its application would.

    python -m benchmarks.peers.publisher HOW TARGET FRAME

HOW is `redis` (plain publish), `socketio` (what socket.io's own emitter publishes), `layer` (a
`group_send`) or `datagram`; TARGET the Redis socket or the port; FRAME a file with the text of one frame
of our room, so that all peers carry the same bytes. Runs in the peers' environment. Answers each line
`COUNT RATE FIRST` on standard input by one line of JSON when it is done.
"""

import asyncio
import json
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgpack
import redis.asyncio as aioredis

PLACE = "@T" + "0" * 19 + "#" + "0" * 8
ROOM = "room"

Say = Callable[[str], Awaitable[Any]]


def by_redis(target: str) -> Say:
    server = aioredis.Redis(unix_socket_path=target)
    return lambda text: server.publish(ROOM, text.encode())


def by_socketio(target: str) -> Say:
    server = aioredis.Redis(unix_socket_path=target)

    def say(text: str) -> Awaitable[Any]:
        packet = {"type": 2, "data": ["frame", json.loads(text)], "nsp": "/"}
        message = msgpack.packb(["emitter", packet, {"rooms": [ROOM], "except": [], "flags": {}}])
        return server.publish(f"socket.io#/#{ROOM}#", message)

    return say


def by_layer(target: str) -> Say:
    from channels.layers import get_channel_layer

    from benchmarks.peers import layer_room  # settings come with it

    layer = get_channel_layer()
    return lambda text: layer.group_send(layer_room.GROUP, {"type": "room.message", "text": text})


def by_datagram(target: str) -> Say:
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.connect(("127.0.0.1", int(target)))

    async def say(text: str) -> None:
        wire.send(text.encode())

    return say


WAYS: dict[str, Callable[[str], Say]] = {
    "datagram": by_datagram,
    "layer": by_layer,
    "redis": by_redis,
    "socketio": by_socketio,
}


async def main(how: str, target: str, frame: str) -> None:
    say = WAYS[how](target)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps({"ready": True}), flush=True)
    while line := await lines.readline():
        count, rate, first = (float(word) for word in line.split())
        began = time.monotonic()
        for number in range(int(count)):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            stamp = f"@T{time.monotonic_ns():019d}#{int(first) + number:08d}"
            await say(frame.replace(PLACE, stamp))
        print(json.dumps({"seconds": time.monotonic() - began}), flush=True)


if __name__ == "__main__":
    how, target, frame = sys.argv[1:]
    asyncio.run(main(how, target, Path(frame).read_text()))
