"""What viewers notice: how late a message comes, also beside others who stopped reading; what is lost.

Not here: cost.
"""

import statistics

from benchmarks.fanout_rows.compared import one_by_one
from benchmarks.fanout_rows.scale import CHAT_RATE, Bench, Row
from benchmarks.room import Plan

STALLED_SHARE = 0.05
FLOOD = 600  # messages that fill what a kernel keeps for a socket that isn't read


def stalled_rows(bench: Bench) -> list[Row]:
    """p99 with everybody reading, and of the others when every twentieth reads no more."""
    scale = bench.scale
    rooms = {"uvicorn": bench.uvicorn, "daphne": bench.daphne}
    calm = one_by_one(bench, rooms, Plan(scale.viewers, CHAT_RATE, scale.seconds, flood=FLOOD))
    stalled = one_by_one(
        bench,
        rooms,
        Plan(scale.viewers, CHAT_RATE, scale.seconds, stalled=round(scale.viewers * STALLED_SHARE), flood=FLOOD),
    )
    rows: list[Row] = []
    for server in rooms:
        end = "" if server == "uvicorn" else "_daphne"
        p99 = statistics.median(window.p99_ms for window in calm[server])
        slowed = statistics.median(window.p99_ms for window in stalled[server])
        rows.append((f"p99{end}_ms", round(p99, 1), "20 messages/s, from before the commit"))
        rows.append((f"p99_stalled{end}_ratio", round(slowed / p99, 2) if p99 else None, "at most 2"))
        closed = statistics.median(window.gone for window in stalled[server])
        rows.append(
            (f"stalled_closed{end}", round(closed), f"of {round(scale.viewers * STALLED_SHARE)} who read no more")
        )
    return rows


def lost_row(bench: Bench) -> Row:
    """Over every window of ours: messages that a viewer who reads did not get exactly once, in order."""
    windows = [*bench.uvicorn.windows, *bench.daphne.windows]
    told = sum(window.messages for window in windows)
    return ("lost", sum(window.lost for window in windows) if told else None, f"0, of {told} deliveries")
