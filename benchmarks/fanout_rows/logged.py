"""The way of a chat line through the log: posted, durable, ordered, published, framed.

Not here: fanning it out to many.
"""

import json
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import cpu_seconds
from benchmarks.crowd.client import gathered
from benchmarks.fanout_rows.scale import Bench, Row
from benchmarks.ours import poster
from benchmarks.publishing import Publisher
from benchmarks.report import percentile
from benchmarks.stage import Stage, own_redis

VIEWERS = 10
FLAT_OUT = 0.0
PACES = (FLAT_OUT, 6000.0, 4500.0, 3000.0, 2000.0, 1000.0)
WANTED_RATE = 3000.0
PATIENCE_SECONDS = 60.0
_NUMBER = re.compile(rb"@T\d{19}#(\d{8})")


class Ear(threading.Thread):
    """Notes when the sequencer's messages come out of Redis, by the numbers in them."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(daemon=True)
        self.heard: dict[int, int] = {}
        self._listening = own_redis(stage).pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        self._listening.psubscribe(f"*log:{stage.schema}:show:*")
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            message = self._listening.get_message(timeout=0.2)
            if message:
                moment = time.monotonic_ns()
                for number in _NUMBER.findall(message["data"]):
                    self.heard.setdefault(int(number), moment)

    def stop(self) -> None:
        self._over.set()
        self.join()
        self._listening.close()


@dataclass(frozen=True)
class Passage:
    """How lines went through at one pace. `whole`: every viewer got every line."""

    per_second: float
    sequencer: float
    whole: bool


def log_rows(bench: Bench) -> list[Row]:
    """The highest pace at which lines go all the way and no viewer falls behind; then a steady 3,000 a
    second, and how late they were ordered."""
    commits = bench.stage.programs.folder / "commits.json"
    with poster(bench.stage, str(commits)) as words:
        for pace in PACES:
            passage = _pass_through(bench, words, pace)
            if passage.whole:
                break
    return [
        ("log_messages_per_s", round(passage.per_second) if passage.whole else None, "at least 3000, posted to framed"),
        ("log_flat_out", pace == FLAT_OUT, "whether all of that came as fast as it could be posted"),
        ("sequencer_us_per_message", round(passage.sequencer * 1e6), "its processor time"),
        *_sequencer_rows(bench, commits),
    ]


def _pass_through(bench: Bench, words: Publisher, pace: float) -> Passage:
    """Too much for a viewer ends the viewer, by the room's own bound: then a lower pace has to be tried."""
    lines, room = bench.scale.lines, bench.uvicorn
    with gathered(bench.crowd, room.door, sockets=VIEWERS) as crowd:
        crowd.joined()
        time.sleep(0.5)
        first = room.numbers(lines)
        crowd.mark(first)
        ordering, began = cpu_seconds([bench.stage.sequencer.pid]), time.monotonic()
        words.begin(lines, pace, first)
        while time.monotonic() - began < PATIENCE_SECONDS:
            figures = crowd.count()
            if figures["messages"] >= lines * VIEWERS or figures["closed"]:
                break
            time.sleep(0.02)
        seconds = time.monotonic() - began
        words.read()
        figures = crowd.sum(first + lines - 1)
    ordering = cpu_seconds([bench.stage.sequencer.pid]) - ordering
    whole = not (figures["missing"] or figures["repeated"])
    said = f"{pace:.0f}/s" if pace else "flat out"
    print(f"  {lines} lines, {said}: {'all framed' if whole else 'not all framed'} after {seconds:.1f} s", flush=True)
    return Passage(lines / seconds, ordering / lines, whole)


def _sequencer_rows(bench: Bench, commits: Path) -> list[Row]:
    """From the commit of a line to its message on Redis, while 3,000 a second are posted."""
    ear = Ear(bench.stage)
    ear.start()
    count = int(WANTED_RATE * bench.scale.seconds)
    with poster(bench.stage, str(commits)) as words:
        first = bench.uvicorn.numbers(count)
        took = words.say(count, WANTED_RATE, first)["seconds"]
        deadline = time.monotonic() + 20
        while len(ear.heard) < count and time.monotonic() < deadline:
            time.sleep(0.05)
    ear.stop()
    committed: list[tuple[int, int]] = json.loads(commits.read_text())
    delays = [(ear.heard[number] - moment) / 1e6 for number, moment in committed if number in ear.heard]
    print(f"  {len(delays)} of {count} ordered and heard, posted in {took:.1f} s", flush=True)
    return [
        ("sequencer_p99_ms", round(percentile(delays, 0.99), 1) if delays else None, "at most 50, at 3,000/s"),
        ("sequencer_p50_ms", round(percentile(delays, 0.5), 1) if delays else None, ""),
    ]
