"""The judge sees what it is there to see: a clean evening, and each way in which one is not."""

from array import array
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.outages.crowd import Crowd, make_crowd
from benchmarks.outages.ledger import End
from benchmarks.outages.verdict import Truth, judge
from benchmarks.outages.visitor import Span, Venue, Visitor

VENUE = Venue("a.localhost", "shw_x", "show:x", [1])


def evening() -> tuple[Crowd, Truth]:
    """Three acknowledged lines at 5, 7 and 8 of a topic that ends with 9; two visitors who got them."""
    crowd = make_crowd(VENUE, 2, [], seed=1)
    lines = {seq: crowd.ledger.invoke()[0] for seq in (5, 7, 8)}
    for said in crowd.ledger.lines.values():
        said.end = End.OK
    for visitor in crowd.visitors:
        visitor.spans, visitor.seen = [Span(4, 9)], array("q", [5, 7, 8])
    return crowd, Truth(9, lines)


def test_a_clean_evening_is_clean() -> None:
    crowd, truth = evening()
    verdict = judge(crowd, truth)
    assert verdict.clean
    assert verdict.acked == 3


def drop_one(visitor: Visitor) -> None:
    visitor.seen = array("q", [5, 8])


def double_one(visitor: Visitor) -> None:
    visitor.seen = array("q", [5, 7, 7, 8])


def swap_two(visitor: Visitor) -> None:
    visitor.seen = array("q", [7, 5, 8])


def stop_early(visitor: Visitor) -> None:
    visitor.spans, visitor.seen = [Span(4, 7)], array("q", [5, 7])


def begin_anew_in_silence(visitor: Visitor) -> None:
    visitor.spans, visitor.seen = [Span(4, 5), Span(7, 9)], array("q", [5, 8])


@pytest.mark.parametrize(
    ("harm", "lost", "doubled", "faults"),
    [
        (drop_one, 1, 0, 0),
        (double_one, 0, 1, 0),
        (swap_two, 0, 0, 1),
        (stop_early, 0, 0, 1),
        (begin_anew_in_silence, 0, 0, 1),
    ],
)
def test_harm_to_one_visitor_is_seen(harm: Callable[[Visitor], None], lost: int, doubled: int, faults: int) -> None:
    crowd, truth = evening()
    harm(crowd.visitors[1])
    verdict = judge(crowd, truth)
    assert (verdict.lost, verdict.doubled, len(verdict.faults)) == (lost, doubled, faults)


def test_a_gap_that_was_told_is_no_fault() -> None:
    crowd, truth = evening()
    begin_anew_in_silence(crowd.visitors[0])
    crowd.visitors[0].gaps = 1
    assert judge(crowd, truth).clean


def test_the_log_itself_is_judged() -> None:
    crowd, truth = evening()
    keys = list(truth.lines.values())
    assert judge(crowd, replace(truth, lines={5: keys[0], 7: keys[1]})).lost == 1
    assert judge(crowd, replace(truth, lines={5: keys[0], 7: keys[1], 8: keys[1]})).doubled == 1
    crowd.ledger.lines[keys[0]].end = End.FAIL
    assert judge(crowd, truth).failed_yet_there == 1


def test_the_same_seed_cuts_the_same() -> None:
    first, second = (make_crowd(VENUE, 3, [], seed=7) for _ in range(2))
    assert first.rng.random() == second.rng.random()
    assert first.visitors[2].rng.random() == second.visitors[2].rng.random()
