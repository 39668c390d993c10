"""Ends the supervisor's process groups when the supervisor itself was killed.

Run as a plain script with a pipe as standard input: ``+PID`` and ``-PID`` lines name the groups to
watch over, the end of the pipe without ``done`` is the supervisor's death. Starts nothing itself.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

GRACE_SECONDS = 3.0


def read_groups(lines: Iterable[str]) -> set[int]:
    """Follow the lines to their end; the groups that are then still to be ended."""
    groups: set[int] = set()
    for line in lines:
        text = line.strip()
        if text == "done":
            return set()
        if text.startswith("+"):
            groups.add(int(text[1:]))
        elif text.startswith("-"):
            groups.discard(int(text[1:]))
    return groups


def end_groups(groups: set[int], grace: float = GRACE_SECONDS) -> None:
    """Ask every group to end, wait, then kill what is left."""
    _signal_all(groups, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while _signal_all(groups, 0) and time.monotonic() < deadline:
        time.sleep(0.1)
    _signal_all(groups, signal.SIGKILL)


def _signal_all(groups: set[int], number: int) -> bool:
    """Send one signal to every group; True if any group still exists."""
    exists = False
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
            exists = True
    return exists


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_groups(read_groups(sys.stdin))
