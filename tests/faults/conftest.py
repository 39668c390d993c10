"""One running room for all fault tests: PostgreSQL, Redis, two sequencers, two socket processes.

Not here: the crowd and the judge (benchmarks/outages), which `./vitrine bench gaps` uses at full size.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.outages.crowd import Crowd, make_crowd
from benchmarks.outages.plant import House, Plant, running_plant
from benchmarks.outages.verdict import Verdict, judge, read_truth

AUTHORS, RATE = 40, 20.0  # as many as 20 lines a second need


@pytest.fixture(scope="session")
def plant() -> Iterator[Plant]:
    with tempfile.TemporaryDirectory(prefix="vitrine-faults-") as folder, running_plant(Path(folder)) as running:
        running.start_web()
        running.start_web()
        yield running


@pytest.fixture(scope="session")
def house(plant: Plant) -> House:
    [house] = plant.prepare("alpha", viewers=AUTHORS)
    return house


@pytest.fixture
def crowd(plant: Plant, house: House, request: pytest.FixtureRequest) -> Crowd:
    """A hundred viewers, forty of whom write; the seed is the test's name."""
    return make_crowd(plant.venue(house), 100, house.cookies, seed=sum(request.node.name.encode()))


def verdict_of(plant: Plant, house: House, crowd: Crowd) -> Verdict:
    return judge(crowd, read_truth(plant.postgres.url, house.schema, house.topic))
