"""The way of a chat line through the log: posted, durable, ordered, published, framed.

Not here: fanning it out to many.
"""

import json
import re
import threading
import time
from pathlib import Path

from benchmarks.cost import cpu_seconds
from benchmarks.crowd.client import gathered
from benchmarks.fanout_rows.scale import Bench, Row
from benchmarks.ours import poster
from benchmarks.report import percentile
from benchmarks.stage import Stage, own_redis

VIEWERS = 10
WANTED_RATE = 3000.0
PATIENCE_SECONDS = 120.0
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


def log_rows(bench: Bench) -> list[Row]:
    """As many lines as go through at once; then a steady 3,000 a second, and how late they were ordered."""
    commits = bench.stage.programs.folder / "commits.json"
    lines, room = bench.scale.lines, bench.uvicorn
    with gathered(bench.crowd, room.door, sockets=VIEWERS) as crowd, poster(bench.stage, str(commits)) as words:
        crowd.joined()
        time.sleep(0.5)
        first = room.numbers(lines)
        crowd.mark(first)
        ordering, began = cpu_seconds([bench.stage.sequencer.pid]), time.monotonic()
        words.begin(lines, 0, first)
        while crowd.count()["messages"] < lines * VIEWERS and time.monotonic() - began < PATIENCE_SECONDS:
            time.sleep(0.02)
        seconds = time.monotonic() - began
        ordering = cpu_seconds([bench.stage.sequencer.pid]) - ordering
        words.read()
        figures = crowd.end(first + lines - 1)
    framed = figures["messages"] / VIEWERS
    print(f"  {framed:.0f} of {lines} lines framed in {seconds:.1f} s, missing {figures['missing']}", flush=True)
    return [
        ("log_messages_per_s", round(framed / seconds), "at least 3000, posted to framed"),
        ("log_lost", figures["missing"] + figures["repeated"], "0"),
        ("sequencer_us_per_message", round(ordering / lines * 1e6), "its processor time"),
        *_sequencer_rows(bench, commits),
    ]


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
