"""What viewers notice: how late a message comes, also beside others who stopped reading; what is lost.

Not here: cost.
"""

import statistics
from dataclasses import replace

from benchmarks.fanout_rows.compared import one_by_one, ratio
from benchmarks.fanout_rows.scale import CHAT_RATE, Bench, Row
from benchmarks.room import Plan, Window

STALLED_SHARE = 0.05
FLOOD = 600  # messages that fill what a kernel keeps for a socket that isn't read


def stalled_rows(bench: Bench) -> list[Row]:
    """p99 with everybody reading, and of the others when every twentieth reads no more."""
    scale = bench.scale
    stalled = round(scale.viewers * STALLED_SHARE)
    calm_plan = Plan(scale.viewers, CHAT_RATE, scale.seconds, flood=FLOOD)
    servers = {"": bench.uvicorn, "_daphne": bench.daphne}
    takes = {f"calm{end}": (room, calm_plan) for end, room in servers.items()}
    takes |= {f"stalled{end}": (room, replace(calm_plan, stalled=stalled)) for end, room in servers.items()}
    windows = one_by_one(bench, takes)
    rows: list[Row] = []
    for end in servers:
        p99 = statistics.median(window.p99_ms for window in windows[f"calm{end}"])
        closed = statistics.median(window.gone for window in windows[f"stalled{end}"])
        slowed = ratio(windows, f"stalled{end}", f"calm{end}", p99_ms)
        rows.append((f"p99{end}_ms", round(p99, 1), "20 messages/s, from before the commit"))
        rows.append((f"p99_stalled{end}_ratio", slowed, "at most 2"))
        rows.append((f"stalled_closed{end}", round(closed), f"of {stalled} who read no more"))
    return rows


def p99_ms(window: Window) -> float:
    return window.p99_ms


def lost_row(bench: Bench) -> Row:
    """Over every window of ours: messages that a viewer who reads did not get exactly once, in order."""
    windows = [*bench.uvicorn.windows, *bench.daphne.windows]
    told = sum(window.messages for window in windows)
    return ("lost", sum(window.lost for window in windows) if told else None, f"0, of {told} deliveries")
