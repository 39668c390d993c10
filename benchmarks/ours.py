"""Our own rooms, ready to be measured, and the text of one of their frames for the peers to carry.

Not here: how they are started (stage).
"""

import asyncio
import contextlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import websockets
from websockets.typing import Origin

from benchmarks.crowd.client import Door
from benchmarks.publishing import Publisher, publisher
from benchmarks.room import Room
from benchmarks.stage import HELLO, Stage
from launch.child import Child

_MARK = re.compile(r"@T\d{19}#\d{8}")
PLACE = "@T" + "0" * 19 + "#" + "0" * 8  # where a peer's publisher puts its own


@contextlib.contextmanager
def poster(stage: Stage, *more: str) -> Iterator[Publisher]:
    """Posts lines in the stage's show; see poster.py."""
    command = [sys.executable, "-m", "benchmarks.poster", stage.schema, stage.show, *more]
    with publisher(command, stage.environment) as posting:
        yield posting


def our_room(stage: Stage, name: str, started: tuple[Child, Door], words: Publisher) -> Room:
    """A room of ours; its cost is the server's and Redis'. The log's own is told apart."""
    child, door = started
    return Room(name, door, [child.pid, stage.redis.pid], words)


def write_frame(room: Room, file: Path) -> None:
    """Keep the frame in which a chat line comes to a viewer, with a place for another mark."""
    file.write_text(_MARK.sub(PLACE, asyncio.run(_frame(room))))


async def _frame(room: Room) -> str:
    door = room.door
    origin = Origin(f"http://{door.host}:{door.ports[0]}")
    url = f"ws://{door.host}:{door.ports[0]}{door.path}"
    async with websockets.connect(url, host="127.0.0.1", port=door.ports[0], origin=origin) as socket:
        await socket.send(HELLO)
        while json.loads(await socket.recv())["t"] != "snapshot":
            pass
        await asyncio.to_thread(room.publisher.say, 1, 1.0, room.numbers(1))
        async with asyncio.timeout(10):
            while True:
                text = str(await socket.recv())
                if _MARK.search(text):
                    return text
