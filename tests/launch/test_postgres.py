"""The embedded PostgreSQL: it starts whatever was left behind, and stops in order."""

import os
import pwd
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from launch.embedded.pids import is_server_in, noted_pid
from launch.embedded.postgres import Postgres
from launch.errors import LaunchError
from tests.launch.waiting import is_gone, wait_for


@pytest.fixture(scope="module")
def _module_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="vt-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    yield folder
    Postgres(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(_module_state: Path) -> Postgres:
    """One cluster for the module: making one takes most of a second."""
    postgres = Postgres(_module_state, durable=False)
    postgres.start()
    return postgres


def one_row(server: Postgres, query: str) -> tuple[object, ...]:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row


def test_it_takes_queries_on_a_private_socket_alone(server: Postgres) -> None:
    assert one_row(server, "SELECT current_database(), current_user") == ("vitrine", "vitrine")
    assert one_row(server, "SHOW listen_addresses") == ("",)
    assert one_row(server, "SHOW max_connections") == ("200",)
    assert server.sockets.stat().st_mode & 0o077 == 0


def test_only_the_one_for_tests_gives_up_durability(server: Postgres, state: Path) -> None:
    assert one_row(server, "SHOW fsync") == ("off",)
    durable = Postgres(state)
    durable.data.mkdir(parents=True)
    durable._configure()
    assert "fsync" not in (durable.data / "vitrine.conf").read_text()


def test_a_second_start_changes_nothing(server: Postgres) -> None:
    before = noted_pid(server.data / "postmaster.pid")
    Postgres(server.folder.parent, durable=False).start()
    assert noted_pid(server.data / "postmaster.pid") == before


def test_it_starts_after_being_killed(server: Postgres) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = on")
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
    pid = noted_pid(server.data / "postmaster.pid")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: is_gone(pid), "the killed server is gone")
    assert not server.answers()
    server.start()
    assert one_row(server, "SELECT count(*) FROM kept") == (0,)


def test_a_note_that_means_another_program_does_not_block_the_start(server: Postgres) -> None:
    server.stop()
    # Our own id lives, is no PostgreSQL, and is what a reused id looks like.
    for leftover in (server.data / "postmaster.pid", server.sockets / ".s.PGSQL.5432.lock"):
        leftover.write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n{server.sockets}\n\n")
    server.start()
    assert one_row(server, "SELECT 1") == (1,)


def test_a_server_that_hangs_is_replaced(server: Postgres, impatient: None) -> None:
    pid = noted_pid(server.data / "postmaster.pid")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    assert not server.answers()
    server.start()
    assert noted_pid(server.data / "postmaster.pid") != pid
    assert one_row(server, "SELECT 1") == (1,)


def test_half_made_data_is_made_again(server: Postgres) -> None:
    server.stop()
    server.marker.unlink()
    (server.data / "global" / "pg_control").unlink()
    server.start()
    assert server.marker.exists()
    assert one_row(server, "SELECT current_database()") == ("vitrine",)


def test_data_of_another_release_is_kept_and_told(server: Postgres) -> None:
    server.stop()
    version = server.data / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(LaunchError, match="PostgreSQL 17"):
        server.start()
    assert (server.data / "base").is_dir()
    version.write_text("18\n")


def test_stopping_ends_the_process(server: Postgres) -> None:
    pid = noted_pid(server.data / "postmaster.pid")
    assert pid is not None
    began = time.monotonic()
    server.stop()
    assert is_gone(pid)
    assert not is_server_in(pid, server.data)
    assert time.monotonic() - began < 5


def test_a_long_path_gets_a_short_socket(state: Path) -> None:
    deep = state / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    postgres = Postgres(deep)
    try:
        assert len(os.fsencode(postgres.socket)) <= 107
        assert postgres.sockets.stat().st_mode & 0o077 == 0
        assert Postgres(deep).socket == postgres.socket
    finally:
        postgres.sockets.rmdir()


def test_a_short_folder_of_somebody_else_is_refused(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = state / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    folder = Postgres(deep).sockets
    folder.rmdir()
    folder.symlink_to(state)
    try:
        with pytest.raises(LaunchError, match="somebody else"):
            Postgres(deep)
    finally:
        folder.unlink()


def test_in_a_closed_home_only_what_runs_as_nobody_moves_out(state: Path) -> None:
    closed = state / "home"
    closed.mkdir(mode=0o700)
    postgres = Postgres(closed, durable=False)
    is_root = os.geteuid() == 0
    assert (closed not in postgres.folder.parents) == is_root
    try:
        postgres.start()
        pid = noted_pid(postgres.data / "postmaster.pid")
        expected = pwd.getpwnam("nobody").pw_uid if is_root else os.geteuid()
        assert Path(f"/proc/{pid}").stat().st_uid == expected
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        postgres.stop()
        shutil.rmtree(postgres.folder.parent)


def test_a_user_without_a_name_is_told(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    with pytest.raises(LaunchError, match="needs a user with a name, and 4000000 has none"):
        Postgres(state)
