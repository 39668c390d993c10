"""The numbers that a show keeps: exact when it closes, whatever processes counted and died."""

import datetime as dt
import random
import uuid

import pytest

from kernel import clock
from kernel.eventlog.models import EventRecord
from streams.models import Counter, Show, ShowStatus, VisitRecord
from streams.services.audience import Visit, close_audiences, record_visits
from streams.services.schedule import cancel_show
from tenants.models import Brand
from tests.factories.streams import ACTOR, make_lobby, make_show_in

LENGTH = 3600


@pytest.fixture
def ended(in_aurora: Brand) -> Show:
    """A show of an hour that ended five minutes ago."""
    show = make_show_in(ShowStatus.ENDED)
    show.ended_at = clock.now() - dt.timedelta(minutes=5)
    show.started_at = show.ended_at - dt.timedelta(seconds=LENGTH)
    show.save(update_fields=["started_at", "ended_at"])
    return show


def visit(show: Show, watcher: str, came: float, left: float | None) -> Visit:
    """By seconds of the show."""
    assert show.started_at is not None
    start = show.started_at
    left_at = None if left is None else start + dt.timedelta(seconds=left)
    return Visit(uuid.uuid4(), watcher, start + dt.timedelta(seconds=came), left_at)


def numbers(show: Show) -> tuple[int | None, int]:
    close_audiences()
    show.refresh_from_db()
    return show.unique_viewers, show.peak_viewers


def by_hand(visits: list[Visit], show: Show) -> tuple[int, int]:
    """The oracle: looks at the crowd at each moment at which somebody came."""
    start, end = show.started_at, show.ended_at
    assert start is not None
    assert end is not None
    on_air = [
        (one.watcher, max(one.came_at, start), min(one.left_at or one.came_at, end))
        for one in visits
    ]  # fmt: skip
    on_air = [span for span in on_air if span[1] < span[2]]
    moments = [came for _, came, _ in on_air]
    crowds = [{watcher for watcher, came, left in on_air if came <= moment < left} for moment in moments]
    return len({watcher for watcher, _, _ in on_air}), max(map(len, crowds), default=0)


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_are_those_of_every_moment(ended: Show, seed: int) -> None:
    """Four processes, overlapping windows, visits that begin in the lobby or outlast the show."""
    chance = random.Random(seed)
    visits: list[Visit] = []
    for _ in range(300):
        came = chance.choice([chance.uniform(-600, LENGTH + 200), chance.randrange(0, LENGTH, 300)])
        stay = chance.choice([chance.uniform(0.1, 900), 300])
        visits.append(visit(ended, f"vwr_{chance.randrange(60)}", came, came + stay))
    for place in range(4):
        record_visits(show_id=ended.pk, process=f"web-{place}", visits=visits[place::4])
    unique, peak = by_hand(visits, ended)
    assert unique > 40
    assert peak > 5
    assert numbers(ended) == (unique, peak)
    told = EventRecord.objects.filter(type="audience.closed")
    assert [record.data for record in told] == [{"show_id": ended.public_id, "unique_viewers": unique, "peak": peak}]
    assert not VisitRecord.objects.exists()
    assert not Counter.objects.exists()
    record_visits(show_id=ended.pk, process="web-1", visits=visits)
    assert numbers(ended) == (unique, peak)
    assert not VisitRecord.objects.exists()


def test_a_visit_is_written_when_it_begins_and_again_when_it_ends(ended: Show) -> None:
    came = visit(ended, "vwr_a", 10, None)
    left = Visit(came.id, "vwr_a", came.came_at, came.came_at + dt.timedelta(seconds=5))
    for one in (came, left, left):
        record_visits(show_id=ended.pk, process="web-1", visits=[one])
    assert VisitRecord.objects.get().left_at == left.left_at


def test_what_a_killed_process_left_open_ends_with_its_last_word(ended: Show) -> None:
    assert ended.started_at is not None
    record_visits(show_id=ended.pk, process="dead", visits=[visit(ended, "vwr_a", 10, None)])
    Counter.objects.update(alive_at=ended.started_at + dt.timedelta(seconds=100))
    late, early = visit(ended, "vwr_b", 100, 200), visit(ended, "vwr_c", 50, 60)
    record_visits(show_id=ended.pk, process="alive", visits=[late, early])
    assert numbers(ended) == (3, 2)


def test_a_show_is_closed_once_its_processes_have_had_time_to_write(ended: Show) -> None:
    ended.ended_at = clock.now() - dt.timedelta(seconds=3)
    ended.save(update_fields=["ended_at"])
    record_visits(show_id=ended.pk, process="web-1", visits=[visit(ended, "vwr_a", 10, 20)])
    assert numbers(ended) == (None, 0)
    assert VisitRecord.objects.count() == 1


def test_a_show_that_nobody_counted_keeps_the_peak_it_has(ended: Show) -> None:
    ended.peak_viewers = 40
    ended.save(update_fields=["peak_viewers"])
    assert numbers(ended) == (None, 40)
    assert ended.audience_closed_at is not None
    assert not EventRecord.objects.filter(type="audience.closed").exists()


def test_visits_to_a_show_that_was_called_off_are_let_go(in_aurora: Brand) -> None:
    show = make_lobby()
    now = clock.now()
    record_visits(show_id=show.pk, process="web-1", visits=[Visit(uuid.uuid4(), "vwr_a", now, None)])
    close_audiences()
    assert VisitRecord.objects.count() == 1
    cancel_show(show_id=show.pk, actor=ACTOR)
    close_audiences()
    assert not VisitRecord.objects.exists()
    assert not Counter.objects.exists()
