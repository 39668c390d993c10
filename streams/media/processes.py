"""Child processes that cannot outlive us: own group, die with the parent, TERM then KILL, known after a crash.

What is run and why is not known here.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
from pathlib import Path

TERM_SECONDS = 2.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Runs in the child between fork and exec; the library is loaded beforehand, as nothing heavy may happen here."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def start_time(pid: int) -> int | None:
    """The kernel's start tick of a live process: together with the pid it names one process for good."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


class ChildLedger:
    """The children of this engine on disk, so that its next start can end what a crash left running."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._children: dict[int, int] = {}

    def end_leftovers(self) -> list[int]:
        """Kill what an earlier engine started and never ended; a reused pid is recognised and left alone."""
        try:
            recorded = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            recorded = {}
        ended = []
        for name, ticks in recorded.items():
            pid = int(name)
            if start_time(pid) == ticks:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                    ended.append(pid)
        self._save()
        return ended

    def add(self, pid: int) -> None:
        ticks = start_time(pid)
        if ticks is not None:
            self._children[pid] = ticks
            self._save()

    def remove(self, pid: int) -> None:
        self._children.pop(pid, None)
        self._save()

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(self._children))
        temporary.replace(self._path)


async def start(argv: list[str], ledger: ChildLedger) -> asyncio.subprocess.Process:
    """Start a child in its own group with both outputs piped."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )
    ledger.add(process.pid)
    return process


async def stop(process: asyncio.subprocess.Process, ledger: ChildLedger) -> None:
    """TERM, two seconds, KILL. Returns only when the process is gone, even if the caller is cancelled meanwhile."""
    ending = asyncio.ensure_future(_end(process))
    try:
        await asyncio.shield(ending)
    except asyncio.CancelledError:
        await ending
        raise
    finally:
        ledger.remove(process.pid)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        _signal_group(process, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), TERM_SECONDS)
    if process.returncode is None:
        _signal_group(process, signal.SIGKILL)
    await process.wait()


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
