"""`./vitrine bench fanout`: what the room costs and how late it is, beside its honest peers in the same run.

**What is measured is what runs.** Our side is the real application: the real consumer for a real show of
a real brand, in a database of its own, behind uvicorn as production starts it and behind Daphne as the
demo does. No message is put on Redis by the benchmark: each is a chat line, posted by the batch writer,
committed, ordered by the sequencer process, published by it, heard by the room, framed, and written to
each viewer. So our delays include a commit to disk and the sequencer, which the peers do not have; they
begin at the publish. Half of our viewers carry a cookie and have a name; the peers know nobody.

**What is counted.** A crowd written in C (crowd/) joins like browsers, checks that every viewer who reads
got every message once and in order, and takes the time from a stamp in the message. The cost is the
processor time of the server's processes and of Redis; not of the crowd, nor of those who speak: the
publisher, and on our side the writer's commit and the sequencer, which cost per message and not per
viewer, and have rows of their own. Every peer is given the very text that our viewers get, and
subscribes to the same Redis; bare C has no Redis and hears datagrams.

**A delivery is one frame written to one viewer**, when we compare at 3 and at 20 messages a second: where
our room happens to put two messages into one frame that is no merit there. At 100 messages a second
gathering is the point, so there *messages* are counted and our room is told to tick each 100 ms. The layers
of channels-redis are compared at 3 messages a second, the most that the core layer holds; what is left of
it at 20 is told beside it. Ratios are the median of the rounds' own ratios: the rooms take turns
within a round, so that a noisy machine is noisy for all.

**The peers** are what their authors would run: channels-redis with enough capacity and connections;
socket.io with WebSocket alone and its Redis adapter; Node `ws` and picows with one prebuilt frame for all;
a C program that does nothing but `send`. What that program reaches against socket.io is told as
`…_limit_ratio`: no server on this machine can do better.
"""

import argparse
import contextlib
import json
import resource
import shlex
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.crowd.client import SOURCE, NoCompiler, compile_c
from benchmarks.fanout_rows.compared import batched_rows, chat_rows, slow_rows, start_peers
from benchmarks.fanout_rows.deflated import deflate_rows
from benchmarks.fanout_rows.endured import lost_row, stalled_rows
from benchmarks.fanout_rows.joined import many_rows, storm_rows, viewer_rows
from benchmarks.fanout_rows.logged import log_rows
from benchmarks.fanout_rows.scale import FULL, QUICK, Bench, Row, Scale
from benchmarks.ours import our_room, poster, write_frame
from benchmarks.peers.programs import peers_on
from benchmarks.report import machine, tell
from benchmarks.room import Room
from benchmarks.stage import running_stage
from kernel import clock
from launch.paths import ROOT

PARTS = ("layers", "chat", "batched", "stalled", "joins", "log", "many", "deflate")
SPARE_FILES = 500


def main() -> int:
    parser = argparse.ArgumentParser(prog="./vitrine bench fanout")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--quick", action="store_true", help="small crowds, one round: to try the benchmark itself")
    parser.add_argument("--save", action="store_true", help="keep the figures in benchmarks/results")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the parts")
    options = parser.parse_args()
    scale = QUICK if options.quick else FULL
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vitrine-fanout-") as folder:
        try:
            crowd = compile_c(SOURCE, Path(folder))
        except NoCompiler as problem:
            print(f"NOTHING IS MEASURED. {problem}", file=sys.stderr)
            return 1
        files = _raise_file_limit()
        with _bench(Path(folder), crowd, scale) as (bench, peers):
            rows = _rows(bench, peers, options.only, files)
    extra = {
        "command": shlex.join(["./vitrine", "bench", "fanout", *sys.argv[1:]]),
        "viewers": scale.viewers,
        "rounds": scale.rounds,
        "seconds": round(time.monotonic() - began),
    }
    rows = [row for row in rows if row[1] is not None]
    tell("The room, 1,000 viewers unless said", rows, as_json=options.json, extra=extra)
    if options.save:
        _save(rows, extra)
    return 0


@contextlib.contextmanager
def _bench(folder: Path, crowd: Path, scale: Scale) -> Iterator[tuple[Bench, dict[str, Room]]]:
    """Our room behind both servers, and every peer that can run here."""
    print("Starting our room and its peers", flush=True)
    with running_stage(folder) as stage, poster(stage) as words:
        uvicorn = our_room(stage, "ours, uvicorn", stage.uvicorn("uvicorn"), words)
        daphne = our_room(stage, "ours, Daphne", stage.daphne("daphne"), words)
        write_frame(uvicorn, folder / "frame")
        with peers_on(stage, folder / "frame") as peers:
            yield Bench(stage, crowd, scale, uvicorn, daphne), start_peers(peers)


def _rows(bench: Bench, peers: dict[str, Room], only: list[str], files: int) -> list[Row]:
    parts: dict[str, Callable[[], list[Row]]] = {
        "layers": lambda: slow_rows(bench, peers),
        "chat": lambda: chat_rows(bench, peers),
        "batched": lambda: batched_rows(bench, peers),
        "stalled": lambda: stalled_rows(bench),
        "joins": lambda: [*storm_rows(bench), *viewer_rows(bench)],
        "log": lambda: log_rows(bench),
        "many": lambda: many_rows(bench),
        "deflate": lambda: deflate_rows(bench),
    }
    rows: list[Row] = []
    for name, part in parts.items():
        if name not in only:
            continue
        if name == "many" and files < bench.scale.many + SPARE_FILES:
            print(f"\nLEFT OUT: {bench.scale.many} viewers. A process may open {files} files here.\n", flush=True)
            continue
        print(f"\n{name}", flush=True)
        try:
            rows += part()
        except Exception:  # what the other parts found is worth telling all the same
            traceback.print_exc()
            print(f"\nLEFT OUT: {name}, which failed.\n", flush=True)
            rows.append((f"{name}_failed", True, "see above"))
    return [*rows, lost_row(bench)]


def _raise_file_limit() -> int:
    """As many sockets as this machine allows, for what is started from here on. Returns how many."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def _save(rows: list[Row], extra: dict[str, object]) -> None:
    moment = clock.isoformat(clock.now())
    file = ROOT / "benchmarks" / "results" / f"{moment[:10]}-fanout.json"
    figures = {key: figure for key, figure, _ in rows}
    file.write_text(json.dumps({**figures, "at": moment, "machine": machine(), **extra}, indent=2) + "\n")
    print(f"Kept in {file.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
