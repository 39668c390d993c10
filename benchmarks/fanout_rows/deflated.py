"""Frames that are compressed once for everybody: bytes and processor time against the same frames as they are.

Not here: whether browsers read them (the room's own tests).
"""

import re
import socket
import threading
from dataclasses import replace
from types import TracebackType
from typing import Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from benchmarks.fanout_rows.compared import TICK_MS, one_by_one, ratio
from benchmarks.fanout_rows.scale import BATCHED_RATE, Bench, Row
from benchmarks.ours import our_room
from benchmarks.room import Plan, Room
from benchmarks.stage import HELLO
from config.settings.env import VARIABLES

SETTING = "VITRINE_ROOM_DEFLATE"
_NUMBER = re.compile(r"@T\d{19}#(\d{8})")


class Witness:
    """One more viewer, who unpacks what comes: the crowd only counts compressed frames."""

    def __init__(self, room: Room) -> None:
        door = room.door
        self.numbers: list[int] = []
        origin = Origin(f"http://{door.host}:{door.ports[0]}")
        url = f"ws://{door.host}:{door.ports[0]}{door.path}"
        wire = socket.create_connection(("127.0.0.1", door.ports[0]))
        self._socket = connect(url, sock=wire, origin=origin)
        self._socket.send(HELLO)
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self) -> None:
        try:
            for text in self._socket:
                if '"t":"events"' in str(text)[:40]:
                    self.numbers += map(int, _NUMBER.findall(str(text)))
        except ConnectionClosed:
            pass

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()
        self._thread.join()

    def saw_all(self) -> bool:
        """Every message since it came, once and in order."""
        return bool(self.numbers) and self.numbers == list(range(self.numbers[0], self.numbers[-1] + 1))


def deflate_rows(bench: Bench) -> list[Row]:
    """At a hundred messages a second in ticks of 100 ms: ten lines a frame."""
    if SETTING not in {variable.name for variable in VARIABLES}:
        print("LEFT OUT: compressed frames. This room has none.", flush=True)
        return []
    started = bench.stage.uvicorn("deflate", extra={SETTING: "on", "VITRINE_ROOM_TICK_MS": str(TICK_MS)})
    room = our_room(bench.stage, "ours, uvicorn, compressed", started, bench.uvicorn.publisher)
    plan = Plan(bench.scale.viewers, BATCHED_RATE, bench.scale.seconds)
    with Witness(room) as witness:
        windows = one_by_one(bench, {"plain": (room, plan), "packed": (room, replace(plan, deflate=True))})
    bench.stage.programs.stop(started[0])
    if not all(window.compressed for window in windows["packed"]):
        print("LEFT OUT: compressed frames. Not one came.", flush=True)
        return []
    return [
        ("deflate_bytes_ratio", ratio(windows, "packed", "plain", lambda window: float(window.bytes)), "at most 0.167"),
        ("deflate_cpu_ratio", ratio(windows, "packed", "plain", lambda window: window.cpu), "at most 1.1"),
        ("deflate_read_whole", witness.saw_all(), "one client that unpacks them"),
    ]
