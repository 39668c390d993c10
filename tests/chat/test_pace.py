"""When frames leave: at once in a quiet room, seldom in a full one, urgent ones never late."""

import heapq
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.utils.module_loading import autodiscover_modules
from pytest_django.fixtures import Settings

from chat.feed import Slice, entry_of
from chat.pace import LEVEL_SECONDS, Pace, gap_seconds
from kernel.eventlog.schema import Lane, registered

SHOW, SHOP = "show:1", "shop"
Happening = tuple[str, dict[str, Any]]
LINE: Happening = ("message.posted", {})
PIN: Happening = ("product.pinned", {})
PLAIN_SALE: Happening = ("sale.announced", {})


def level(available: int, variant: str = "var_1") -> Happening:
    return ("stock.changed", {"variant_id": variant, "available": available, "drop_id": None, "drop_units_left": None})


class Timer:
    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self._calls: list[tuple[float, int, Timer, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], None]) -> Timer:
        timer = Timer()
        heapq.heappush(self._calls, (when, len(self._calls), timer, call))
        return timer

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while self._calls and self._calls[0][0] <= until:
            when, _, timer, call = heapq.heappop(self._calls)
            self.now = max(self.now, when)
            if not timer.cancelled:
                call()
        self.now = until


class Stand:
    """A paced room that notes what left when."""

    def __init__(self, seats: int = 10) -> None:
        self.loop = Loop()
        self.sent: list[tuple[float, Slice]] = []
        loop: Any = self.loop
        self.pace = Pace(lambda part: self.sent.append((self.loop.now, part)), lambda: seats, lambda: loop)
        self._heads: dict[str, int] = {}

    def happen(self, topic: str, *events: Happening) -> None:
        first = self._heads.get(topic, 0) + 1
        entries = [
            entry_of({"type": type_, "version": 1, "seq": first + place, "data": data, "at": "", "actor": ""}, "")
            for place, (type_, data) in enumerate(events)
        ]
        self._heads[topic] = first + len(events) - 1
        self.pace.take(Slice(topic, 1, entries, first, self._heads[topic]))

    def ranges(self) -> list[tuple[str, int, int]]:
        return [(part.topic, part.first, part.last) for _, part in self.sent]


def test_what_a_show_turns_on_is_urgent() -> None:
    autodiscover_modules("events")
    urgent = {event.type for event in registered() if event.lane is Lane.URGENT}
    assert urgent >= {
        "drop.opened", "drop.sold_out", "drop.closed", "product.pinned", "product.unpinned", "price.changed",
        "message.pinned", "message.unpinned", "message.removed", "viewer.banned", "viewer.timed_out",
        "show.started", "show.ended", "show.cancelled", "room.mode_changed",
    }  # fmt: skip
    assert {event.type for event in registered() if event.lane is Lane.LEVEL} == {
        "stock.changed",
        "drop.entries_counted",
    }


def test_a_quiet_room_waits_for_nothing() -> None:
    stand = Stand()
    for _ in range(3):
        stand.happen(SHOW, LINE)
        assert stand.sent[-1][0] == stand.loop.now
        stand.loop.pass_time(1)


def test_what_comes_meanwhile_shares_a_frame() -> None:
    stand = Stand()
    for _ in range(5):
        stand.happen(SHOW, LINE)
        stand.loop.pass_time(0.005)
    stand.loop.pass_time(1)
    assert stand.ranges() == [(SHOW, 1, 1), (SHOW, 2, 5)]
    assert stand.sent[1][0] - stand.sent[0][0] == pytest.approx(0.025)  # half of the gap, after a quiet time


def test_a_late_line_does_not_make_all_later_ones_wait() -> None:
    """A line each 50 ms, and every twentieth 20 ms late."""
    stand, said = Stand(), []
    begin = stand.loop.now
    for nth in range(200):
        at = begin + nth * 0.05 + (0.02 if nth % 20 == 5 else 0)
        stand.loop.pass_time(at - stand.loop.now)
        said.append(at)
        stand.happen(SHOW, LINE)
    stand.loop.pass_time(1)
    left = {seq: at for at, part in stand.sent for seq in range(part.first, part.last + 1)}
    waits = [left[nth + 1] - at for nth, at in enumerate(said)]
    assert max(waits) < 0.001


