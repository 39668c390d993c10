"""Windows and draws: who may enter, what is published when, and in which order turns come."""

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.models.functions import Now

from catalog.errors import DrawNotAnnounced, DropNotFound, ListNotOpen, PlaceTaken
from catalog.models import Draw, Drop, Place
from catalog.services.drops import amend_drop, announce_drop, close_drop, open_drop, plan_drop, sweep_drops
from catalog.services.lists import Asker, close_list, draw_list, enter_list, group_of, sweep_lists
from kernel import draws, ids
from kernel.errors import InvalidInput
from kernel.eventlog.models import EventRecord
from kernel.money import Money
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_drop, make_variant

pytestmark = pytest.mark.django_db


def asker(name: str = "", **fields: Any) -> Asker:
    return Asker(viewer_key=f"vwr_{name or uuid.uuid4().hex[:20]}", **fields)


def told(type_: str) -> list[dict[str, Any]]:
    return list(EventRecord.objects.filter(type=type_).order_by("pk").values_list("data", flat=True))


def ago(drop: Drop, seconds: int) -> None:
    """The list was closed so long ago, or its window is over since."""
    Drop.objects.filter(pk=drop.pk).update(list_closes_at=Now() - dt.timedelta(seconds=seconds))
    Draw.objects.filter(pk=drop.pk, closed_at__isnull=False).update(closed_at=Now() - dt.timedelta(seconds=seconds))


def announced_draw(**fields: Any) -> Drop:
    drop = make_drop(mode="draw", **fields)
    return announce_drop(drop_id=drop.pk, actor=ACTOR)


class TestDraw:
    def test_seed_root_and_order_are_told_in_turn(self, in_aurora: Brand) -> None:
        drop = announced_draw(units=2)
        (first,) = told("drop.announced")
        assert first["mode"] == "draw"
        assert len(first["commitment"]) == 64
        assert (first["root"], first["seed"]) == ("", "")
        places = [enter_list(drop_id=drop.pk, asker=asker()) for _ in range(7)]
        opened = open_drop(drop_id=drop.pk, actor=ACTOR)
        assert (opened.status, opened.list_state) == ("open", "closed")
        (closed,) = told("drop.list_closed")
        assert closed["seed"] == ""
        assert closed["entered"] == 7
        draw_list(drop_id=drop.pk, actor="system")
        (drawn,) = told("drop.drawn")
        assert drawn["commitment"] == first["commitment"]
        assert drawn["root"] == closed["root"]
        lines = [f"{place.public_id}:" for place in places]
        order = [ids.public_id("plc", pk) for pk in Place.objects.order_by("position").values_list("pk", flat=True)]
        check = draws.check_draw(
            seed=drawn["seed"], committed=drawn["commitment"], root=drawn["root"], lines=lines, order=order, share=2
        )
        assert check.holds
        assert set(Place.objects.values_list("status", flat=True)) == {"waiting"}

    def test_the_seed_is_told_by_no_event_before_the_draw(self, in_aurora: Brand) -> None:
        drop = announced_draw()
        enter_list(drop_id=drop.pk, asker=asker())
        open_drop(drop_id=drop.pk, actor=ACTOR)
        seed = Draw.objects.get(pk=drop.pk).seed
        assert not [data for data in EventRecord.objects.values_list("data", flat=True) if seed in str(data)]
        draw_list(drop_id=drop.pk, actor="system")
        assert [type_ for type_, data in EventRecord.objects.values_list("type", "data") if seed in str(data)] == [
            "drop.drawn"
        ]

    def test_it_is_announced_before_it_opens(self, in_aurora: Brand) -> None:
        drop = make_drop(mode="draw")
        with pytest.raises(DrawNotAnnounced):
            open_drop(drop_id=drop.pk, actor=ACTOR)
        with pytest.raises(ListNotOpen):
            enter_list(drop_id=drop.pk, asker=asker())

    def test_by_the_clock(self, in_aurora: Brand) -> None:
        """Its time closes the list, the root stands for a moment, then it is drawn; once."""
        drop = announced_draw(opens_at=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5))
        enter_list(drop_id=drop.pk, asker=asker())
        assert sweep_lists() == 1  # it counts
        assert told("drop.entries_counted") == [{"drop_id": drop.public_id, "entered": 1}]
        assert sweep_lists() == 0
        Drop.objects.filter(pk=drop.pk).update(opens_at=Now(), list_closes_at=Now())
        assert sweep_drops() == 1
        assert sweep_lists() == 0  # the root is out, the seed is not
        ago(drop, 3)
        assert sweep_lists() == 1
        assert sweep_lists() == 0
        assert len(told("drop.drawn")) == 1

    def test_a_drop_that_is_closed_before_is_never_drawn(self, in_aurora: Brand) -> None:
        drop = announced_draw()
        enter_list(drop_id=drop.pk, asker=asker())
        open_drop(drop_id=drop.pk, actor=ACTOR)
        close_drop(drop_id=drop.pk, actor=ACTOR)
        ago(drop, 3)
        assert sweep_lists() == 0
        assert draw_list(drop_id=drop.pk, actor="system") is None

    def test_what_comes_too_late_is_refused(self, in_aurora: Brand) -> None:
        drop = announced_draw()
        Drop.objects.filter(pk=drop.pk).update(list_closes_at=Now())
        with pytest.raises(ListNotOpen):
            enter_list(drop_id=drop.pk, asker=asker())
        with pytest.raises(DropNotFound):
            enter_list(drop_id=uuid.uuid4(), asker=asker())

    def test_a_draw_without_entrants_is_drawn_too(self, in_aurora: Brand) -> None:
        drop = announced_draw()
        open_drop(drop_id=drop.pk, actor=ACTOR)
        assert draw_list(drop_id=drop.pk, actor="system") is not None


