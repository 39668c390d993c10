"""The supervisor: starts programs in order, keeps them running, stops them in reverse order.

Which programs there are is decided by the verbs. One process group and one log file per program.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO

from launch import locks, logs, warden
from launch.child import Child, Program, describe_exit
from launch.embedded.pids import noted_pid
from launch.errors import LaunchError

END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
# So many ends within so many seconds are a crash loop, and are told with the log's last lines.
LOOP_COUNT, LOOP_SECONDS = 3, 60.0
POLL_SECONDS = 0.1

Handler = Callable[[int, FrameType | None], object] | int | None


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, flush=True)


def claim_environment(state: Path) -> locks.FileLock:
    """Hold the environment for this supervisor, or say who has it."""
    path = state / "supervisor.lock"
    held = locks.try_acquire(path)
    if held is None:
        raise LaunchError(
            f"“{state.name}” runs already (process {noted_pid(path)}). End it there with Ctrl-C, then start again."
        )
    held.write(str(os.getpid()))
    return held


@dataclass
class Watched:
    """A program under supervision, and what is known of its ends."""

    child: Child
    restart_at: float | None = None
    delay: float = FIRST_DELAY
    ends: list[float] = field(default_factory=list)


@dataclass
class Chore:
    """Something small done regularly while everything runs, such as looking after the servers."""

    every: float
    work: Callable[[], None]
    due: float = 0.0


class Supervisor:
    """Use as a context: leaving it, by whatever way, stops everything that was started in it."""

    def __init__(self, log_folder: Path, *, tell: Callable[[str], None] = say, chores: Sequence[Chore] = ()) -> None:
        self.log_folder = log_folder
        self._tell = tell
        self._chores = list(chores)
        self._watched: list[Watched] = []
        self._steps: list[Child] = []
        self._asked_to_end = 0
        self._handlers: dict[int, Handler] = {}
        self._wake_read = self._wake_write = -1
        self._warden: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Supervisor":
        self.log_folder.mkdir(parents=True, exist_ok=True)
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in END_SIGNALS:
            self._handlers[number] = signal.signal(number, self._note_end_signal)
        # A handler that does nothing is still needed: an ignored signal would not wake us.
        self._handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        self._call_warden()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stop_everything()
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            os.close(self._wake_read)
            os.close(self._wake_write)

    def log_of(self, program: Program) -> Path:
        """Log file of a program."""
        return self.log_folder / f"{program.name}.log"

    def start(self, program: Program) -> None:
        """Start a program and wait until it is ready; raises LaunchError with the reason if it never is."""
        watched = Watched(self._spawn(program, self.log_of(program)))
        deadline = time.monotonic() + program.ready_within
        while program.is_ready is not None and not program.is_ready():
            code = watched.child.exit_code()
            if code is not None:
                self._forget(watched.child)
                raise LaunchError(self._why(program, f"ended while starting ({describe_exit(code)})"))
            if time.monotonic() > deadline:
                self._end(watched.child)
                raise LaunchError(self._why(program, f"is not ready after {program.ready_within:.0f} s"))
            self._pass_time(POLL_SECONDS)
        self._steps.remove(watched.child)
        self._watched.append(watched)

    def run_step(self, program: Program, *, on_terminal: bool = False) -> int:
        """Run a program to its end while the others stay supervised; returns its exit code."""
        child = self._spawn(program, None if on_terminal else self.log_of(program))
        while (code := child.exit_code()) is None:
            self._pass_time(POLL_SECONDS)
        self._forget(child)
        return code

    def require_step(self, program: Program) -> None:
        """Run a program to its end; raises LaunchError with the end of its log if it fails."""
        code = self.run_step(program)
        if code:
            raise LaunchError(self._why(program, f"failed ({describe_exit(code)})"))

    def watch(self) -> None:
        """Keep everything running until the person or the system asks to end."""
        with suppress(KeyboardInterrupt):
            while True:
                moments = [watched.restart_at for watched in self._watched if watched.restart_at is not None]
                moments += [chore.due for chore in self._chores]
                self._pass_time(max(0.0, min(moments) - time.monotonic()) if moments else None)

    def add_chore(self, chore: Chore) -> None:
        """One more thing to do regularly."""
        self._chores.append(chore)

    def restart(self, chosen: Callable[[Program], bool]) -> None:
        """End and start again the running programs that are chosen. Not counted as a failure."""
        for watched in self._watched:
            if watched.restart_at is None and chosen(watched.child.program):
                self._end(watched.child)
                watched.restart_at = time.monotonic()

    # Watching

    def _pass_time(self, seconds: float | None) -> None:
        """Sleep until something happens or the time is over, then see to it."""
        if not self._asked_to_end:
            select.select([self._wake_read], [], [], seconds)
            with suppress(BlockingIOError):
                os.read(self._wake_read, 4096)
        if self._asked_to_end:
            raise KeyboardInterrupt
        if self._warden is not None and self._warden.poll() is not None:
            self._call_warden()
        for watched in self._watched:
            self._look_after(watched)
        now = time.monotonic()
        for chore in self._chores:
            if chore.due <= now:
                chore.work()
                chore.due = time.monotonic() + chore.every

    def _look_after(self, watched: Watched) -> None:
        """Note an end once and set a time for the restart; restart when that time has come."""
        now = time.monotonic()
        program = watched.child.program
        if watched.restart_at is None:
            code = watched.child.exit_code()
            if code is None:
                return
            self._tell_warden(f"-{watched.child.pid}")
            watched.ends = [end for end in watched.ends if now - end < LOOP_SECONDS] + [now]
            if len(watched.ends) == 1:
                watched.delay = FIRST_DELAY
            self._tell_end(watched, code)
            watched.restart_at = now + watched.delay
            watched.delay = min(watched.delay * 2, LONGEST_DELAY)
        elif watched.restart_at <= now:
            watched.child = self._spawn(program, self.log_of(program))
            self._steps.remove(watched.child)
            watched.restart_at = None

    def _tell_end(self, watched: Watched, code: int) -> None:
        program = watched.child.program
        what = f"ended ({describe_exit(code)})"
        again = f"It is started again in {watched.delay:g} s."
        if len(watched.ends) >= LOOP_COUNT:
            times = f"{len(watched.ends)} times within {LOOP_SECONDS:.0f} s"
            self._tell(f"{self._why(program, f'keeps failing: {what}, {times}')}\n{again}")
        else:
            self._tell(f"{program.name} {what}. {again}")

    def _why(self, program: Program, what: str) -> str:
        log = self.log_of(program)
        return f"{program.name} {what}. The end of {log}:\n{logs.last_lines(log)}"

    def _note_end_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._asked_to_end += 1

    # Starting and stopping

    def _spawn(self, program: Program, log: Path | None) -> Child:
        child = Child(program, log)
        self._steps.append(child)
        self._tell_warden(f"+{child.pid}")
        return child

    def _forget(self, child: Child) -> None:
        self._steps.remove(child)
        self._tell_warden(f"-{child.pid}")

    def _end(self, child: Child) -> None:
        """Ask, wait for its grace, kill. A second Ctrl-C shortens every grace to nothing."""
        child.ask_to_end()
        asked = self._asked_to_end
        deadline = time.monotonic() + child.program.grace
        while child.exit_code() is None:
            if time.monotonic() > deadline or self._asked_to_end > max(asked, 1):
                child.signal_group(signal.SIGKILL)
            select.select([self._wake_read], [], [], POLL_SECONDS)
            with suppress(BlockingIOError):
                os.read(self._wake_read, 4096)
        self._tell_warden(f"-{child.pid}")

    def _stop_everything(self) -> None:
        running = [watched.child for watched in self._watched] + self._steps
        for child in reversed(running):
            self._end(child)
        self._watched.clear()
        self._steps.clear()
        self._tell_warden("done")
        if self._warden is not None:
            self._close(self._warden.stdin)
            self._warden.wait()

    # The warden

    def _call_warden(self) -> None:
        if self._warden is not None:
            self._close(self._warden.stdin)
        self._warden = subprocess.Popen(
            [sys.executable, warden.__file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        for child in [watched.child for watched in self._watched] + self._steps:
            if child.exit_code() is None:
                self._tell_warden(f"+{child.pid}")

    def _tell_warden(self, line: str) -> None:
        if self._warden is not None and self._warden.stdin is not None:
            # A dead warden is replaced at the next look, and is told everything then.
            with suppress(BrokenPipeError):
                self._warden.stdin.write(f"{line}\n".encode())
                self._warden.stdin.flush()

    @staticmethod
    def _close(pipe: IO[bytes] | None) -> None:
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
