"""Child processes that cannot outlive us: each in its own group, dies with its parent, is ended by TERM, then KILL.

What is run and why is not known here.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from functools import partial

TERM_SECONDS = 2.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with(parent: int) -> None:
    """Runs in the child between fork and exec; the library is loaded beforehand, as nothing heavy may happen here."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before it could be asked for
            os._exit(1)


async def start(argv: list[str]) -> asyncio.subprocess.Process:
    """Start a child in its own group with both outputs piped."""
    return await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        preexec_fn=partial(die_with, os.getpid()),
    )


async def stop(process: asyncio.subprocess.Process) -> None:
    """TERM, two seconds, KILL. Returns only when the process is gone, even if the caller is cancelled meanwhile."""
    ending = asyncio.ensure_future(_end(process))
    try:
        await asyncio.shield(ending)
    except asyncio.CancelledError:
        await ending
        raise


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
