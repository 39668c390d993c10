"""An old snapshot and the events after it are a fresh snapshot, whatever happened in between.

Any acts in any order, cut at any point; told to the page's own code and to the room's reference.
"""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chat.snapshot import read_snapshot
from config.wiring import READERS
from kernel.errors import Problem
from kernel.eventlog.cursors import drain
from kernel.eventlog.schema import Audience, registered
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import SHOP_TOPIC, Recorded, read_topic, show_topic
from streams.selectors import show_by_id
from streams.selectors.snapshot import show_state
from tenants.models import Brand
from tests.chat.reducer import apply
from tests.faults.evening import ACTS, Evening
from tests.faults.page_code import PageCode

SHOWN = 50  # lines of chat in a snapshot; a page keeps more
# Everybody gets these, and no page keeps anything of them that a snapshot holds.
PASSING = {
    "audience.counted": "the frame's own number of viewers is newer",
    "sale.announced": "a notice that passes",
    "theme.published": "a page takes the theme when it is loaded",
}
NOBODY = {"key": "", "name": "", "staff": False, "votes": {}, "upvotes": [], "waiting": [], "echoes": []}
ENDS = frozenset(["end_show", "finish_recording", "cancel_show"])
NO_MATTER = frozenset(["buyers_mails"])
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d*Z")
# In an order in which each of them can be done.
SCRIPT = """
    open_room reschedule open_lobby add_to_line_up:0 add_to_line_up:1 add_to_line_up:2 change_price:0
    plan_show_price:1 receive:1 correct:2 hold:0 release:0 encoder_comes picture_comes go_live encoder_goes
    encoder_comes pin:0 unpin pin:1
    flash:1 flash:2 change_price:1 end_special_price:0
    plan_drop:0 announce:0 start_drop:0 hold_in_drop:1 plan_drop:1 start_drop:1 plan_drop:2 announce:2 shop_drop:2
    end_drop:1 show_or_hide:3 end_drop:2 take_off_sale:1 put_on_sale:1
    plan_listed_drop:4 start_drop:3 enter_drop:0 enter_drop:1 count_entries close_window draw_list serve join_line serve
    end_drop:3 plan_listed_drop:7 announce:4 enter_drop:0 start_drop:4 draw_list serve end_drop:4
    move_in_line_up:1 remove_from_line_up:2 rename_show:1 rename_product:1 change_mode:1 say:0 say:1 answer:0
    edit_message:1 pin_message:0 unpin_message remove_message:0 ask:0 ask:1 ask:2 upvote:1
    answer_question:0 dismiss_question:1
    open_poll:0 vote:0 close_poll:0 react:1 ban:0 forgive:0 time_out:1 count_audience:3 end_show finish_recording
"""
STEPS = [(name, int(number or 0)) for name, _, number in (word.partition(":") for word in SCRIPT.split())]


@pytest.fixture(scope="module")
def page() -> Iterator[PageCode]:
    with PageCode() as running:
        yield running


def order_all() -> None:
    while order_pending():
        pass


def perform(evening: Evening, name: str, number: int) -> Problem | None:
    """One act. What apps do about earlier ones is done before an end: it takes a moment, not an evening."""
    if name in ENDS:
        react()
    return evening.do(name, number)


def react() -> None:
    """What apps do by themselves about each other's events, until nothing is left."""
    order_all()
    while sum(drain(reader) for reader in READERS if reader.name not in NO_MATTER):
        order_all()


def after(evening: Evening, cursors: dict[str, int]) -> list[Recorded]:
    """What was told above the cursors, in the log's order."""
    topics = (show_topic(evening.show_id), SHOP_TOPIC)
    records = [record for topic in topics for record in read_topic(topic, after=cursors[topic], limit=10_000)]
    return sorted(records, key=lambda record: record.position)


def told(records: list[Recorded]) -> list[dict[str, Any]]:
    """What a viewer without a name gets of it."""
    return [record.envelope() for record in records if record.event().audience is Audience.ALL]


