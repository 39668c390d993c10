"""Who stops the embedded servers: the last user, however the users end."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import locks
from launch.embedded.lifecycle import Cluster, embedded_servers, is_durable
from launch.embedded.pids import noted_pid
from launch.embedded.redis import Redis
from tests.launch.waiting import is_gone, wait_for

Script = Callable[..., subprocess.Popen[str]]

USE = """
import sys
from pathlib import Path
from launch.embedded.lifecycle import Cluster
from launch.embedded.redis import Redis
state = Path(sys.argv[1])
cluster = Cluster(state, [Redis(state)])
cluster.join()
print("joined", flush=True)
sys.stdin.readline() if len(sys.argv) > 2 else __import__("time").sleep(60)
print(cluster.leave(), flush=True)
"""


def joined(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout is not None
    assert process.stdout.readline() == "joined\n"
    return process


def test_the_last_to_leave_stops_the_server(state: Path) -> None:
    first, second = (Cluster(state, [Redis(state)]) for _ in range(2))
    first.join()
    second.join()
    assert first.leave() is False
    assert Redis(state).answers()
    assert second.leave() is True
    assert not Redis(state).answers()


def test_leaving_twice_or_without_joining_does_nothing(state: Path) -> None:
    cluster = Cluster(state, [Redis(state)])
    assert cluster.leave() is False
    cluster.join()
    cluster.join()
    assert cluster.leave() is True
    assert cluster.leave() is False


def test_a_killed_user_leaves_no_server_behind(state: Path, script: Script) -> None:
    user = joined(script(USE, state))
    user.kill()
    user.wait()
    wait_for(lambda: not Redis(state).answers(), "the keeper stops the server")
    wait_for(lambda: locks.is_free(state / "keeper.lock"), "the keeper ends")


def test_a_killed_user_takes_nothing_from_the_others(state: Path, script: Script) -> None:
    killed, other = joined(script(USE, state)), joined(script(USE, state))
    killed.kill()
    killed.wait()
    with pytest.raises(AssertionError):
        wait_for(lambda: not Redis(state).answers(), "the server stops", seconds=0.5)
    other.kill()
    other.wait()
    wait_for(lambda: not Redis(state).answers(), "the keeper stops the server")


def test_four_at_once_start_one_server_and_all_are_served(state: Path, script: Script) -> None:
    users = [script(USE, state) for _ in range(4)]
    for user in users:
        joined(user)
    assert len(set((state / "redis" / "redis.pid").read_text().split())) == 1
    log = (state / "redis" / "server.log").read_text()
    assert log.count("Server initialized") == 1
    for user in users:
        user.send_signal(signal.SIGTERM)
        user.wait()
    wait_for(lambda: not Redis(state).answers(), "nobody is left")


def test_the_server_does_not_inherit_a_lock(state: Path) -> None:
    cluster = Cluster(state, [Redis(state)])
    cluster.join()
    pid = noted_pid(state / "redis" / "redis.pid")
    open_files = {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    cluster.leave()
    assert not [name for name in open_files if name.endswith(".lock")]


def test_mending_brings_back_a_killed_server_and_a_killed_keeper(state: Path) -> None:
    cluster = Cluster(state, [Redis(state)])
    cluster.join()
    try:
        pid = noted_pid(state / "redis" / "redis.pid")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: is_gone(pid), "the killed server is gone")
        keeper = keeper_of(state)
        os.kill(keeper, signal.SIGKILL)
        wait_for(lambda: locks.is_free(state / "keeper.lock"), "the killed keeper is gone")
        cluster.mend()
        assert Redis(state).answers()
        assert not locks.is_free(state / "keeper.lock")
    finally:
        assert cluster.leave() is True


def test_only_data_that_nobody_looks_at_again_is_not_durable() -> None:
    assert [name for name in ("demo", "dev", "bench", "test") if not is_durable(name)] == ["test"]


@pytest.mark.slow
def test_both_servers_live_and_end_together(state: Path) -> None:
    cluster = Cluster(state, embedded_servers(state))
    cluster.join()
    assert all(server.answers() for server in cluster.servers)
    assert cluster.leave() is True
    assert not any(server.answers() for server in cluster.servers)


def keeper_of(state: Path) -> int:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"launch.embedded.keeper" in command and os.fsencode(state) in command:
            return int(entry.name)
    raise AssertionError("no keeper")
