"""One embedded Redis server on a unix socket in a private folder; TCP is off.

Who may use it and who stops it is decided in ``lifecycle``.
"""

import os
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from launch import logs
from launch.embedded import binaries, pids, sockets
from launch.errors import LaunchError

SOCKET_NAME = "redis.sock"
START_SECONDS = 30


class Redis:
    """The Redis of one environment; every write is in its append-only file within a second."""

    name = "Redis"

    def __init__(self, state: Path) -> None:
        self.folder = state / "redis"
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.socket = sockets.socket_folder(self.folder, SOCKET_NAME, owner=os.geteuid()) / SOCKET_NAME
        self.pid_file = self.folder / "redis.pid"
        self.log = self.folder / "server.log"

    @property
    def url(self) -> str:
        """Address as redis-py reads it."""
        return f"unix://{quote(str(self.socket))}"

    def answers(self) -> bool:
        """True if the server speaks on its socket, be it only to say that it is loading."""
        return sockets.ask(self.socket, b"PING\r\n") != b""

    def start(self) -> None:
        """Bring the server up and wait until it takes commands. Call under the start lock."""
        if not self.answers():
            pid = pids.noted_pid(self.pid_file)
            if pid is not None and pids.is_server_in(pid, self.folder):
                pids.end_silent_server(pid, self.folder, answers=self.answers)
        if not self.answers():
            self.pid_file.unlink(missing_ok=True)
            self.socket.unlink(missing_ok=True)
            logs.put_aside(self.log)
            self._start_process()
        self._wait_for_commands()

    def stop(self) -> None:
        """Stop in order, with everything on disk."""
        pid = pids.noted_pid(self.pid_file)
        sockets.ask(self.socket, b"SHUTDOWN\r\n")
        deadline = time.monotonic() + START_SECONDS
        while pid is not None and pids.is_server_in(pid, self.folder):
            if time.monotonic() > deadline:
                raise LaunchError(f"Redis (process {pid}) does not stop; end it by hand.")
            time.sleep(0.02)

    def _start_process(self) -> None:
        settings = {
            "daemonize": "yes", "port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700",
            "dir": str(self.folder), "appendonly": "yes", "appendfsync": "everysec", "save": "",
            "maxmemory-policy": "noeviction", "pidfile": str(self.pid_file), "logfile": str(self.log),
        }  # fmt: skip
        arguments = [part for key, value in settings.items() for part in (f"--{key}", value)]
        done = subprocess.run(
            [binaries.redis_server(), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd="/",
            start_new_session=True,
            check=False,
        )
        if done.returncode:
            raise LaunchError(f"Redis does not start: {done.stdout.decode(errors='replace').strip()}")

    def _wait_for_commands(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not sockets.ask(self.socket, b"PING\r\n").startswith(b"+PONG"):
            if time.monotonic() > deadline:
                raise LaunchError(f"Redis does not start. The end of {self.log}:\n{logs.last_lines(self.log)}")
            time.sleep(0.02)
