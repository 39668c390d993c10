"""The embedded Redis: it starts whatever was left behind, and keeps what it was told."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from launch.embedded.pids import noted_pid
from launch.embedded.redis import Redis
from tests.launch.waiting import is_gone, wait_for


@pytest.fixture
def server(state: Path) -> Iterator[Redis]:
    embedded = Redis(state)
    embedded.start()
    yield embedded
    embedded.stop()


def test_it_speaks_on_a_private_socket_alone(server: Redis) -> None:
    with redis.Redis.from_url(server.url) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert server.socket.stat().st_mode & 0o077 == 0


def test_what_was_written_survives_a_kill(server: Redis) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.rpush("queue", *range(500))
        # everysec: what is older than a second is on disk
        wait_for(lambda: client.info("persistence")["aof_pending_bio_fsync"] == 0, "flushed")
        time.sleep(1.1)
    pid = noted_pid(server.pid_file)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: is_gone(pid), "the killed server is gone")
    assert not server.answers()
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.llen("queue") == 500


def test_a_note_that_means_another_program_is_harmless(server: Redis) -> None:
    server.stop()
    server.pid_file.write_text(f"{os.getpid()}\n")
    server.start()
    assert server.answers()


def test_a_server_that_hangs_is_replaced_and_not_doubled(server: Redis, impatient: None) -> None:
    pid = noted_pid(server.pid_file)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    server.start()
    assert is_gone(pid)
    assert server.answers()
