"""Who uses the embedded servers of an environment, and who stops them: the last one to leave.

Every user holds a shared lock. A keeper process waits for the last of them to be gone, so the
servers are stopped even when their users were killed. How a server works is not known here.
"""

import atexit
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from launch import locks, logs
from launch.embedded.postgres import Postgres
from launch.embedded.redis import Redis
from launch.errors import LaunchError
from launch.paths import ROOT

DURABLE = frozenset({"bench", "demo", "dev"})


class Server(Protocol):
    """What the life of a server needs."""

    name: str

    def answers(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Cluster:
    """The servers of one environment, shared by every process that joins."""

    def __init__(self, state: Path, servers: Sequence[Server]) -> None:
        self.servers = servers
        self._users = state / "users.lock"
        self._changing = state / "start.lock"
        self._state = state
        self._membership: locks.FileLock | None = None

    def join(self) -> None:
        """Start what does not run and hold it until ``leave`` or the end of this process.

        The hold and the keeper come before the start: killed anywhere, nothing is left running.
        """
        if self._membership is not None:
            return
        with locks.acquire(self._changing):
            self._membership = locks.acquire(self._users, shared=True)
            try:
                self._call_keeper()
                for server in self.servers:
                    server.start()
            except BaseException:
                self._membership.release()
                self._membership = None
                raise
        joined_by = os.getpid()
        atexit.register(lambda: self.leave() if os.getpid() == joined_by else None)

    def mend(self) -> None:
        """Start again whatever of it was killed. For the holders that live long, every few seconds."""
        keeper_lives = not locks.is_free(self._state / "keeper.lock")
        if keeper_lives and all(server.answers() for server in self.servers):
            return
        with locks.acquire(self._changing):
            if not keeper_lives:
                self._call_keeper()
            for server in self.servers:
                server.start()

    def leave(self) -> bool:
        """Give the hold up; True if nobody else held the servers and they were stopped here."""
        if self._membership is None:
            return False
        with locks.acquire(self._changing):
            self._membership.release()
            self._membership = None
            # The keeper looks at the same lock for an instant: one refusal proves no other user.
            for _ in range(5):
                if self._stop_if_unused():
                    return True
                time.sleep(0.01)
        return False

    def keep(self, post: locks.FileLock) -> None:
        """Stop the servers once nobody uses them, however the users ended. Returns then.

        The keeper's post is given up under the start lock: whoever starts next finds it empty.
        """
        while locks.wait_until_free(self._users):
            with locks.acquire(self._changing):
                if self._stop_if_unused():
                    post.release()
                    return

    def _stop_if_unused(self) -> bool:
        """Upgrading a shared lock is not atomic, so this looks again under the start lock."""
        alone = locks.try_acquire(self._users)
        if alone is None:
            return False
        with alone:
            for server in self.servers:
                if server.answers():
                    server.stop()
        return True

    def _call_keeper(self) -> None:
        log = self._state / "keeper.log"
        logs.put_aside(log)
        with log.open("ab") as output:
            done = subprocess.run(
                [sys.executable, "-m", "launch.embedded.keeper", self._state],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                start_new_session=True,
                check=False,
            )
        if done.returncode:
            raise LaunchError(f"The keeper of the servers does not start:\n{logs.last_lines(log)}")


def is_durable(environment: str) -> bool:
    """Data that is looked at again must survive a power cut, and benchmarks must pay for that too."""
    return environment in DURABLE


def embedded_servers(state: Path) -> tuple[Postgres, Redis]:
    """Both servers of a state folder; its name is the environment's."""
    return Postgres(state, durable=is_durable(state.name)), Redis(state)
