"""Who counts as a viewer and for how long, held against an oracle that looks at every moment by itself."""

import datetime as dt
import random
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from chat import presence
from chat.attendance import COUNTS_AFTER, IDLE_AFTER, Attendance
from chat.people import Person
from chat.presence import Share
from chat.watchers import is_bot, watcher_of
from kernel.redis import client, subscriber
from streams.services.audience import Visit

START = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def seconds(moment: dt.datetime) -> float:
    return (moment - START).total_seconds()


def visits(attendance: Attendance) -> list[tuple[str, float, float | None]]:
    return [
        (visit.watcher, seconds(visit.came_at), seconds(visit.left_at) if visit.left_at else None)
        for visit in attendance.take_visits()
    ]


def test_three_seconds_count_and_less_does_not() -> None:
    attendance = Attendance()
    attendance.come("vwr_a", at(0))
    attendance.come("vwr_b", at(1))
    attendance.beat(at(2.9))
    assert attendance.present == set()
    attendance.go("vwr_a", at(2.95))
    attendance.beat(at(4.2))
    assert attendance.present == {"vwr_b"}
    attendance.come("vwr_c", at(5))
    attendance.go("vwr_c", at(8.4))  # between two beats
    assert visits(attendance) == [("vwr_b", 4, None), ("vwr_c", 8, 8.4)]
    assert attendance.take_changes() == (["vwr_b"], ["vwr_c"])
    assert attendance.take_changes() == ([], [])


def test_two_windows_are_one_viewer_until_both_are_closed() -> None:
    attendance = Attendance()
    attendance.come("vwr_a", at(0))
    attendance.come("vwr_a", at(10))
    attendance.go("vwr_a", at(20))
    assert attendance.present == {"vwr_a"}
    attendance.go("vwr_a", at(30))
    assert visits(attendance) == [("vwr_a", 3, 30)]


def test_who_comes_back_after_a_cut_counts_at_once() -> None:
    attendance = Attendance()
    attendance.come("vwr_a", at(0), is_back=True)
    assert attendance.present == {"vwr_a"}
    attendance.come("", at(0), is_back=True)  # the team and bots have no name to count under
    assert attendance.present == {"vwr_a"}


def test_half_an_hour_without_a_sign_ends_a_visit_and_a_sign_begins_another() -> None:
    attendance = Attendance()
    half_an_hour = IDLE_AFTER.total_seconds()
    attendance.come("vwr_a", at(0))
    attendance.beat(at(4))
    attendance.sign("vwr_a", at(100))
    attendance.end_idle(at(half_an_hour + 99))
    assert attendance.present == {"vwr_a"}
    attendance.end_idle(at(half_an_hour + 130))
    assert attendance.present == set()
    attendance.sign("vwr_a", at(half_an_hour + 500))
    assert attendance.present == {"vwr_a"}
    assert visits(attendance) == [("vwr_a", 3, half_an_hour + 100), ("vwr_a", half_an_hour + 500, None)]


def test_what_could_not_be_told_is_told_the_next_time() -> None:
    attendance = Attendance()
    attendance.come("vwr_a", at(0), is_back=True)
    lost, changes = attendance.take_visits(), attendance.take_changes()
    attendance.go("vwr_a", at(9))
    attendance.give_back_visits(lost)
    attendance.give_back_changes(*changes)
    assert visits(attendance) == [("vwr_a", 0, 9)]
    assert attendance.take_changes() == ([], ["vwr_a"])


@dataclass
class Oracle:
    """What happened, as a list. Whether somebody counts at a moment is read from it anew each time."""

    spans: dict[str, list[list[float]]] = field(default_factory=lambda: defaultdict(list))
    signs: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def counts(self, key: str, second: float) -> bool:
        """There without a break for three seconds, with a sign in the last half hour."""
        edges = sorted(self.spans[key])
        since = None
        for came, gone in edges:
            if came <= second < gone:
                since = came if since is None else min(since, came)
        if since is None:
            return False
        changed = True
        while changed:  # an older window that was still open when this one came
            older = [came for came, gone in edges if came < since <= gone and gone > came]
            changed = bool(older)
            since = min([since, *older])
        signs = [sign for sign in self.signs[key] if since <= sign <= second]
        is_alive = second - max(signs) < IDLE_AFTER.total_seconds()
        woke = any(late - early >= IDLE_AFTER.total_seconds() for early, late in pairwise(signs))
        return is_alive and (woke or second - since >= COUNTS_AFTER.total_seconds())


