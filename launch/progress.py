"""Says on the terminal what is being done, and how long it took if that was long.

Standard error only: standard output belongs to what a verb answers.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONG_SECONDS = 2.0


@contextmanager
def step(name: str) -> Iterator[None]:
    """Name a piece of work as it begins, and its time at the end if a person had to wait."""
    print(f"  {name}", file=sys.stderr, flush=True)
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    if took >= LONG_SECONDS:
        print(f"    done in {took:.0f} s", file=sys.stderr, flush=True)
