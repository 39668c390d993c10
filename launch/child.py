"""One started program: its own process group, its log file, its end together with its supervisor.

When a program is started, watched and stopped is decided in ``processes``.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launch import logs
from launch.errors import LaunchError
from launch.paths import ROOT

PR_SET_PDEATHSIG = 1

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to start, in which environment (ours if none is given), and how to see that it is ready."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] | None = None
    is_ready: Callable[[], bool] | None = None
    ready_within: float = 60.0
    grace: float = 10.0
    folder: Path = ROOT


class Child:
    """A running program, writing to its log, or to the terminal without one.

    Start it from the main thread only: the kernel's signal at the parent's death goes by thread.
    """

    def __init__(self, program: Program, log: Path | None) -> None:
        self.program = program
        self.log = log
        if log is None:
            self._process = _popen(program, None)
        else:
            logs.put_aside(log)
            with log.open("ab") as output:
                self._process = _popen(program, output.fileno())
        self.pid = self._process.pid

    def exit_code(self) -> int | None:
        """How it ended, None while it runs. Whatever it left in its group is killed first.

        The dead leader is collected only after that, so its id cannot mean somebody else yet.
        """
        if self._process.returncode is None:
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
                return None
            self.signal_group(signal.SIGKILL)
            self._process.wait()
        return self._process.returncode

    def ask_to_end(self) -> None:
        """SIGTERM to the program alone; it knows best how to end its own children."""
        if self.exit_code() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)

    def signal_group(self, number: int) -> None:
        """Signal the program and everything it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def describe_exit(code: int) -> str:
    """An exit code in words."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def run_in_foreground(command: Sequence[str | Path], environment: Mapping[str, str]) -> int:
    """Run a program that owns the terminal, and return its exit code as a shell would.

    Ctrl-C reaches it from the terminal itself; what is sent to us alone is passed on.
    """
    parent = os.getpid()
    previous = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    passed_on = (signal.SIGTERM, signal.SIGHUP)

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, passed_on)
        _prepare_foreground(parent)

    try:
        # Held back until there is somebody to pass them on to.
        signal.pthread_sigmask(signal.SIG_BLOCK, passed_on)
        process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=environment,
            preexec_fn=prepare,  # noqa: PLW1509 - the launcher has no threads
        )
        for number in passed_on:
            previous[number] = signal.signal(number, lambda sent, _: process.send_signal(sent))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, passed_on)
        code = process.wait()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, passed_on)
        for number, handler in previous.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def _popen(program: Program, output: int | None) -> subprocess.Popen[bytes]:
    supervisor = os.getpid()
    try:
        return subprocess.Popen(
            list(program.command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            cwd=program.folder,
            env=program.environment,
            start_new_session=True,
            preexec_fn=lambda: _die_with(supervisor),  # noqa: PLW1509 - the launcher has no threads
        )
    except OSError as error:
        raise LaunchError(f"{program.name} cannot be started: {error}") from None


def _die_with(parent: int) -> None:
    """In the child, before its program: end when the parent dies, even by SIGKILL."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def _prepare_foreground(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _die_with(parent)
