"""Kills one part after the other while buyers buy, by a seed, and counts.

Not here: how a part is killed and comes back (house).
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.storm.house import BEAT, SEQUENCERS, WORKER, House

AWAY = (0.2, 1.5)  # seconds that a program stays down
BACKEND_PAUSE = 1.5  # in which the server recovers and our programs find it again
REDIS_DOWN = 1.0
LONGEST_PAUSE = 20.0
_SHARES = {"web": 40, "pool": 25, "sequencer": 20, WORKER: 10, BEAT: 5}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is killed. Between two kills pass so many seconds in the mean, and buyers get so many good answers:
    what is killed is at work, also on a machine on which it comes back slowly."""

    processes: int
    backends: int
    redis: int
    pace: float = 1.5
    between: int = 6


@dataclass
class Toll:
    """What was killed, by kind."""

    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def processes(self) -> int:
        return sum(count for kind, count in self.kinds.items() if kind not in ("backend", "redis"))


def storm(house: House, plan: Plan, good_answers: Callable[[], int]) -> Toll:
    """Kill as planned, the kinds mixed by the house's seed. Everything runs again at the end."""
    rng, toll = house.rng, Toll()
    orders = ["process"] * plan.processes + ["backend"] * plan.backends + ["redis"] * plan.redis
    rng.shuffle(orders)
    for number, order in enumerate(orders):
        served = good_answers() + plan.between
        _pass(house, rng.uniform(0.5, 1.5) * plan.pace)
        _wait(house, lambda served=served: good_answers() >= served)  # type: ignore[misc]
        if order == "backend":
            _until(house, house.kill_backend)
            toll.kinds["backend"] += 1
            _pass(house, BACKEND_PAUSE)
        elif order == "redis":
            house.plant.kill_redis()
            _pass(house, REDIS_DOWN)
            house.plant.redis.start()
            toll.kinds["redis"] += 1
        else:
            toll.kinds[_kill_one(house)] += 1
        if number % 20 == 19:
            print(f"  {number + 1} of {len(orders)} kills", flush=True)
    house.revive_all()
    return toll


def _kill_one(house: House) -> str:
    """Kill one of our programs that is at work; its kind."""
    rng = house.rng
    while True:
        [kind] = rng.choices(list(_SHARES), weights=list(_SHARES.values()))
        if kind == "pool":
            if WORKER in house.parts and house.kill_pool_child():
                return kind
        else:
            names = {"web": [name for name in house.parts if name.startswith("web-")], "sequencer": SEQUENCERS}
            able = [name for name in names.get(kind, [kind]) if name in house.parts]
            if able:
                house.kill(rng.choice(able), away=rng.uniform(*AWAY))
                return kind
        _pass(house, 0.1)


def _until(house: House, done: Callable[[], bool]) -> None:
    """Try until it could be done."""
    while not done():
        _pass(house, 0.2)


def _wait(house: House, served: Callable[[], bool]) -> None:
    """Until buyers were served, or for as long as nobody would wait."""
    deadline = time.monotonic() + LONGEST_PAUSE
    while not served() and time.monotonic() < deadline:
        _pass(house, 0.1)


def _pass(house: House, seconds: float) -> None:
    """Let time go by, and look after what is to be started again."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        house.revive()
        time.sleep(min(0.1, left))
