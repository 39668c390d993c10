"""Holds in a full room: a thousand viewers tap at one moment over the sockets that they have open, and a room that
chats while buyers come through the other door of the same process.

Not here: HTTP alone (doors).
"""

import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from benchmarks.buyers.client import Rush, rush
from benchmarks.cost import cpu_seconds_ever
from benchmarks.crowd.client import Crowd, gathered
from benchmarks.drop_rows.scale import CONNECTIONS, ENDLESS, Bench, Row, rounded
from benchmarks.ours import poster

CHAT_RATE = 20.0
PATIENCE = 15.0
SETTLE_SECONDS = 1.0
LEAD_SECONDS = 1.0  # buyers begin before what is measured of the chat, and end after it


def socket_rows(bench: Bench) -> list[Row]:
    """Everybody taps at once; there is enough for all, which is the most work."""
    child, port = bench.server("web-socket")
    taken = [_tap(bench, child.pid, port) for _ in range(bench.scale.rounds)]
    bench.stage.programs.stop(child)
    seconds = [float(figures["seconds"]) for figures in taken]
    return [
        ("socket_all_answered_s", rounded(statistics.median(seconds), 3), "at most 1, from the first tap on"),
        ("socket_p99_ms", rounded(statistics.median(figures["p99_ms"] for figures in taken), 1), ""),
        ("socket_unanswered", sum(f["taps"] - f["held"] - f["refused"] for f in taken), "0"),
        ("socket_refused", sum(figures["refused"] for figures in taken), "0"),
        ("socket_taps", sum(figures["taps"] for figures in taken), ""),
    ]


def _tap(bench: Bench, pid: int, port: int) -> dict[str, Any]:
    variant, drop = bench.open(ENDLESS, show=bench.stage.show)
    tickets = bench.tickets(drop, bench.scale.viewers, kind="socket")
    text = json.dumps({"t": "hold", "key": "KEY", "variant": variant, "drop": drop, "quantity": 1})
    door = replace(bench.stage.door([port]), cookies=tickets.file, tap=text)
    with gathered(bench.crowd, door, sockets=bench.scale.viewers) as crowd:
        crowd.joined()
        time.sleep(SETTLE_SECONDS)
        before = cpu_seconds_ever([pid, bench.postgres])
        figures = crowd.tap()
        deadline = time.monotonic() + PATIENCE
        while figures["held"] + figures["refused"] < figures["taps"] and time.monotonic() < deadline:
            time.sleep(0.02)
            figures = crowd.taps()
        cost = cpu_seconds_ever([pid, bench.postgres]) - before
    print(
        f"  {figures['taps']} taps: {figures['held']} held, {figures['refused']} refused in {figures['seconds']:.2f} s"
        f"   p50 {figures['p50_ms']:.0f}  p99 {figures['p99_ms']:.0f} ms   {cost:.2f} s of processor time",
        flush=True,
    )
    return figures


def both_rows(bench: Bench) -> list[Row]:
    """A room at twenty messages a second, and buyers at their rate, in one process."""
    scale = bench.scale
    child, port = bench.server("web-both")
    variant, drop = bench.open(ENDLESS)
    seconds = scale.both_seconds + 2 * LEAD_SECONDS
    requests = int(scale.both_rate * seconds)
    counter = bench.door(port, variant, drop, bench.tickets(drop, requests + CONNECTIONS))
    rush(bench.buyers, counter, connections=CONNECTIONS, requests=CONNECTIONS)  # warm
    stage = bench.stage
    with (
        poster(stage) as words,
        gathered(bench.crowd, stage.door([port]), sockets=scale.viewers) as crowd,
        ThreadPoolExecutor(1) as pool,
    ):
        crowd.joined()
        time.sleep(SETTLE_SECONDS)
        pids = [child.pid, bench.postgres, stage.redis.pid, stage.sequencer.pid]
        before = cpu_seconds_ever(pids)
        buying = pool.submit(
            rush, bench.buyers, counter, connections=CONNECTIONS, requests=requests, rate=float(scale.both_rate)
        )
        time.sleep(LEAD_SECONDS)
        count = int(CHAT_RATE * scale.both_seconds)
        crowd.mark(0)
        words.say(count, CHAT_RATE, 0)
        _wait(crowd, count)
        chat = crowd.sum(count - 1)
        bought: Rush = buying.result()
        cost = cpu_seconds_ever(pids) - before
    stage.programs.stop(child)
    print(
        f"  chat p50 {chat['p50_ms']:.1f}  p99 {chat['p99_ms']:.1f} ms, missing {chat['missing']}"
        f"   holds p50 {bought.p50_ms:.1f}  p99 {bought.p99_ms:.1f} ms, {bought.statuses} in {bought.seconds:.1f} s"
        f"   {cost / bought.seconds:.2f} cores",
        flush=True,
    )
    return [
        ("both_chat_p99_ms", rounded(chat["p99_ms"], 1), "at most 150, from before the commit"),
        ("both_hold_p99_ms", rounded(bought.p99_ms, 1), "at most 50, from when it was due"),
        ("both_holds_per_s", round(bought.rate), f"{scale.both_rate} asked for"),
        ("both_messages_lost", chat["missing"] + chat["repeated"], "0"),
        ("both_holds_unanswered", bought.sent - bought.held, "0"),
        ("both_cores", rounded(cost / bought.seconds), "server, PostgreSQL, Redis, sequencer"),
    ]


def _wait(crowd: Crowd, count: int) -> None:
    """Until everybody has got all, or the time for it is over."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        figures = crowd.count()
        if figures["messages"] >= count * figures["reading"]:
            return
        time.sleep(0.05)
