"""Line-ups, cues and pins: order holds, repeats change nothing, what is hidden is not told."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from catalog.errors import DropStepRefused
from catalog.models import Drop
from catalog.services.products import archive_product
from chat.models import Poll
from chat.readers import open_poll_of_cue
from kernel.eventlog.models import EventRecord
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import read_log
from kernel.tenancy import brand_context
from streams.errors import (
    CueAlreadyFired,
    CueInvalid,
    CueNotFound,
    LineUpRepeats,
    LineUpTooLong,
    NotInLineUp,
    PlanClosed,
    ShowNotLive,
    ShowNotOpen,
    VariantUnknown,
)
from streams.models import Cue, LineUpItem, Show, ShowStatus
from streams.selectors import line_up_rows, show_snapshot, variant_ids_of
from streams.services.cues import add_cue, change_cue, remove_cue
from streams.services.line_up import (
    Place,
    add_to_line_up,
    move_in_line_up,
    remove_from_line_up,
    set_line_up,
)
from streams.services.run_of_show import fire_cue, pin_product, skip_cue, unpin_product
from tenants.models import Brand
from tests.factories.catalog import make_drop, make_variant
from tests.factories.streams import ACTOR, make_live_show, make_lobby, make_scheduled_show, make_show_in


def count(type_: str) -> int:
    return EventRecord.objects.filter(type=type_).count()


def last(type_: str) -> dict[str, Any]:
    data: dict[str, Any] = EventRecord.objects.filter(type=type_).latest("id").data
    return data


@pytest.fixture
def show(in_aurora: Brand) -> Show:
    return make_scheduled_show()


@pytest.fixture
def variants(show: Show) -> list[uuid.UUID]:
    keys = [make_variant().pk for _ in range(4)]
    set_line_up(show_id=show.pk, places=[Place(key) for key in keys], actor=ACTOR)
    return keys


def test_the_order_is_the_one_asked_for(show: Show, variants: list[uuid.UUID]) -> None:
    set_line_up(show_id=show.pk, places=[Place(key) for key in reversed(variants)], actor=ACTOR)
    assert variant_ids_of(show.pk) == variants[::-1]
    assert list(LineUpItem.objects.filter(show=show).values_list("position", flat=True)) == [0, 1, 2, 3]


def test_what_stays_keeps_its_id_and_the_same_again_tells_nothing(show: Show, variants: list[uuid.UUID]) -> None:
    before = dict(LineUpItem.objects.values_list("variant_id", "pk"))
    told = count("lineup.changed")
    set_line_up(show_id=show.pk, places=[Place(key) for key in variants], actor=ACTOR)
    assert count("lineup.changed") == told
    set_line_up(show_id=show.pk, places=[Place(key) for key in variants[1:]], actor=ACTOR)
    assert dict(LineUpItem.objects.values_list("variant_id", "pk")) == {key: before[key] for key in variants[1:]}
    assert count("lineup.changed") == told + 1


@pytest.mark.parametrize(
    ("position", "expected"),
    [(0, [2, 0, 1, 3]), (1, [0, 2, 1, 3]), (3, [0, 1, 3, 2]), (99, [0, 1, 3, 2])],
)
def test_moving(show: Show, variants: list[uuid.UUID], position: int, expected: list[int]) -> None:
    move_in_line_up(show_id=show.pk, variant_id=variants[2], position=position, actor=ACTOR)
    assert variant_ids_of(show.pk) == [variants[index] for index in expected]


def test_adding_twice_is_one_and_removing_closes_the_gap(show: Show, variants: list[uuid.UUID]) -> None:
    extra = make_variant().pk
    add_to_line_up(show_id=show.pk, place=Place(extra), actor=ACTOR)
    add_to_line_up(show_id=show.pk, place=Place(extra, is_hidden=True), actor=ACTOR)
    remove_from_line_up(show_id=show.pk, variant_id=variants[0], actor=ACTOR)
    assert variant_ids_of(show.pk) == [*variants[1:], extra]
    assert list(LineUpItem.objects.values_list("position", flat=True)) == [0, 1, 2, 3]


def test_what_cannot_be_in_a_line_up(show: Show, variants: list[uuid.UUID]) -> None:
    places = [Place(key) for key in variants]
    with pytest.raises(VariantUnknown):
        set_line_up(show_id=show.pk, places=[*places, Place(uuid.uuid4())], actor=ACTOR)
    with pytest.raises(LineUpRepeats):
        set_line_up(show_id=show.pk, places=[*places, places[0]], actor=ACTOR)
    with pytest.raises(LineUpTooLong):
        set_line_up(show_id=show.pk, places=[Place(uuid.uuid4()) for _ in range(101)], actor=ACTOR)
    with pytest.raises(NotInLineUp):
        move_in_line_up(show_id=show.pk, variant_id=uuid.uuid4(), position=0, actor=ACTOR)
    assert variant_ids_of(show.pk) == variants


def test_an_ended_show_keeps_its_plan(in_aurora: Brand) -> None:
    ended = make_show_in(ShowStatus.ENDED)
    with pytest.raises(PlanClosed):
        set_line_up(show_id=ended.pk, places=[], actor=ACTOR)
    with pytest.raises(PlanClosed):
        add_cue(show_id=ended.pk, kind="talk", title="Late", actor=ACTOR)


def test_a_product_that_is_archived_is_left_out_for_viewers(show: Show, variants: list[uuid.UUID]) -> None:
    product = LineUpItem.objects.select_related("variant").get(variant_id=variants[1]).variant.product_id
    archive_product(product_id=product, actor=ACTOR)
    assert [row.position for row in line_up_rows(show)] == [0, 2, 3]


def test_a_pin_is_one_product_and_the_same_again_tells_nothing(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    first, second = make_variant(), make_variant(name="Second")
    set_line_up(show_id=show.pk, places=[Place(first.pk), Place(second.pk)], actor=ACTOR)
    for variant in (first, second, second):
        pin_product(show_id=show.pk, variant_id=variant.pk, actor=ACTOR)
    assert count("product.pinned") == 2
    assert last("product.pinned")["product"]["name"] == "Second"
    snapshot = show_snapshot(show.pk)
    assert snapshot["pin"]["variant_id"] == second.public_id
    unpin_product(show_id=show.pk, actor=ACTOR)
    unpin_product(show_id=show.pk, actor=ACTOR)
    assert count("product.unpinned") == 1
    assert show_snapshot(show.pk)["pin"] is None


def test_a_pin_needs_the_line_up_and_an_open_page(in_aurora: Brand) -> None:
    lobby = make_lobby()
    with pytest.raises(NotInLineUp):
        pin_product(show_id=lobby.pk, variant_id=make_variant().pk, actor=ACTOR)
    assert Show.objects.get(pk=lobby.pk).pinned_variant_id is None
    scheduled = make_scheduled_show(title="Another")
    with pytest.raises(ShowNotOpen):
        pin_product(show_id=scheduled.pk, variant_id=make_variant().pk, actor=ACTOR)


def test_taking_out_what_is_on_screen_unpins_it(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    variant = make_variant()
    set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    pin_product(show_id=show.pk, variant_id=variant.pk, actor=ACTOR)
    remove_from_line_up(show_id=show.pk, variant_id=variant.pk, actor=ACTOR)
    assert Show.objects.get(pk=show.pk).pinned_variant_id is None
    assert count("product.unpinned") == 1


def test_a_hidden_product_is_told_only_once_it_is_shown(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    variant = make_variant(name="The secret serum")
    set_line_up(show_id=show.pk, places=[Place(variant.pk, is_hidden=True, note="Shown live")], actor=ACTOR)
    (item,) = last("lineup.changed")["items"]
    assert (item["is_hidden"], item["variant_id"], item["note"]) == (True, None, "Shown live")
    assert "secret" not in str(last("lineup.changed"))
    pin_product(show_id=show.pk, variant_id=variant.pk, actor=ACTOR)
    (item,) = last("lineup.changed")["items"]
    assert item["variant_id"] == variant.public_id


def test_rows_cost_the_same_queries_for_two_and_for_forty(in_aurora: Brand) -> None:
    show = make_scheduled_show()
    spent = []
    for products in (2, 40):
        places = [Place(make_variant().pk) for _ in range(products)]
        set_line_up(show_id=show.pk, places=places, actor=ACTOR)
        with CaptureQueriesContext(connection) as queries:
            assert len(line_up_rows(show)) == products
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 7


def test_cues_keep_their_places(show: Show) -> None:
    cues = [add_cue(show_id=show.pk, kind="talk", title=f"Step {number}", actor=ACTOR) for number in range(4)]
    first = add_cue(show_id=show.pk, kind="talk", title="First", actor=ACTOR, position=0)
    change_cue(show_id=show.pk, cue_id=cues[3].pk, actor=ACTOR, position=1, title="Moved")
    remove_cue(show_id=show.pk, cue_id=cues[1].pk, actor=ACTOR)
    rows = list(Cue.objects.filter(show=show).order_by("position").values_list("position", "title"))
    assert rows == [(0, first.title), (1, "Moved"), (2, "Step 0"), (3, "Step 2")]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("pin", {}),
        ("pin", {"variant_id": "prd_x"}),
        ("drop", {"drop_id": ""}),
        ("poll", {"question": "Dry or oily?", "answers": ["Dry"]}),
        ("poll", {"question": "", "answers": ["a", "b"]}),
        ("poll", {"question": "Q", "answers": ["a", "b"], "seconds": 5}),
        ("poll", {"question": "Q", "answers": ["a", "b", "c", "d", "e", "f", "g"]}),
        ("poll", {"question": "Q", "answers": ["a", "b", "a"]}),
        ("poll", {"question": "Q", "answers": 5}),
        ("poll", {"question": "Q" * 201, "answers": ["a", "b"]}),
        ("song", {}),
    ],
)
def test_a_cue_that_could_not_be_fired_is_not_written(show: Show, kind: str, payload: dict[str, object]) -> None:
    with pytest.raises(CueInvalid):
        add_cue(show_id=show.pk, kind=kind, title="A cue", payload=payload, actor=ACTOR)


def test_every_poll_that_a_cue_takes_opens_when_it_is_fired(in_aurora: Brand) -> None:
    """The room's limits are the plan's; else a poll would fail in front of everybody."""
    show, _ = make_live_show()
    payload = {"question": f"Which{chr(0)}one? " + "x" * 189, "answers": [f"{n}" * 100 for n in range(6)]}
    cue = add_cue(show_id=show.pk, kind="poll", title="A poll", payload=payload, actor=ACTOR)
    fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    order_pending()
    (fired,) = read_log(after=0, types=["cue.fired"])
    open_poll_of_cue(fired)
    assert Poll.objects.get(show_id=show.pk).question == cue.payload["question"]


def test_firing_twice_is_one_effect(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    variant = make_variant()
    set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    drop = make_drop(variant_id=variant.pk, units=3, show_id=show.pk)
    cue = add_cue(show_id=show.pk, kind="drop", title="Open it", payload={"drop_id": drop.public_id}, actor=ACTOR)
    first = fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    second = fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    assert first.fired_at == second.fired_at is not None
    assert (count("cue.fired"), count("drop.opened")) == (1, 1)
    with pytest.raises(CueAlreadyFired):
        skip_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    assert show_snapshot(show.pk)["drops"][0]["status"] == "open"


def test_two_people_firing_at_once_is_one_effect(live_brands: dict[str, Brand]) -> None:
    aurora = live_brands["aurora"]
    with brand_context(aurora):
        show, _ = make_live_show()
        drop = make_drop(units=3, show_id=show.pk)
        cue = add_cue(show_id=show.pk, kind="drop", title="Open", payload={"drop_id": drop.public_id}, actor=ACTOR)
    gate = threading.Barrier(4)
    failures: list[Exception] = []

    def fire() -> None:
        gate.wait()
        try:
            with brand_context(aurora):
                fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=fire) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with brand_context(aurora):
        assert not failures
        assert (count("cue.fired"), count("drop.opened")) == (1, 1)


def test_a_cue_whose_act_is_refused_is_not_fired(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    drop = make_drop(units=3, show_id=show.pk, opened=True)
    cue = add_cue(show_id=show.pk, kind="drop", title="Open", payload={"drop_id": drop.public_id}, actor=ACTOR)
    with pytest.raises(DropStepRefused):
        fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    assert Cue.objects.get(pk=cue.pk).fired_at is None
    assert count("cue.fired") == 0
    assert Drop.objects.get(pk=drop.pk).status == Drop.Status.OPEN


def test_a_skipped_cue_may_be_fired_after_all(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    cue = add_cue(show_id=show.pk, kind="talk", title="Thanks", actor=ACTOR)
    skip_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    skip_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    fired = fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    assert (fired.skipped_at, count("cue.skipped"), count("cue.fired")) == (None, 1, 1)


def test_the_last_cue_ends_the_show(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    cue = add_cue(show_id=show.pk, kind="end", title="Thanks", actor=ACTOR)
    fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    assert Show.objects.get(pk=show.pk).status == ShowStatus.ENDED


def test_cues_belong_to_a_show_that_is_on(show: Show) -> None:
    cue = add_cue(show_id=show.pk, kind="talk", title="Hello", actor=ACTOR)
    with pytest.raises(ShowNotLive):
        fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    other, _ = make_live_show(title="Another")
    with pytest.raises(CueNotFound):
        fire_cue(show_id=other.pk, cue_id=cue.pk, actor=ACTOR)
