"""What a running program has cost so far: processor time and memory, with all its children.

Not here: starting programs.
"""

import time
from collections.abc import Iterable
from pathlib import Path


def family(pid: int) -> list[int]:
    """The process and everything below it; fewer when some end meanwhile."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [below for child in task.read_text().split() for below in family(int(child))]
        except OSError:
            continue
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes and those below them, exact to the nanosecond.

    Asks the kernel for each process's own clock, which is what clock_getcpuclockid(3) names: the sum of
    what /proc/<pid>/stat tells in hundredths, without the rounding. A child that ended is not in it.
    """
    clocks = [~pid << 3 | 2 for parent in pids for pid in family(parent)]
    return sum(map(time.clock_gettime, clocks))


def memory_kib(pids: Iterable[int]) -> int:
    """Resident memory, shared pages divided among those who share them."""
    total = 0
    for parent in pids:
        for pid in family(parent):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total
