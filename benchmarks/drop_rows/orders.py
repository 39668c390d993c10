"""Whole orders, ours beside django-oscar's: how many a second, and how many too many.

Not here: the two ways themselves (purchaser.py, peers/oscar_shop.py).
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from benchmarks.cost import cpu_seconds_ever
from benchmarks.drop_rows.scale import Bench, Row, Servant, median, next_port, rounded, serving
from benchmarks.peers.install import python_peers
from benchmarks.rig import own_database
from launch.child import Child
from launch.probes import answers_http

THREADS = 8

Race = dict[str, Any]


def order_rows(bench: Bench) -> list[Row]:
    """Two races in each round: units for a quarter of the buyers, then for all of them."""
    scale = bench.scale
    races: dict[str, list[Race]] = {name: [] for name in ("ours", "oscar", "ours_all", "oscar_all")}
    with _oscar(bench) as oscar, _ours(bench) as (ours, payments):
        for number in range(scale.rounds):
            print(f"Round {number + 1} of {scale.rounds}", flush=True)
            for name, units in (("", scale.race_units), ("_all", scale.race_buyers)):
                _take(races[f"oscar{name}"], "oscar", lambda u=units: oscar.ask(f"{u} {scale.race_buyers} {THREADS}"))
                variant, drop = bench.open(units)
                sizes = {"units": units, "buyers": scale.race_buyers, "threads": THREADS}
                order = json.dumps({"variant": variant, "drop": drop, **sizes})
                pids = [ours.pid, bench.postgres, payments.pid]
                _take(races[f"ours{name}"], "ours", lambda o=order: ours.ask(o), pids)
    alone = races["ours_all"], races["oscar_all"]
    speed, oscar_speed = (median([_speed(race) for race in taken]) for taken in alone)
    oscar_cpu = median([1000 * race["cpu"] / max(1, race["orders"]) for race in races["oscar_all"]])
    return [
        ("oscar_ratio", _ratio(races["ours"], races["oscar"]), "orders/s, same units and buyers, eight threads"),
        ("oscar_oversold", max(race["oversold"] for race in races["oscar"]), f"of {scale.race_units} units"),
        ("our_oversold", max(race["oversold"] for race in races["ours"]), "0"),
        ("full_orders_per_s", rounded(speed, 1), "held, paid, confirmed; units for all"),
        ("full_orders_ratio", _ratio(*alone), "at least 10, against oscar's, which are not paid"),
        ("oscar_orders_per_s", rounded(oscar_speed, 1), ""),
        ("full_order_cpu_ms", rounded(median([race["all_cpu"] for race in races["ours_all"]]), 1), "all processes"),
        ("oscar_order_cpu_ms", rounded(oscar_cpu, 1), "without PostgreSQL"),
        ("orders_failed", sum(race["failed"] for name in ("ours", "ours_all") for race in races[name]), "0, of ours"),
        ("oscar_failed", sum(race["failed"] for name in ("oscar", "oscar_all") for race in races[name]), ""),
    ]


def _take(races: list[Race], name: str, run: Any, pids: list[int] | None = None) -> None:
    before = cpu_seconds_ever(pids or [])
    race: Race = run()
    race["all_cpu"] = (cpu_seconds_ever(pids or []) - before) / max(1, race["orders"]) * 1000
    races.append(race)
    print(
        f"  {name:<6} {_speed(race):>6.1f} orders/s   {race['orders']} ordered, {race['refused']} refused,"
        f" {race['failed']} failed, {race['oversold']} too many",
        flush=True,
    )


def _speed(race: Mapping[str, Any]) -> float:
    return float(race["orders"] / race["seconds"])


def _ratio(ours: list[Race], theirs: list[Race]) -> float | None:
    return rounded(median([_speed(one) / _speed(other) for one, other in zip(ours, theirs, strict=True)]))


@contextlib.contextmanager
def _oscar(bench: Bench) -> Iterator[Servant]:
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with own_database(f"vitrine_oscar_{os.getpid()}") as address:
        given = conninfo_to_dict(address)
        environment = {
            **inherited,
            "PEER_DATABASE": f"{given['host']}|{given['dbname']}|{given['user']}",
            "PYTHONPATH": "",
        }
        with serving([python_peers(), "-m", "benchmarks.peers.oscar_shop"], environment) as oscar:
            yield oscar


@contextlib.contextmanager
def _ours(bench: Bench) -> Iterator[tuple[Servant, Child]]:
    """Our services, and the provider's server that they pay at."""
    bench.clerk.do("shipping")
    port = next_port()
    payments = f"http://127.0.0.1:{port}"
    command: list[str | Path] = [
        sys.executable, "-m", "sandbox.stripe", "--port", str(port), "--state", bench.folder / "stripe.db",
    ]  # fmt: skip
    sandbox = bench.listen("stripe", command, port, bench.stage.environment)
    assert answers_http(port, "/_sandbox/health")
    environment = {**bench.stage.environment, "STRIPE_API_BASE": payments, "STRIPE_SECRET_KEY": ""}
    with serving([sys.executable, "-m", "benchmarks.purchaser", bench.stage.schema], environment) as ours:
        yield ours, sandbox
    bench.stage.programs.stop(sandbox)