class TestWindow:
    def test_it_is_open_for_its_seconds(self, in_aurora: Brand) -> None:
        drop = make_drop(mode="window", window_seconds=20, opened=True)
        assert drop.list_state == "open"
        assert drop.opened_at
        assert drop.list_closes_at
        assert (drop.list_closes_at - drop.opened_at).total_seconds() == 20
        enter_list(drop_id=drop.pk, asker=asker())
        sweep_lists()
        drop.refresh_from_db()
        assert drop.list_state == "open"
        ago(drop, 1)
        with pytest.raises(ListNotOpen):
            enter_list(drop_id=drop.pk, asker=asker())
        assert sweep_lists() == 1
        ago(drop, 3)
        assert sweep_lists() == 1
        drop.refresh_from_db()
        assert drop.list_state == "drawn"

    @pytest.mark.parametrize(
        ("mode", "seconds"), [("window", None), ("window", 2), ("window", 601), ("draw", 20), ("lottery", None)]
    )
    def test_terms_that_mean_nothing_are_refused(self, mode: str, seconds: int | None, in_aurora: Brand) -> None:
        with pytest.raises(InvalidInput):
            plan_drop(
                variant_id=make_variant().pk, title="x", units=1, price=Money(100, "EUR"), actor=ACTOR,
                mode=mode, window_seconds=seconds,
            )  # fmt: skip

    def test_the_mode_can_change_while_nobody_knows_it(self, in_aurora: Brand) -> None:
        drop = make_drop()
        drop = amend_drop(drop_id=drop.pk, actor=ACTOR, mode="window", window_seconds=30)
        assert (drop.mode, drop.window_seconds, drop.by_line) == ("window", 30, True)
        drop = amend_drop(drop_id=drop.pk, actor=ACTOR, mode="first_come", window_seconds=None)
        assert (drop.mode, drop.window_seconds, drop.by_line) == ("first_come", None, False)


class TestOneToAPerson:
    def test_the_same_viewer_has_the_same_place(self, in_aurora: Brand) -> None:
        drop = announced_draw()
        assert enter_list(drop_id=drop.pk, asker=asker("a")).pk == enter_list(drop_id=drop.pk, asker=asker("a")).pk

    def test_one_to_a_device_and_to_a_customer(self, in_aurora: Brand) -> None:
        drop, customer = announced_draw(), uuid.uuid4()
        enter_list(drop_id=drop.pk, asker=asker(device="d" * 32, customer_id=customer))
        with pytest.raises(PlaceTaken, match="device"):
            enter_list(drop_id=drop.pk, asker=asker(device="d" * 32))
        with pytest.raises(PlaceTaken, match="account"):
            enter_list(drop_id=drop.pk, asker=asker(customer_id=customer))
        enter_list(drop_id=drop.pk, asker=asker(device="e" * 32))

    def test_the_database_itself_refuses_a_second(self, in_aurora: Brand) -> None:
        drop = announced_draw()
        place = enter_list(drop_id=drop.pk, asker=asker("a"))
        with pytest.raises(IntegrityError), transaction.atomic():
            Place.objects.create(
                variant_id=place.variant_id, drop=drop, is_entry=True, viewer_key="vwr_a", status="entered"
            )

    def test_a_network_is_named_for_this_drop_alone(self, in_aurora: Brand) -> None:
        one, other = announced_draw(), announced_draw()
        assert group_of(one.pk, "n") == group_of(one.pk, "n") != group_of(other.pk, "n")
        assert group_of(one.pk, "") == ""


def test_whoever_enters_while_the_list_closes_is_in_the_root_or_refused(live_brands: dict[str, Brand]) -> None:
    """Nobody may be told that they are in and stand outside of what is drawn."""
    with brand_context(live_brands["aurora"]):
        drop = announced_draw(units=5)
    held, go, answers = threading.Event(), threading.Event(), []

    def enter_slowly() -> None:
        with brand_context(live_brands["aurora"]), transaction.atomic():
            answers.append(enter_list(drop_id=drop.pk, asker=asker()).public_id)
            held.set()
            go.wait(5)
        connections.close_all()

    def close() -> None:
        with brand_context(live_brands["aurora"]):
            close_list(drop_id=drop.pk, actor=ACTOR)
        connections.close_all()

    entering = threading.Thread(target=enter_slowly)
    entering.start()
    assert held.wait(5)
    closing = threading.Thread(target=close)
    closing.start()
    closing.join(0.5)
    assert closing.is_alive()  # it waits for the entry that is not committed yet
    go.set()
    entering.join(5)
    closing.join(5)
    with brand_context(live_brands["aurora"]):
        draw = Draw.objects.get(pk=drop.pk)
        assert draw.entries == 1
        assert draw.root == draws.merkle_root([f"{answers[0]}:"])
