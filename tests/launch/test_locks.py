"""File locks: who gets one, and what a deleted lock file means."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from launch import locks

HOLD = """
import sys, time
from pathlib import Path
from launch import locks
held = locks.acquire(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_only_one_holds_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    first = locks.try_acquire(path)
    assert first is not None
    assert locks.try_acquire(path) is None
    assert not locks.is_free(path)
    first.release()
    assert locks.is_free(path)


def test_shared_locks_live_together_and_keep_the_single_one_out(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with locks.acquire(path, shared=True), locks.acquire(path, shared=True):
        assert locks.try_acquire(path) is None
    assert locks.is_free(path)


def test_a_killed_holder_leaves_no_lock(tmp_path: Path, script: Callable[..., subprocess.Popen[str]]) -> None:
    path = tmp_path / "a.lock"
    holder = script(HOLD, path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert not locks.is_free(path)
    holder.kill()
    holder.wait()
    assert locks.is_free(path)


def test_waiting_for_a_lock_whose_file_was_replaced_is_told(
    tmp_path: Path, script: Callable[..., subprocess.Popen[str]]
) -> None:
    path = tmp_path / "a.lock"
    code = "import sys\nfrom pathlib import Path\nfrom launch import locks\n"
    code += "print('waiting', flush=True)\nprint(locks.wait_until_free(Path(sys.argv[1])))"
    held = locks.acquire(path)
    waiter = script(code, path)
    assert waiter.stdout is not None
    waiter.stdout.readline()
    # The waiter has the old file open once it hangs in the kernel's wait.
    wait_until_blocked(waiter.pid)
    path.unlink()
    path.touch()
    held.release()
    assert waiter.stdout.readline() == "False\n"


def test_the_text_of_a_lock_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with locks.acquire(path) as held:
        held.write("12345")
        held.write("67")
        assert path.read_text() == "67"


def wait_until_blocked(pid: int) -> None:
    from tests.launch.waiting import wait_for

    def has_request() -> bool:
        return any("->" in line and f" {pid} " in line for line in Path("/proc/locks").read_text().splitlines())

    wait_for(has_request, "the process waits for the lock")
