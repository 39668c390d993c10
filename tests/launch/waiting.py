"""Waiting for what happens in another process, and asking whether a process is gone.

Not here: what is waited for.
"""

import time
from collections.abc import Callable
from pathlib import Path


def wait_for(condition: Callable[[], object], what: str, seconds: float = 8.0) -> None:
    """Return as soon as the condition holds; fail with its name if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in {seconds} s: {what}"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """True if the process ended; one that only waits to be collected counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] in {"Z", "X"}
    except OSError:
        return True
