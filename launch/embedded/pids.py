"""Whether a process id noted in a file still means the server that noted it.

A bare id proves nothing: it may be a zombie, or another program after a restart.
"""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 10.0


def noted_pid(path: Path) -> int | None:
    """The id on the first line of a pid file, None if the file is missing or unreadable."""
    try:
        return int(path.read_text().split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return None


def is_server_in(pid: int, folder: Path) -> bool:
    """True if the process lives and works in this folder, as both our servers do in their data."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
        workplace = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return False
    return state not in {"Z", "X"} and workplace == folder


def end_silent_server(pid: int, folder: Path, *, answers: Callable[[], bool]) -> None:
    """End our own server that lives but does not answer; nothing happens if it begins to answer.

    It may be starting, stopping, or on a busy machine, so it gets time before it is killed.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while is_server_in(pid, folder):
        if answers():
            return
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.2)
        time.sleep(0.05)