@pytest.mark.parametrize("seed", range(5))
def test_a_random_evening_is_counted_as_by_hand(seed: int) -> None:
    """Viewers come and go with several windows; every visit covers what the oracle counts, and no more."""
    chance, attendance, oracle = random.Random(seed), Attendance(), Oracle()
    open_windows: dict[str, list[list[float]]] = defaultdict(list)
    second, told = 0.0, []
    keys = [f"vwr_{number}" for number in range(6)]
    for _ in range(400):
        second += chance.choice([0.25, 1, 2, 5, 60, 700])
        key = chance.choice(keys)
        match chance.randrange(5):
            case 0 | 1 if len(open_windows[key]) < 3:
                span = [second, float("inf")]
                open_windows[key].append(span)
                oracle.spans[key].append(span)
                oracle.signs[key].append(second)
                attendance.come(key, at(second))
            case 2 if open_windows[key]:
                open_windows[key].pop(chance.randrange(len(open_windows[key])))[1] = second
                attendance.go(key, at(second))
            case 3 if open_windows[key]:
                oracle.signs[key].append(second)
                attendance.sign(key, at(second))
            case _:
                attendance.beat(at(second))
                attendance.end_idle(at(second))
                assert attendance.present == {key for key in keys if oracle.counts(key, second)}
        told += attendance.take_visits()
    last: dict[uuid.UUID, Visit] = {visit.id: visit for visit in told}
    assert len(last) > 40
    for _ in range(3000):
        moment, key = chance.uniform(0, second), chance.choice(keys)
        covered = [
            visit
            for visit in last.values()
            if visit.watcher == key and visit.came_at <= at(moment) < (visit.left_at or at(second + 1))
        ]
        assert len(covered) == oracle.counts(key, moment), (key, moment)


def test_the_team_and_bots_have_no_name_to_count_under() -> None:
    how: dict[str, Any] = {
        "agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0",
        "address": "192.0.2.7",
        "schema": "b_a",
    }
    viewer = Person("vwr_a", "A", "viewer:vwr_a", frozenset(["vwr_a"]))
    staff = Person("mem_1", "T", "member:mem_1", frozenset(), member_id="mem_1")
    assert watcher_of(viewer, **how) == "vwr_a"
    assert watcher_of(staff, **how) == ""
    assert watcher_of(viewer, **{**how, "agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"}) == ""
    nameless = watcher_of(None, **how)
    assert nameless == watcher_of(None, **how)
    assert "192.0.2.7" not in nameless
    others = [{"agent": "Mozilla/5.0 Safari"}, {"address": "192.0.2.8"}, {"schema": "b_b"}]
    assert len({nameless, *(watcher_of(None, **{**how, **other}) for other in others)}) == 4


@pytest.mark.parametrize(
    ("agent", "bot"),
    [
        ("Mozilla/5.0 (compatible; bingbot/2.0)", True),
        ("Mozilla/5.0 HeadlessChrome/150.0", True),
        ("facebookexternalhit/1.1", True),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Mobile Safari/604.1", False),
        ("Mozilla/5.0 (Linux; Android 14; CUBOT X30) Chrome/150.0 Mobile", False),  # a phone
        ("", False),
    ],
)
def test_bots_are_known_by_what_they_say(agent: str, bot: bool) -> None:
    assert is_bot(agent) is bot


async def test_a_viewer_on_two_processes_is_one_and_redis_may_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    show = uuid.uuid4()
    room = ("b_aurora", show)
    connection = subscriber()

    async def say(process: str, present: set[str], came: list[str], went: list[str]) -> int:
        monkeypatch.setattr(presence, "PROCESS", process)
        [viewers] = await presence.report(connection, {room: Share(present, came, went)})
        return viewers

    assert await say("web-1", {"vwr_a", "vwr_b"}, ["vwr_a", "vwr_b"], []) == 2
    assert await say("web-2", {"vwr_b", "vwr_c"}, ["vwr_b", "vwr_c"], []) == 3
    assert presence.audience(*room) == 3
    assert await say("web-1", {"vwr_a"}, [], ["vwr_b"]) == 3
    assert await say("web-2", {"vwr_c"}, [], ["vwr_b"]) == 2
    names = f"vitrine:presence:b_aurora:{show}"
    client().delete(names, f"{names}:web-1", f"{names}:web-2")
    assert await say("web-2", {"vwr_c", "vwr_d"}, ["vwr_d"], []) == 2
    assert await say("web-1", {"vwr_a"}, [], []) == 3
    client().delete(names, f"{names}:all", f"{names}:web-1", f"{names}:web-2")
    await connection.aclose()
