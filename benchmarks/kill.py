"""`./vitrine bench kill`: what was promised is kept, whatever is killed.

Buyers hold, let go, forget, order and pay over several web processes, staff gives money back, holds run out; all
the while web processes, the worker and its children, sequencers and beat end by kill -9, PostgreSQL loses a
process (and with it all connections) again and again, Redis is killed and comes back empty. Then a judge holds
what buyers were told, and nothing else, against PostgreSQL and the payment provider's own books.

The five or ten minutes of a deadline are shortened: the clock-hand moves deadlines of forgotten holds to now.
"""

import argparse
import json
import os
import random
import shlex
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.report import machine, tell
from benchmarks.storm.house import House, running_house
from benchmarks.storm.killer import Plan, Toll, storm
from benchmarks.storm.ledger import Ledger
from benchmarks.storm.shopper import Shopper
from benchmarks.storm.truth import read_truth
from benchmarks.storm.verdict import Verdict, judge
from kernel import clock
from launch.paths import ROOT

SHOPPERS, VIEWERS_EACH = 32, 100
FORGOTTEN_SECONDS = 4
TARGETS = {
    "violations": "0: stock, caps, oversold, money to the cent",
    "lost_holds": "0",
    "lost_orders": "0",
    "lost_events": "0",
    "double_charges": "0",
    "kills": "at least 120, of our processes",
    "backend_kills": "at least 25, of PostgreSQL's",
}


@dataclass(frozen=True)
class Scale:
    plan: Plan
    webs: int
    drops: int
    units: int


FULL = Scale(Plan(processes=125, backends=26, redis=6), webs=3, drops=20, units=40)
QUICK = Scale(Plan(processes=8, backends=2, redis=1), webs=2, drops=4, units=15)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./vitrine bench kill")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--quick", action="store_true", help="about ten kills: to try the benchmark itself")
    parser.add_argument("--save", action="store_true", help="keep the figures in benchmarks/results")
    parser.add_argument("--seed", type=int, default=20, help="of who is killed when, and of what buyers do")
    options = parser.parse_args()
    scale = QUICK if options.quick else FULL
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vitrine-kill-") as folder:
        ledger, toll, verdict = run(Path(folder), scale, options.seed)
    for name, said in vars(verdict).items():
        for sentence in said[:10]:
            print(f"  {name}: {sentence}", flush=True)
    figures: dict[str, Any] = {
        **verdict.figures(),
        "kills": toll.processes,
        "backend_kills": toll.kinds["backend"],
        "redis_kills": toll.kinds["redis"],
        **{f"killed_{kind}": count for kind, count in sorted(toll.kinds.items()) if kind not in ("backend", "redis")},
        **{f"told_{name}": count for name, count in ledger.counts().items()},
    }
    extra = {
        "command": shlex.join(["./vitrine", "bench", "kill", *sys.argv[1:]]),
        "seed": options.seed,
        "seconds": round(time.monotonic() - began),
        "load": round(os.getloadavg()[2], 1),
    }
    rows = [(key, figure, TARGETS.get(key, "")) for key, figure in figures.items()]
    tell("A shop under fire", rows, as_json=options.json, extra=extra)
    if options.save:
        _save(figures, extra)
    return 0 if verdict.clean else 1


def run(folder: Path, scale: Scale, seed: int) -> tuple[Ledger, Toll, Verdict]:
    """One storm and its verdict."""
    viewers = SHOPPERS * VIEWERS_EACH
    with running_house(
        folder, webs=scale.webs, drops=scale.drops, units=scale.units, viewers=viewers, seed=seed
    ) as house:
        print(f"Killing {scale.plan.processes} processes and {scale.plan.backends} of PostgreSQL's", flush=True)
        ledger = Ledger()
        toll = under_fire(house, ledger, scale.plan, seed)
        print(f"Judging {ledger.counts()}; answers were {dict(ledger.answers.most_common())}", flush=True)
        return ledger, toll, verdict_of(house, ledger)


def under_fire(house: House, ledger: Ledger, plan: Plan, seed: int) -> Toll:
    """Let buyers buy while parts are killed, and finish what they began. Raises RuntimeError when one of them fails
    by itself: then nothing was proven."""
    people = house.shop.viewers
    shoppers = [
        Shopper(house.shop, ledger, random.Random(seed * 1000 + number), people[number::SHOPPERS])
        for number in range(SHOPPERS)
    ]
    ended = threading.Event()
    hand = threading.Thread(target=_clock_hand, args=(house, ended), daemon=True)
    for thread in (*shoppers, hand):
        thread.start()
    toll = storm(house, plan, lambda: ledger.good)
    for shopper in shoppers:
        shopper.end()
    while any(shopper.is_alive() for shopper in shoppers):
        house.revive()
        time.sleep(0.1)
    ended.set()
    hand.join()
    problems = [shopper.problem for shopper in shoppers if shopper.problem]
    if problems:
        raise RuntimeError(f"{len(problems)} buyers failed; the first because of {problems[0]!r}") from problems[0]
    return toll


def verdict_of(house: House, ledger: Ledger) -> Verdict:
    """Settle what is open, then judge."""
    settled = house.settle()
    print(f"Settled; still open {settled['open']} {settled['why']}", flush=True)
    faults = int(str(settled["faults"]))
    truth = read_truth(house.plant.postgres.url, house.shop.schema, house.shop.payments_port, faults=faults)
    return judge(ledger, truth)


def _clock_hand(house: House, ended: threading.Event) -> None:
    """Let what was forgotten be over soon: holds that nobody pays for, made some seconds ago."""
    query = (
        f"UPDATE \"{house.shop.schema}\".checkout_hold SET expires_at = now() WHERE status = 'active'"
        " AND order_id IS NULL AND expires_at > now() AND created_at < now() - make_interval(secs => %s)"
    )
    while not ended.wait(1.0):
        with suppress(psycopg.Error), psycopg.connect(house.plant.postgres.url, connect_timeout=5) as connection:
            connection.execute(query, [FORGOTTEN_SECONDS])


def _save(figures: dict[str, Any], extra: dict[str, Any]) -> None:
    moment = clock.isoformat(clock.now())
    file = ROOT / "benchmarks" / "results" / f"{moment[:10]}-kill.json"
    file.write_text(json.dumps({**figures, "at": moment, "machine": machine(), **extra}, indent=2) + "\n")
    print(f"Kept in {file.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
