"""`./vitrine bench gaps`: never a silent gap.

A thousand sockets cut at random for 1–60 s while 20 lines a second are said; kill -9 of each part, ten
times; a socket process replaced; a brand beside one that talks ten times as much. Every acknowledged line
must be at every viewer exactly once and in order, live or resumed, or its gap must have been told.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.outages.crowd import Crowd, eventually, make_crowd, talking
from benchmarks.outages.kills import PARTS
from benchmarks.outages.plant import House, Plant, running_plant
from benchmarks.outages.verdict import judge, read_truth
from benchmarks.report import percentile, tell

RATE, AUTHORS = 20.0, 40  # lines a second, and who says them
SHARE, TIMES = 5.0, 10  # a quiet brand's lines a second, and how much more the loud one says
DRAIN_SECONDS = 30


Step = Callable[["Evening"], Coroutine[Any, Any, None]]


@dataclass
class Evening:
    """The plant, its houses, how much is asked of them, and the figures so far."""

    plant: Plant
    houses: list[House]
    options: argparse.Namespace
    figures: dict[str, Any] = field(default_factory=dict)

    def crowd(self, size: int, *, house: int = 0, authors: int = AUTHORS) -> Crowd:
        own = self.houses[house]
        return make_crowd(self.plant.venue(own), size, own.cookies[:authors], seed=self.options.seed)

    def judge(self, part: str, crowd: Crowd, *, house: int = 0) -> None:
        """Hold the crowd's notes against the log; the figures are kept under the part's name."""
        own = self.houses[house]
        verdict = judge(crowd, read_truth(self.plant.postgres.url, own.schema, own.topic))
        for fault in verdict.faults[:5]:
            print(f"  {part}: {fault}", flush=True)
        self.figures |= {
            f"{part}_acked": verdict.acked,
            f"{part}_lost": verdict.lost + verdict.failed_yet_there + verdict.unknown,
            f"{part}_doubled": verdict.doubled,
            f"{part}_faults": len(verdict.faults),
            f"{part}_gaps_told": verdict.gaps,
        }


def main() -> int:
    parser = argparse.ArgumentParser(prog="./vitrine bench gaps")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--viewers", type=int, default=1000, help="sockets that are cut (1000)")
    parser.add_argument("--longest", type=float, default=60.0, help="seconds of the longest cut (60)")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long sockets are cut (120)")
    parser.add_argument("--rounds", type=int, default=10, help="kills of each part (10)")
    parser.add_argument("--seed", type=int, default=20, help="of the cuts")
    parser.add_argument("--only", default="", help=f"one part: {', '.join([*PARTS, *OTHERS])}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitrine-gaps-") as folder, running_plant(Path(folder)) as plant:
        houses = plant.prepare("quiet", "loud", viewers=int(TIMES * SHARE * 2))
        plant.start_web()
        plant.start_web()
        evening = Evening(plant, houses, options)
        steps: dict[str, Step] = {**{part: partial(kills, part=part) for part in PARTS}, **OTHERS}
        for name, step in steps.items():
            if options.only in ("", name):
                asyncio.run(step(evening))
    tell(
        "Never a silent gap", list(_rows(evening.figures, options)), as_json=options.json, extra={"seed": options.seed}
    )
    return 0


async def cuts(evening: Evening) -> None:
    """Sockets are cut all the time, each about once in as long as the longest cut."""
    options = evening.options
    print(f"Cutting {options.viewers} sockets for {options.seconds:.0f} s", flush=True)
    crowd = evening.crowd(options.viewers)
    async with talking(crowd, RATE):
        number = await crowd.be_cut(options.seconds, longest=options.longest, each=options.longest)
    evening.judge("cuts", crowd)
    evening.figures["cuts_made"] = number


async def kills(evening: Evening, part: str) -> None:
    """One part, killed and brought back, again and again during one show."""
    print(f"Killing {part} {evening.options.rounds} times", flush=True)
    crowd = evening.crowd(min(200, evening.options.viewers))
    resumed: list[float] = []
    takeovers: list[float] = []
    async with talking(crowd, RATE):
        for _ in range(evening.options.rounds):
            await asyncio.sleep(1)
            outage = await PARTS[part](evening.plant, crowd)
            resumed += outage.resumed
            takeovers.append(outage.takeover)
    evening.judge(part, crowd)
    evening.figures |= {
        f"{part}_resume_p95_s": round(max(0.0, percentile(resumed, 0.95)), 2),
        f"{part}_takeover_s": round(max(takeovers), 2),
    }


async def deploy(evening: Evening) -> None:
    """A socket process with all viewers on it is asked to end; they go to the other one."""
    print("Replacing a socket process", flush=True)
    plant, [stays, *_] = evening.plant, evening.plant.ports
    leaves = plant.start_web(VITRINE_DRAIN_SECONDS=str(DRAIN_SECONDS))
    child = plant.children[f"web-{leaves}"]
    crowd = evening.crowd(min(200, evening.options.viewers))
    for visitor in crowd.visitors:
        visitor.venue = plant.venue(evening.houses[0], [leaves])
    async with talking(crowd, RATE):
        await asyncio.sleep(2)
        for visitor in crowd.visitors:
            visitor.venue = plant.venue(evening.houses[0], [stays])
        asked = time.monotonic()
        child.ask_to_end()
        await eventually(lambda: all(one.present and one.port == stays for one in crowd.visitors), 60)
        evening.figures["deploy_resumed_s"] = round(time.monotonic() - asked, 1)
        await eventually(lambda: child.exit_code() is not None, 60)
    plant.kill(f"web-{leaves}")
    plant.ports.remove(leaves)
    evening.judge("deploy", crowd)


async def neighbours(evening: Evening) -> None:
    """The quiet brand alone and beside the loud one, in turns of ten seconds."""
    print("Talking ten times as much next door", flush=True)
    quiet = evening.crowd(50, authors=int(SHARE * 2) + 2)
    loud = evening.crowd(int(TIMES * SHARE * 2), house=1, authors=int(TIMES * SHARE * 2))
    delays: dict[bool, list[float]] = {False: [], True: []}
    async with talking(quiet, SHARE):
        await loud.join()
        for is_loud in (False, True) * 3:
            talk = asyncio.create_task(loud.talk(SHARE * TIMES)) if is_loud else None
            await asyncio.sleep(1)
            since = time.monotonic()
            await asyncio.sleep(10)
            if talk is not None:
                talk.cancel()
            delays[is_loud] += [
                arrived - said for visitor in quiet.visitors for said, arrived in visitor.heard if said >= since
            ]
        await loud.settle()
    await loud.leave()
    evening.judge("neighbours", quiet)
    alone, beside = (percentile(delays[is_loud], 0.95) for is_loud in (False, True))
    evening.figures |= {
        "quiet_p95_ms": round(alone * 1000, 1),
        "beside_loud_p95_ms": round(beside * 1000, 1),
        "noisy_ratio": round(beside / alone, 2),
    }


OTHERS: dict[str, Step] = {"deploy": deploy, "neighbours": neighbours, "cuts": cuts}


def _rows(figures: Mapping[str, Any], options: argparse.Namespace) -> list[tuple[str, Any, str]]:
    targets = {
        "lost": "0", "doubled": "0", "faults": "0: order, holes, silence",
        "resume_p95_s": "at most 3, after it is back", "gaps_told": "explicit ones, with a snapshot",
    }  # fmt: skip
    own = {
        "sequencer_takeover_s": "at most 2",
        "deploy_resumed_s": "at most 45",
        "noisy_ratio": "at most 1.2",
        "cuts_made": f"for 1–{options.longest:.0f} s, of {options.viewers} sockets",
    }
    return [(key, figure, own.get(key) or targets.get(key.partition("_")[2], "")) for key, figure in figures.items()]


if __name__ == "__main__":
    raise SystemExit(main())
