"""What a running program has cost so far: processor time and memory, with all its children.

Not here: starting programs.
"""

import os
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


def cpu_seconds_ever(pids: Iterable[int]) -> float:
    """The same with what ended children of these very processes had used, exact to hundredths for those: a database
    server ends and starts processes all the time."""
    parents = list(pids)
    ended = 0
    for pid in parents:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ended += int(fields[13]) + int(fields[14])  # cutime and cstime of proc(5), counted from the state on
    return cpu_seconds(parents) + ended / os.sysconf("SC_CLK_TCK")


def memory_kib(pids: Iterable[int]) -> int:
    """Resident memory, shared pages divided among those who share them."""
    total = 0
    for parent in pids:
        for pid in family(parent):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total
