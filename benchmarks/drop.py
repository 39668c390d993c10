"""`./vitrine bench drop`: one hot thing, everybody wants it, and what that costs beside honest peers in the same run.

**Every way does the same work**: the count of stock, the hold's row, its event in the log, its idempotency record,
committed durably. Ours does more (the drop's own count, the caps, the journal that stock is proven by); the
others' tables are copies of ours with the same columns and indexes, without our triggers and foreign keys. The
peers have no ORM and as many connections as they are fastest with.

**The strategies** share one process each with two hundred buyers and take turns within a round, so that what
disturbs the machine disturbs all; ratios are medians of the rounds' own ratios. The sequencer waits meanwhile,
since nobody orders the peers' events. **Over HTTP** the buyers are a program in C on keep-alive connections;
our route and an ordinary Django view (gunicorn, sixteen threads, pooled connections) are one process each, and
the sequencer is at work. **Both at once** puts a crowd that chats and buyers at a fixed rate on one process; a
hold is timed from the moment at which it was due.

**django-oscar** places its order by its own classes (basket, availability, order creator) with eight threads, in
its own environment and database; ours holds, places the order, pays it at the sandbox's server and confirms it.
"""

import argparse
import contextlib
import json
import os
import resource
import shlex
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.buyers.client import SOURCE as BUYERS
from benchmarks.crowd.client import SOURCE as CROWD
from benchmarks.crowd.client import NoCompiler, compile_c
from benchmarks.drop_rows.crowded import both_rows, socket_rows
from benchmarks.drop_rows.doors import http_rows, sellout_rows
from benchmarks.drop_rows.orders import order_rows
from benchmarks.drop_rows.scale import FULL, QUICK, Bench, Row, Scale, first_process, serving
from benchmarks.drop_rows.strategies import strategy_rows
from benchmarks.report import machine, tell
from benchmarks.stage import running_stage
from kernel import clock
from launch.paths import ROOT

PARTS: dict[str, Callable[[Bench], list[Row]]] = {
    "strategies": strategy_rows,
    "http": http_rows,
    "sellout": sellout_rows,
    "socket": socket_rows,
    "both": both_rows,
    "orders": order_rows,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./vitrine bench drop")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--quick", action="store_true", help="small crowds, one round: to try the benchmark itself")
    parser.add_argument("--save", action="store_true", help="keep the figures in benchmarks/results")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="some of the parts")
    options = parser.parse_args()
    scale = QUICK if options.quick else FULL
    began = time.monotonic()
    _raise_file_limit()
    with tempfile.TemporaryDirectory(prefix="vitrine-drop-") as folder:
        try:
            programs = [compile_c(source, Path(folder)) for source in (BUYERS, CROWD)]
        except NoCompiler as problem:
            print(f"NOTHING IS MEASURED. {problem}", file=sys.stderr)
            return 1
        with _bench(Path(folder), programs, scale) as bench:
            rows = _rows(bench, options.only)
    extra = {
        "command": shlex.join(["./vitrine", "bench", "drop", *sys.argv[1:]]),
        "rounds": scale.rounds,
        "seconds": round(time.monotonic() - began),
        "load": round(os.getloadavg()[2], 1),  # of the quarter of an hour: what else went on
    }
    rows = [row for row in rows if row[1] is not None]
    tell("One hot thing", rows, as_json=options.json, extra=extra)
    if options.save:
        _save(rows, extra)
    return 0


@contextlib.contextmanager
def _bench(folder: Path, programs: list[Path], scale: Scale) -> Iterator[Bench]:
    print("Starting PostgreSQL's guests", flush=True)
    with running_stage(folder, "drop") as stage:
        command = [sys.executable, "-m", "benchmarks.clerk", stage.schema]
        with serving(command, stage.environment) as clerk:
            postgres = first_process(stage.environment["DATABASE_URL"])
            yield Bench(stage, scale, clerk, programs[0], programs[1], postgres)


def _rows(bench: Bench, only: list[str]) -> list[Row]:
    rows: list[Row] = []
    for name, part in PARTS.items():
        if name not in only:
            continue
        print(f"\n{name}", flush=True)
        try:
            rows += part(bench)
        except Exception:  # what the other parts found is worth telling all the same
            traceback.print_exc()
            print(f"\nLEFT OUT: {name}, which failed.\n", flush=True)
            rows.append((f"{name}_failed", True, "see above"))
    return rows


def _raise_file_limit() -> None:
    """As many sockets as this machine allows, for what is started from here on."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _save(rows: list[Row], extra: dict[str, object]) -> None:
    moment = clock.isoformat(clock.now())
    file = ROOT / "benchmarks" / "results" / f"{moment[:10]}-drop.json"
    figures = {key: figure for key, figure, _ in rows}
    file.write_text(json.dumps({**figures, "at": moment, "machine": machine(), **extra}, indent=2) + "\n")
    print(f"Kept in {file.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
