"""Coming in: everybody at once after a restart, what one viewer costs, and ten thousand in one process.

Not here: what they are sent once they are in.
"""

import time
from collections.abc import Sequence
from typing import Any

from benchmarks.cost import cpu_seconds, memory_kib
from benchmarks.crowd.client import STORM, Door, gathered
from benchmarks.fanout_rows.scale import Bench, Row
from benchmarks.room import Plan, measure
from launch.child import Child

WARM = 100  # viewers who come first, so that what a room needs once isn't counted for each
MANY_RATE = 40.0


def storm_rows(bench: Bench) -> list[Row]:
    """The whole audience comes back to two processes that have just started."""
    stage = bench.stage
    server, door = stage.uvicorn("storm", workers=2)
    figures = _storm(bench, door, [server])
    stage.programs.stop(server)
    pair = [stage.daphne(f"storm-{number}") for number in range(2)]
    both = stage.door([port for _, door in pair for port in door.ports])
    on_daphne = _storm(bench, both, [server for server, _ in pair])
    stage.programs.stop(*(server for server, _ in pair))
    key = f"join_{bench.scale.joins}"
    return [
        (f"{key}_s", figures["join_seconds"], "at most 5, two processes of uvicorn"),
        (f"{key}_cpu_s", round(figures["cpu"], 2), "work of these processes and Redis"),
        ("join_dropped", figures["failed"] + figures["closed"], "0"),
        ("join_sent_back", figures["sent_back"], "asked to come again later, and did"),
        (f"{key}_daphne_s", on_daphne["join_seconds"], "two processes of Daphne"),
        ("join_dropped_daphne", on_daphne["failed"] + on_daphne["closed"], ""),
    ]


def _storm(bench: Bench, door: Door, servers: Sequence[Child]) -> dict[str, Any]:
    joins, pids = bench.scale.joins, [server.pid for server in servers]
    before = cpu_seconds([*pids, bench.stage.redis.pid])
    with gathered(bench.crowd, door, sockets=joins, in_flight=STORM) as crowd:
        figures = crowd.joined()
        figures["cpu"] = cpu_seconds([*pids, bench.stage.redis.pid]) - before
    print(
        f"  {figures['joined']} of {joins} in after {figures['join_seconds']} s, {figures['cpu']:.1f} s of work; "
        f"{figures['sent_back']} asked to come later, {figures['codes'] or 'none'} closed",
        flush=True,
    )
    return figures


def viewer_rows(bench: Bench) -> list[Row]:
    """Memory and processor time of one more viewer, half of them with a name and a cookie."""
    viewers = bench.scale.viewers
    rows: list[Row] = []
    for name in ("uvicorn", "daphne"):
        server, door = getattr(bench.stage, name)(f"{name}-joins")
        pids = [server.pid, bench.stage.redis.pid]
        with gathered(bench.crowd, door, sockets=WARM) as first:
            first.joined()
            time.sleep(1)
            memory, cpu = memory_kib([server.pid]), cpu_seconds(pids)
            with gathered(bench.crowd, door, sockets=viewers) as crowd:
                joined = crowd.joined()["joined"] or 1
                cpu = cpu_seconds(pids) - cpu
                time.sleep(1)
                memory = memory_kib([server.pid]) - memory
        bench.stage.programs.stop(server)
        end = "" if name == "uvicorn" else "_daphne"
        rows.append((f"kib_per_viewer{end}", round(memory / joined, 1), "at most 20"))
        rows.append((f"join_cpu{end}_ms", round(cpu / joined * 1000, 2), "at most 0.5"))
    return rows


def many_rows(bench: Bench) -> list[Row]:
    """Ten thousand viewers of one process."""
    window = measure(bench.crowd, bench.uvicorn, Plan(bench.scale.many, MANY_RATE, bench.scale.slow_seconds))
    if window.shut_out:
        print(f"  {window.shut_out} of {bench.scale.many} did not get in", flush=True)
    key = "ten_thousand" if bench.scale.many == 10_000 else f"many_{bench.scale.many}"
    share = window.cpu / window.seconds
    return [
        (f"{key}_p99_ms", round(window.p99_ms, 1), "at most 1000: two ticks of 500 ms"),
        (f"{key}_shut_out", window.shut_out, "0"),
        (f"{key}_core_share", round(share, 2), "of one core, server and Redis"),
    ]
