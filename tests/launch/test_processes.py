"""The supervisor: readiness, restarts, steps, and that nothing outlives it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import warden
from launch.child import Program, describe_exit
from launch.embedded.pids import noted_pid
from launch.errors import LaunchError
from launch.processes import Chore, Supervisor, claim_environment
from tests.launch.waiting import is_gone, wait_for

Script = Callable[..., subprocess.Popen[str]]

# A program with a child of its own, both deaf to SIGTERM, and their ids in files.
STUBBORN = "trap '' TERM; echo $$ > {0}/parent; (trap '' TERM; while :; do sleep 0.1; done) & echo $! > {0}/child; wait"
POLITE = "sleep 60 & echo $! > {0}/child; echo $$ > {0}/parent; wait"

SUPERVISE = """
import sys
from pathlib import Path
from launch.child import Program
from launch.processes import Supervisor
folder, command = Path(sys.argv[1]), sys.argv[2]
with Supervisor(folder / "log") as supervisor:
    supervisor.start(
        Program("one", ["sh", "-c", command], is_ready=(folder / "parent").exists, grace=0.5)
    )
    print("ready", flush=True)
    supervisor.watch()
print("left", flush=True)
"""


def shell(name: str, command: str, **options: object) -> Program:
    return Program(name, ["sh", "-c", command], **options)  # type: ignore[arg-type]


def pid_in(path: Path) -> int:
    wait_for(lambda: noted_pid(path), f"{path.name} is noted")
    pid = noted_pid(path)
    assert pid is not None
    return pid


def test_start_waits_until_the_program_is_ready(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(shell("one", f"sleep 0.3; touch {tmp_path}/up; sleep 60", is_ready=(tmp_path / "up").exists))
        assert (tmp_path / "up").exists()


def test_a_program_that_ends_while_starting_is_told_with_its_last_words(tmp_path: Path) -> None:
    with (
        Supervisor(tmp_path) as supervisor,
        pytest.raises(LaunchError, match=r"(?s)one ended while starting \(exit code 3\).*no such table"),
    ):
        supervisor.start(shell("one", "echo no such table >&2; exit 3", is_ready=lambda: False))


def test_a_program_that_is_never_ready_is_stopped_and_told(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        with pytest.raises(LaunchError, match="one is not ready after 0 s"):
            supervisor.start(
                shell("one", f"echo $$ > {tmp_path}/pid; sleep 60", is_ready=lambda: False, ready_within=0.4)
            )
        assert is_gone(pid_in(tmp_path / "pid"))


def test_a_missing_program_is_told(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor, pytest.raises(LaunchError, match="one cannot be started"):
        supervisor.start(Program("one", [tmp_path / "nothing"]))


def test_an_ended_program_is_started_again_and_a_crash_loop_is_said(tmp_path: Path) -> None:
    told: list[str] = []

    def stop_when_said() -> None:
        if any("keeps failing" in line for line in told):
            os.kill(os.getpid(), signal.SIGTERM)

    with Supervisor(tmp_path, tell=told.append, chores=[Chore(0.1, stop_when_said)]) as supervisor:
        supervisor.start(shell("flappy", f"echo run >> {tmp_path}/runs; echo out of luck; exit 3"))
        supervisor.watch()
    assert told[0] == "flappy ended (exit code 3). It is started again in 0.5 s."
    assert "started again in 1 s" in told[1]
    assert "3 times within 60 s" in told[2]
    assert "out of luck" in told[2]
    assert (tmp_path / "runs").read_text().count("run") == 3


def test_a_killed_program_comes_back_and_leaves_none_of_its_children(tmp_path: Path) -> None:
    told: list[str] = []
    children: set[int] = set()

    def look() -> None:
        if pid := noted_pid(tmp_path / "child"):
            children.add(pid)
        if len(children) == 1 and not told:
            os.kill(pid_in(tmp_path / "parent"), signal.SIGKILL)
        if len(children) == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    with Supervisor(tmp_path / "log", tell=told.append, chores=[Chore(0.05, look)]) as supervisor:
        supervisor.start(shell("one", POLITE.format(tmp_path)))
        supervisor.watch()
    assert "signal SIGKILL" in told[0]
    assert len(children) == 2
    assert all(is_gone(child) for child in children)


def test_programs_are_stopped_in_reverse_order(tmp_path: Path) -> None:
    log = tmp_path / "order"
    with Supervisor(tmp_path) as supervisor:
        for name in ("first", "second", "third"):
            up = tmp_path / name
            supervisor.start(
                shell(
                    name,
                    f"trap 'echo {name} >> {log}; exit' TERM; touch {up}; while :; do sleep 0.05; done",
                    is_ready=up.exists,
                )
            )
    assert log.read_text().split() == ["third", "second", "first"]


def test_a_step_answers_its_exit_code_while_the_others_are_looked_after(tmp_path: Path) -> None:
    told: list[str] = []
    with Supervisor(tmp_path, tell=told.append) as supervisor:
        supervisor.start(shell("flappy", "exit 1"))
        assert supervisor.run_step(shell("step", "sleep 0.4; exit 7")) == 7
        with pytest.raises(LaunchError, match=r"step failed \(exit code 7\)"):
            supervisor.require_step(shell("step", "exit 7"))
    assert told[0].startswith("flappy ended")


def test_restarting_is_no_failure(tmp_path: Path) -> None:
    told: list[str] = []
    runs = tmp_path / "runs"
    with Supervisor(tmp_path, tell=told.append) as supervisor:
        supervisor.start(shell("one", f"echo run >> {runs}; sleep 60", is_ready=runs.exists))
        supervisor.restart(lambda program: program.name == "other")
        supervisor.restart(lambda program: program.name == "one")
        supervisor.run_step(shell("step", f"until [ $(grep -c run {runs}) = 2 ]; do sleep 0.05; done"))
    assert told == []
    assert runs.read_text().count("run") == 2


def test_ctrl_c_leaves_no_process_even_of_stubborn_programs(tmp_path: Path, script: Script) -> None:
    supervisor = script(SUPERVISE, tmp_path, STUBBORN.format(tmp_path))
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "ready\n"
    pids = [pid_in(tmp_path / name) for name in ("parent", "child")]
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(10) == 0
    assert supervisor.stdout.read() == "left\n"
    assert all(is_gone(pid) for pid in pids)


def test_a_killed_supervisor_leaves_no_process(tmp_path: Path, script: Script) -> None:
    supervisor = script(SUPERVISE, tmp_path, POLITE.format(tmp_path))
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "ready\n"
    pids = [pid_in(tmp_path / name) for name in ("parent", "child")]
    supervisor.kill()
    for pid in pids:
        wait_for(lambda pid=pid: is_gone(pid), "its program ends")  # type: ignore[misc]


@pytest.mark.slow
def test_a_killed_supervisor_leaves_no_stubborn_process(tmp_path: Path, script: Script) -> None:
    supervisor = script(SUPERVISE, tmp_path, STUBBORN.format(tmp_path))
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "ready\n"
    pids = [pid_in(tmp_path / name) for name in ("parent", "child")]
    supervisor.kill()
    for pid in pids:
        wait_for(lambda pid=pid: is_gone(pid), "its program is killed", warden.GRACE_SECONDS + 5)  # type: ignore[misc]


def test_a_killed_warden_is_replaced(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        first = supervisor._warden
        assert first is not None
        first.kill()
        first.wait()
        supervisor.run_step(shell("step", "sleep 0.2"))
        second = supervisor._warden
        assert second is not None
        assert second.pid != first.pid
        assert second.poll() is None
    assert second.returncode == 0


def test_one_supervisor_an_environment(tmp_path: Path) -> None:
    with (
        claim_environment(tmp_path),
        pytest.raises(LaunchError, match=rf"runs already \(process {os.getpid()}\)"),
    ):
        claim_environment(tmp_path)
    claim_environment(tmp_path).release()


def test_signal_handlers_are_put_back(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
    with Supervisor(tmp_path):
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)] == before


def test_the_warden_follows_what_is_started_and_ended() -> None:
    assert warden.read_groups(["+1\n", "+2\n", "-1\n", "+3\n"]) == {2, 3}
    assert warden.read_groups(["+1\n", "done\n"]) == set()


def test_the_warden_gives_time_and_then_kills(tmp_path: Path) -> None:
    up = tmp_path / "up"
    command = f"trap '' TERM; touch {up}; while :; do sleep 0.05; done"
    process = subprocess.Popen(["sh", "-c", command], start_new_session=True)
    wait_for(up.exists, "it is deaf to SIGTERM")
    began = time.monotonic()
    warden.end_groups({process.pid}, grace=0.3)
    assert process.wait() == -signal.SIGKILL
    assert time.monotonic() - began >= 0.3


def test_exits_are_said_in_words() -> None:
    assert describe_exit(2) == "exit code 2"
    assert describe_exit(-signal.SIGKILL) == "signal SIGKILL"
