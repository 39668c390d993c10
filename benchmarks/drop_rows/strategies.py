"""Ways to take units of one thing, two hundred buyers in one process, one way after the other, round by round.

Not here: the ways themselves (peers/units.py, holder.py).
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.cost import cpu_seconds_ever
from benchmarks.drop_rows.scale import BUYERS, ENDLESS, Bench, Row, Servant, median, rounded, serving
from benchmarks.peers.install import python_peers

PEERS = ("conditional", "skip_locked", "redis_gate")
OURS = "ours"
WARM_SECONDS = 0.5

Windows = dict[str, list[dict[str, Any]]]


def strategy_rows(bench: Bench) -> list[Row]:
    """Our holds beside the three other ways."""
    with _parties(bench) as parties, _sequencer_waits(bench):
        windows = _take_turns(bench, parties)
    written = bench.clerk.do("audit", names=list(PEERS))
    unequal = [name for name, counts in written.items() if len(set(counts)) != 1]

    def ratio(peer: str, key: str = "rate") -> float | None:
        pairs = zip(windows[OURS], windows[peer], strict=True)
        return rounded(median([ours[key] / theirs[key] for ours, theirs in pairs if theirs[key]]), 4)

    rows: list[Row] = [
        ("conditional_update_ratio", rounded(ratio("conditional")), "at least 40, by holds/s"),
        ("skip_locked_ratio", rounded(ratio("skip_locked")), "at least 15"),
        ("redis_gate_ratio", rounded(ratio("redis_gate")), "at least 2, by what the gate answered"),
        ("redis_gate_settled_ratio", rounded(ratio("redis_gate", "settled_rate")), "by what was in the database too"),
        ("p99_ratio", ratio("conditional", "p99_ms"), "at most 0.05, of the conditional UPDATE's"),
        ("conditional_update_cpu_ratio", rounded(_less(windows, "conditional")), "by processor time, all processes"),
        ("skip_locked_cpu_ratio", rounded(_less(windows, "skip_locked")), ""),
        ("redis_gate_cpu_ratio", rounded(_less(windows, "redis_gate")), "with the settling"),
        ("strategies_work_missing", len(unequal), "0: each wrote a hold, an event and a record for every unit"),
        ("fifo_in_process", max(window["displaced_max"] for window in windows[OURS]), "0"),
    ]
    for name, taken in windows.items():
        rows.append((f"{name}_holds_per_s", round(median([one["rate"] for one in taken]) or 0), ""))
        rows.append((f"{name}_p50_ms", rounded(median([one["p50_ms"] for one in taken])), ""))
        rows.append((f"{name}_p99_ms", rounded(median([one["p99_ms"] for one in taken])), ""))
        rows.append((f"{name}_cpu_us", round(median([one["cpu_us"] for one in taken]) or 0), "a hold, all processes"))
        rows.append((f"{name}_postgres_us", round(median([one["postgres_us"] for one in taken]) or 0), "of these"))
        rows.append((f"{name}_displaced", max(one["displaced_max"] for one in taken), "places lost to later buyers"))
    return rows


def _less(windows: Windows, peer: str) -> float | None:
    """How many times our processor time for a hold the peer's is: what a busy machine disturbs least."""
    pairs = zip(windows[OURS], windows[peer], strict=True)
    return median([theirs["cpu_us"] / ours["cpu_us"] for ours, theirs in pairs if ours["cpu_us"]])


@contextlib.contextmanager
def _parties(bench: Bench) -> Iterator[dict[str, Servant]]:
    schemas = bench.clerk.do("rivals", names=list(PEERS), units=ENDLESS)
    variant, drop = bench.open(ENDLESS)
    stage = bench.stage
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with contextlib.ExitStack() as stack:
        parties = {}
        for name in PEERS:
            environment = {
                **inherited,
                "DATABASE_URL": stage.environment["DATABASE_URL"],
                "PEER_SCHEMA": schemas[name],
                "PEER_REDIS_SOCKET": str(stage.redis_socket),
                "PYTHONPATH": "",
            }
            command: list[str | Path] = [python_peers(), "-m", "benchmarks.peers.units", name]
            parties[name] = stack.enter_context(serving(command, environment))
        ours = [sys.executable, "-m", "benchmarks.holder", stage.schema, variant, drop]
        parties[OURS] = stack.enter_context(serving(ours, stage.environment))
        yield parties


def _take_turns(bench: Bench, parties: dict[str, Servant]) -> Windows:
    for servant in parties.values():
        servant.ask(f"{BUYERS} {WARM_SECONDS}")
    windows: Windows = {name: [] for name in parties}
    for number in range(bench.scale.rounds):
        print(f"Round {number + 1} of {bench.scale.rounds}", flush=True)
        for name, servant in parties.items():
            pids = [servant.pid, bench.postgres, bench.stage.redis.pid]
            before, in_postgres = cpu_seconds_ever(pids), cpu_seconds_ever([bench.postgres])
            window = servant.ask(f"{BUYERS} {bench.scale.seconds}")
            window["rate"] = window["held"] / window["seconds"]
            window["settled_rate"] = window["held"] / window["settled_seconds"]
            window["cpu_us"] = (cpu_seconds_ever(pids) - before) / max(1, window["held"]) * 1e6
            window["postgres_us"] = (cpu_seconds_ever([bench.postgres]) - in_postgres) / max(1, window["held"]) * 1e6
            windows[name].append(window)
            times = f"p50 {window['p50_ms']:>6.1f}  p99 {window['p99_ms']:>6.1f} ms"
            places = f"displaced {window['displaced_p50']}/{window['displaced_max']}"
            print(
                f"  {name:<12} {window['rate']:>7.0f} holds/s   {times}   {window['cpu_us']:>5.0f} µs each,"
                f" {window['postgres_us']:.0f} in PostgreSQL   {places}",
                flush=True,
            )
    return windows


@contextlib.contextmanager
def _sequencer_waits(bench: Bench) -> Iterator[None]:
    """The peers' events are ordered by nobody: meanwhile ours wait as well."""
    pid = bench.stage.sequencer.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
