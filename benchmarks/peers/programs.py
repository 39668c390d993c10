"""Starts the peers: for each a server, a way in, and somebody who says things in its room.

Not here: how they are installed (install) and measured.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crowd.client import Door, compile_c
from benchmarks.peers.install import HERE, node_peers, python_peers
from benchmarks.publishing import Publisher, publisher
from benchmarks.room import Room
from benchmarks.stage import UVICORN, Stage
from launch import node
from launch.child import Child, Program
from launch.ports import answers, free_port

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Peers:
    """Starts one peer by each method. `frame` is a file with the text of one of our frames."""

    stage: Stage
    frame: Path
    stack: contextlib.ExitStack

    def broadcast(self, *, tick_ms: int = 0) -> Room:
        """A bare broadcast in C, with ticks if wanted. Raises NoCompiler."""
        port = free_port(8600)
        command: Command = [compile_c(HERE / "broadcast.c", self.stage.programs.folder), str(port)]
        server = self._start(f"c-{tick_ms}", command, port, TICK_MS=str(tick_ms))
        words = self._publisher("datagram", str(port))
        # Its orders come as datagrams: there is no Redis in it, nor in its cost.
        return Room(f"C, epoll, {tick_ms} ms" if tick_ms else "C, epoll", Door([port], "/"), [server.pid], words)

    def picows(self) -> Room:
        port = free_port(8600)
        command: Command = [
            python_peers(),
            "-m",
            "benchmarks.peers.picows_room",
            str(port),
            str(self.stage.redis_socket),
        ]
        server = self._start("picows", command, port)
        return self._room("picows", Door([port], "/"), server, "redis")

    def ws(self) -> Room:
        port = free_port(8600)
        server = self._start("ws", self._node("ws_room.mjs", port), port)
        return self._room("Node ws", Door([port], "/"), server, "redis")

    def socketio(self) -> Room:
        port = free_port(8600)
        server = self._start("socketio", self._node("socketio_room.mjs", port), port)
        door = Door([port], "/socket.io/?EIO=4&transport=websocket", hello="40", joined_by="40{", ping="2", pong="3")
        return self._room("socket.io + Redis adapter", door, server, "socketio")

    def layer(self, kind: str, server: str) -> Room:
        """channels-redis' layer of this kind (`core`, `pubsub`) behind this server (`uvicorn`, `daphne`)."""
        port = free_port(8600)
        options: Sequence[str] = UVICORN if server == "uvicorn" else ("-b", "127.0.0.1", "--no-server-name")
        flag = "--port" if server == "uvicorn" else "-p"
        command: Command = [
            python_peers(),
            "-m",
            server,
            *options,
            flag,
            str(port),
            "benchmarks.peers.layer_room:application",
        ]
        child = self._start(f"layer-{kind}-{server}", command, port, LAYER=kind)
        room = f"channels-redis {kind}, {server}"
        return self._room(room, Door([port], "/room/"), child, "layer", LAYER=kind)

    def _room(self, name: str, door: Door, server: Child, how: str, **extra: str) -> Room:
        words = self._publisher(how, str(self.stage.redis_socket), **extra)
        return Room(name, door, [server.pid, self.stage.redis.pid], words)

    def _node(self, file: str, port: int) -> Command:
        return [node.node_program(), node_peers() / file, str(port), str(self.stage.redis_socket)]

    def _start(self, name: str, command: Command, port: int, **extra: str) -> Child:
        program = Program(f"peer-{name}", command, self._environment(**extra), lambda: answers(port))
        return self.stage.programs.start(program)

    def _publisher(self, how: str, target: str, **extra: str) -> Publisher:
        python = python_peers()
        command: Command = [python, "-m", "benchmarks.peers.publisher", how, target, self.frame]
        return self.stack.enter_context(publisher(command, self._environment(**extra)))

    def _environment(self, **extra: str) -> dict[str, str]:
        """Nothing of ours but the way to Redis: the peers have settings of their own."""
        inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return {**inherited, "PEER_REDIS_SOCKET": str(self.stage.redis_socket), "PYTHONPATH": "", **extra}


@contextlib.contextmanager
def peers_on(stage: Stage, frame: Path) -> Iterator[Peers]:
    """Peers beside our room; their servers end with the stage, their publishers with the block."""
    with contextlib.ExitStack() as stack:
        yield Peers(stage, frame, stack)