def differences(page: Any, fresh: Any, at: str = "") -> list[str]:
    """Where two states differ. A page leaves out what it doesn't show; it has nothing else."""
    if isinstance(page, dict) and isinstance(fresh, dict):
        return [
            found for key in page.keys() & fresh.keys() for found in differences(page[key], fresh[key], f"{at}.{key}")
        ]
    if isinstance(page, list) and isinstance(fresh, list) and len(page) == len(fresh):
        pairs = enumerate(zip(page, fresh, strict=True))
        return [found for place, pair in pairs for found in differences(*pair, f"{at}[{place}]")]
    return [] if _value(page) == _value(fresh) else [f"{at}: {page!r} is {fresh!r} in a fresh snapshot"]


def _value(of: Any) -> Any:
    """Moments are the same to the millisecond."""
    moment = MOMENT.fullmatch(of) if isinstance(of, str) else None
    return moment[1] if moment else of


def check(page: PageCode, evening: Evening, cursors: dict[str, int], old: dict[str, Any]) -> None:
    """The old state and what was told since, against the state of now. Told twice it is the same."""
    react()
    events = told(after(evening, cursors))
    _, _, fresh = read_snapshot(evening.show_id)
    old = {**old, "me": NOBODY}
    reduced, front = page.show(old, events)
    reduced["messages"] = reduced["messages"][-SHOWN:]
    assert differences(reduced, fresh) == []
    loaded = show_state(show_by_id(evening.show_id)).drop
    assert front == (loaded and loaded.id)
    reference = copy.deepcopy(old)
    for event in [event for event in events for _ in range(2)]:
        apply(reference, event)
    for key in ("messages", "pinned_message", "poll", "questions", "reactions", "settings"):
        assert reference[key] == fresh[key], key


@pytest.mark.parametrize("cut", range(0, len(STEPS), 4))
def test_a_whole_evening_cut_anywhere(cut: int, in_aurora: Brand, page: PageCode) -> None:
    evening = Evening()
    for name, number in STEPS[:cut]:
        assert perform(evening, name, number) is None, name
    if cut % 8:
        order_all()  # else the state holds what has no number yet
    _, cursors, old = read_snapshot(evening.show_id)
    for name, number in STEPS[cut:]:
        assert perform(evening, name, number) is None, name
    check(page, evening, cursors, old)


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    before=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 999)), max_size=20),
    since=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 999)), min_size=1, max_size=20),
    start=st.sampled_from([0, 7, 14, 24, len(STEPS)]),
    ordered=st.booleans(),
)
def test_any_acts_in_any_order(
    before: list[tuple[str, int]], since: list[tuple[str, int]], start: int, ordered: bool, in_aurora: Brand,
    page: PageCode,
) -> None:  # fmt: skip
    """From the beginning, the lobby, the air or the end of an evening."""
    evening = Evening()
    for name, number in [*STEPS[:start], *before]:
        perform(evening, name, number)
    if ordered:
        order_all()
    _, cursors, old = read_snapshot(evening.show_id)
    for name, number in since:
        perform(evening, name, number)
    check(page, evening, cursors, old)


def test_everything_that_everybody_is_told_happens_in_it(in_aurora: Brand) -> None:
    """A new event belongs into the acts and the script, or into PASSING with its reason."""
    evening = Evening()
    order_all()
    _, cursors, _ = read_snapshot(evening.show_id)
    for name, number in STEPS:
        assert perform(evening, name, number) is None, name
    order_all()
    seen = {record.type for record in after(evening, cursors)}
    other = Evening()
    _, cursors, _ = read_snapshot(other.show_id)
    for name in ("withdraw", "cancel_show"):
        assert perform(other, name, 0) is None, name
    order_all()
    seen |= {record.type for record in after(other, cursors)}
    everybodys = {event.type for event in registered() if event.audience is Audience.ALL}
    assert everybodys - seen - PASSING.keys() == set()
    assert {name for name, _ in STEPS} | {"withdraw", "cancel_show"} == ACTS.keys()


@pytest.mark.parametrize("passing", PASSING)
def test_what_passes_leaves_no_trace(passing: str, in_aurora: Brand, page: PageCode) -> None:
    """The number of viewers apart, which is no part of the log's state."""
    assert passing in {event.type for event in registered()}
    _, _, state = read_snapshot(Evening().show_id)
    event = {"type": passing, "at": "2026-11-20T20:00:00.000Z", "data": {"viewers": 3, "peak": 3}}
    reduced = page.reduce({**state, "me": NOBODY}, [event])
    reduced.pop("viewers", None)
    assert reduced == {**state, "me": NOBODY}
