"""The demo's sockets come back from where they were, and say so."""

import asyncio
import json
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from demo.audience.door import Door
from demo.audience.room import RoomSocket

SNAPSHOT = {"t": "snapshot", "epoch": 1, "cursors": {"show:1": 3}, "state": {}}
REST = {"t": "events", "topic": "show:1", "epoch": 1, "from": 4, "to": 3, "events": []}


async def test_a_socket_that_was_cut_is_greeted_again_though_no_snapshot_comes() -> None:
    hellos: list[dict[str, Any]] = []

    async def room(socket: ServerConnection) -> None:
        hellos.append(json.loads(await socket.recv()))
        if len(hellos) == 1:
            await socket.send(json.dumps(SNAPSHOT))
            return  # which closes it
        await socket.send(json.dumps(REST))
        await socket.wait_closed()

    async with serve(room, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with Door(f"http://127.0.0.1:{port}") as door:
            guest = RoomSocket(door, "shw_1", on_frame=lambda frame: None)
            running = asyncio.create_task(guest.run())
            async with asyncio.timeout(10):
                while len(hellos) < 2:
                    await asyncio.sleep(0.02)
                await guest.greeted.wait()
            running.cancel()
    assert hellos[1]["cursors"] == {"show:1": 3}
