"""Holds over HTTP: our route beside an ordinary Django view, and a drop that sells out.

Not here: the room's socket (taps) and what else goes on at the same time (both).
"""

import os
from collections.abc import Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from benchmarks.buyers.client import Counter, Rush, Tap, Tickets, rush
from benchmarks.buyers.loop import displaced
from benchmarks.cost import cpu_seconds_ever
from benchmarks.drop_rows.scale import CONNECTIONS, ENDLESS, Bench, Row, median, next_port, rounded
from benchmarks.peers.install import python_peers
from launch.child import Child

THREADS = 16
VIEW_TICKETS = 10_000  # a window's; the ordinary view sells fewer
WARM = 400


def http_rows(bench: Bench) -> list[Row]:
    """Our route and the ordinary view in turns, each one process, by two hundred connections."""
    variant, drop = bench.open(ENDLESS)
    child, port = bench.server("web-http")
    view, view_port = _ordinary_view(bench)
    windows = bench.scale.rounds
    doors = {
        "view": (view, _view_door(bench, view_port, drop, windows), VIEW_TICKETS),
        "ours": (child, bench.door(port, variant, drop, _tickets(bench, drop, windows)), bench.scale.tickets),
    }
    taken: dict[str, list[tuple[Rush, float]]] = {name: [] for name in doors}
    for _, counter, _ in doors.values():
        rush(bench.buyers, counter, connections=CONNECTIONS, requests=WARM)
    for number in range(windows):
        print(f"Round {number + 1} of {windows}", flush=True)
        for name, (server, counter, requests) in doors.items():
            pids = [server.pid, bench.postgres]
            before = cpu_seconds_ever(pids)
            got = rush(
                bench.buyers, counter, connections=CONNECTIONS, requests=requests, seconds=bench.scale.http_seconds
            )
            cost = (cpu_seconds_ever(pids) - before) / max(1, got.held) * 1e6
            taken[name].append((got, cost))
            print(f"  {name:<6} {_line(got)}   {cost:>6.0f} µs a hold", flush=True)
    bench.stage.programs.stop(child, view)
    ratios = [ours.rate / theirs.rate for (ours, _), (theirs, _) in zip(taken["ours"], taken["view"], strict=True)]
    return [
        ("http_ratio", rounded(median(ratios)), "at least 20, against an ordinary Django view"),
        ("http_p99_ms", rounded(median([got.p99_ms for got, _ in taken["ours"]])), "at most 60"),
        ("http_holds_per_s", round(median([got.rate for got, _ in taken["ours"]]) or 0), ""),
        ("http_cpu_us", round(median([cost for _, cost in taken["ours"]]) or 0), "a hold, server and PostgreSQL"),
        ("view_holds_per_s", round(median([got.rate for got, _ in taken["view"]]) or 0), ""),
        ("view_p99_ms", rounded(median([got.p99_ms for got, _ in taken["view"]])), ""),
        ("view_cpu_us", round(median([cost for _, cost in taken["view"]]) or 0), "a hold"),
        ("http_unanswered", sum(got.broken for got, _ in taken["ours"]), "0"),
    ]


def sellout_rows(bench: Bench) -> list[Row]:
    """Each buyer on a connection of their own, all open, all tapping at once."""
    scale = bench.scale
    child, port = bench.server("web-sellout")
    _warm(bench, port)
    variant, drop = bench.open(scale.sellout_units)
    tickets = bench.tickets(drop, scale.sellout_buyers)
    before = cpu_seconds_ever([child.pid, bench.postgres])
    got = rush(
        bench.buyers, bench.door(port, variant, drop, tickets), connections=scale.sellout_buyers,
        requests=scale.sellout_buyers, log=bench.folder / "sellout.log",
    )  # fmt: skip
    cost = cpu_seconds_ever([child.pid, bench.postgres]) - before
    print(f"  {_line(got)}   {cost:.2f} s of processor time", flush=True)
    truth = bench.clerk.do("count", variant=variant, drop=drop)
    bench.stage.programs.stop(child)
    unanswered = got.broken + sum(number for code, number in got.statuses.items() if code not in ("201", "409"))
    places = displaced(_arrivals(got.taps, truth["granted"]))
    return [
        ("sellout_s", rounded(got.seconds, 3), "at most 3, all answered"),
        ("sellout_sold", truth["held"] + truth["sold"], f"{scale.sellout_units}, of {scale.sellout_buyers} buyers"),
        ("sellout_told_held", got.held, "the same"),
        (
            "sellout_unanswered",
            unanswered,
            "0",
        ),
        ("sellout_sent_back", got.repeated, "told to ask again in a moment, and did"),
        ("sellout_faults", truth["faults"], "0, of the journal"),
        ("fifo_displacement", places["displaced_max"], "0: places that a winner stands from where it was sent"),
        ("fifo_passed_over", _passed_over(got.taps), "0: who was sent before the last winner and got nothing"),
        ("sellout_cpu_s", rounded(cost), "server and PostgreSQL"),
    ]


def _arrivals(taps: Sequence[Tap], granted: Sequence[str]) -> list[int]:
    """The numbers of the winners, in the order in which the log says that they were granted."""
    numbers = {tap.hold: tap.number for tap in taps if tap.status == 201}
    return [numbers[hold] for hold in granted if hold in numbers]


def _passed_over(taps: Sequence[Tap]) -> int:
    winners = [tap.number for tap in taps if tap.status == 201]
    last = max(winners, default=-1)
    return sum(1 for tap in taps if tap.number < last and tap.status == 409)


def _warm(bench: Bench, port: int) -> None:
    """A first drop, so that the process has seen one."""
    variant, drop = bench.open(WARM)
    rush(bench.buyers, bench.door(port, variant, drop, bench.tickets(drop, WARM)), connections=50, requests=WARM)


def _tickets(bench: Bench, drop: str, windows: int) -> Tickets:
    return bench.tickets(drop, bench.scale.tickets * windows + WARM)


def _view_door(bench: Bench, port: int, drop: str, windows: int) -> Counter:
    tickets = bench.tickets(drop, VIEW_TICKETS * windows + WARM, kind="cookie")
    return Counter(port, "/api/v1/holds/", "{}", bench.stage.host, tickets)


def _ordinary_view(bench: Bench) -> tuple[Child, int]:
    schema = bench.clerk.do("rivals", names=["view"], units=ENDLESS)["view"]
    signature = bench.clerk.do("signature")
    given = conninfo_to_dict(bench.stage.environment["DATABASE_URL"])
    port = next_port()
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment = {
        **inherited,
        "PEER_DATABASE": f"{given['host']}|{given['dbname']}|{given['user']}",
        "PEER_SCHEMA": schema,
        "PEER_SECRET": signature["secret"],
        "PEER_COOKIE": signature["cookie"],
        "PEER_SALT": signature["salt"],
        "PYTHONPATH": "",
    }
    command: list[str | Path] = [
        python_peers(), "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread",
        "--threads", str(THREADS), "--keep-alive", "60", "--backlog", "2048", "--log-level", "warning",
        "benchmarks.peers.ordinary_shop:application",
    ]  # fmt: skip
    return bench.listen("ordinary-view", command, port, environment), port


def _line(got: Rush) -> str:
    return (
        f"{got.rate:>7.0f} holds/s   p50 {got.p50_ms:>6.1f}  p99 {got.p99_ms:>6.1f}  max {got.max_ms:>6.1f} ms"
        f"   {got.statuses}  all after {got.seconds:.2f} s"
    )