def test_longer_ticks_may_be_chosen(settings: Settings) -> None:
    settings.ROOM_TICK_SECONDS = 0.1
    assert gap_seconds(100) == 0.1
    assert gap_seconds(10_000) == pytest.approx(0.4)


def test_a_full_room_gets_fewer_frames() -> None:
    assert gap_seconds(100) == 0.05
    assert gap_seconds(10_000) == pytest.approx(0.4)
    stand = Stand(seats=10_000)
    for _ in range(100):
        stand.happen(SHOW, LINE)
        stand.loop.pass_time(0.02)
    stand.loop.pass_time(1)
    assert len(stand.sent) <= 7
    assert stand.ranges()[-1][2] == 100


def test_urgent_events_take_along_what_waits_and_leave_last() -> None:
    stand = Stand(seats=10_000)
    stand.happen(SHOW, LINE)
    stand.happen(SHOP, level(5))
    stand.happen(SHOP, level(4))
    stand.happen(SHOW, LINE)
    moment = stand.loop.now
    stand.happen(SHOW, PIN)
    assert stand.sent[-1][0] == moment
    assert stand.ranges()[-2:] == [(SHOP, 2, 2), (SHOW, 2, 3)]


def test_many_urgent_events_do_not_silence_the_rest() -> None:
    stand = Stand(seats=10_000)
    for _ in range(50):
        stand.happen(SHOW, PIN)
    stand.happen(SHOW, LINE)
    stand.loop.pass_time(1.01)
    assert stand.ranges()[-1] == (SHOW, 51, 51)


def test_levels_leave_at_most_twice_a_second_with_the_newest_value() -> None:
    stand = Stand()
    for left in range(40, 0, -1):
        stand.happen(SHOP, level(left))
        stand.loop.pass_time(0.05)
    stand.loop.pass_time(1)
    assert len(stand.sent) <= 2 / LEVEL_SECONDS + 2
    told = [entry.data["available"] for _, part in stand.sent for entry in part.entries]
    assert told[0] == 40
    assert told[-1] == 1
    assert len(told) == len(stand.sent)
    edges = [(part.first, part.last) for _, part in stand.sent]
    assert all(last + 1 == first for (_, last), (first, _) in pairwise(edges))


def test_levels_of_two_things_are_both_told() -> None:
    stand = Stand()
    stand.happen(SHOP, level(9), level(9, "var_2"))
    stand.happen(SHOP, level(8), level(7, "var_2"), PLAIN_SALE, level(6))
    stand.loop.pass_time(1)
    assert [entry.data.get("available") for entry in stand.sent[-1][1].entries] == [7, None, 6]


def test_the_last_unit_is_told_at_once() -> None:
    stand = Stand()
    stand.happen(SHOP, level(3))
    stand.happen(SHOP, level(1))
    moment = stand.loop.now
    stand.happen(SHOP, level(0))
    assert stand.sent[-1][0] == moment
    assert [entry.data["available"] for entry in stand.sent[-1][1].entries] == [0]


def test_other_frames_take_their_share_of_the_time() -> None:
    stand = Stand(seats=10_000)
    stand.pace.spend()
    stand.happen(SHOW, LINE)
    assert stand.sent == []
    stand.loop.pass_time(gap_seconds(10_000))
    assert stand.ranges() == [(SHOW, 1, 1)]


def test_a_room_that_ends_sends_nothing_more() -> None:
    stand = Stand()
    stand.happen(SHOW, LINE)
    stand.happen(SHOW, LINE)
    stand.pace.forget()
    stand.loop.pass_time(1)
    assert len(stand.sent) == 1
