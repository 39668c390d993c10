"""Drops on a show's page: all that viewers have heard of, one in front, none of a hidden product."""

import uuid

import pytest
from django.template.loader import render_to_string

from catalog.models import Drop
from catalog.services.drops import announce_drop, close_drop, open_drop
from catalog.services.products import update_product
from config.wiring import READERS
from kernel import clock
from kernel.eventlog.cursors import drain
from kernel.eventlog.models import Cursor, EventRecord, ParkedEvent
from kernel.eventlog.sequencer import order_pending
from streams.errors import ProductInDrop
from streams.models import LineUpItem, Show
from streams.pages import LONGEST_HOLD, PageUrls, live_page
from streams.selectors import show_snapshot
from streams.selectors.snapshot import ShowState, show_state
from streams.services.line_up import Place, remove_from_line_up, set_line_up, show_or_hide
from streams.services.run_of_show import pin_product
from tenants.models import Brand
from tests.factories.catalog import make_drop, make_variant
from tests.factories.streams import ACTOR, make_live_show


@pytest.fixture
def show(in_aurora: Brand) -> Show:
    show, _ = make_live_show()
    set_line_up(show_id=show.pk, places=[Place(make_variant(stock=9).pk) for _ in range(3)], actor=ACTOR)
    return show


def planned(show: Show, place: int) -> uuid.UUID:
    item = LineUpItem.objects.get(show=show, position=place)
    return make_drop(variant_id=item.variant_id, show_id=show.pk, units=3).pk


def react() -> None:
    while order_pending():
        pass
    for reader in READERS:
        if reader.name in ("dropped_products", "line_ups"):
            drain(reader)


def in_front(show: Show) -> str | None:
    drop = show_state(Show.objects.get(pk=show.pk)).drop
    return drop.id if drop else None


def test_a_snapshot_has_every_drop_that_viewers_heard_of_and_no_other(show: Show) -> None:
    drops = [planned(show, place) for place in range(3)]
    make_drop(variant_id=make_variant(stock=5).pk, units=1, show_id=None)
    announce_drop(drop_id=drops[0], actor=ACTOR)
    open_drop(drop_id=drops[1], actor=ACTOR)
    told = show_snapshot(show.pk)["drops"]
    assert [drop["status"] for drop in told] == ["announced", "open"]
    event = EventRecord.objects.get(type="drop.opened")
    assert {**event.data, "status": "open"} == told[1]
    close_drop(drop_id=drops[1], actor=ACTOR)
    assert [drop["status"] for drop in show_snapshot(show.pk)["drops"]] == ["announced"]


def test_what_sells_is_in_front_and_the_one_opened_last_before_the_others(show: Show) -> None:
    first, second, third = (planned(show, place) for place in range(3))
    announce_drop(drop_id=first, actor=ACTOR)
    open_drop(drop_id=third, actor=ACTOR)
    open_drop(drop_id=second, actor=ACTOR)
    ids = [drop["drop_id"] for drop in show_snapshot(show.pk)["drops"]]
    seen = []
    for drop in (second, third, first):
        seen.append(in_front(show))
        close_drop(drop_id=drop, actor=ACTOR)
    assert seen == [ids[1], ids[2], ids[0]]
    assert in_front(show) is None


def row_html(state: ShowState, place: int) -> str:
    return render_to_string("components/lineup_row.html", {"row": state.rows[place], "urls": PageUrls(canonical="")})


def test_an_open_drop_that_is_not_in_front_is_bought_from_its_row(show: Show) -> None:
    for place in (0, 1):
        open_drop(drop_id=planned(show, place), actor=ACTOR)
    announce_drop(drop_id=planned(show, 2), actor=ACTOR)
    state = show_state(Show.objects.get(pk=show.pk))
    drops = [drop.facts.drop_id for drop in state.drops]
    for place in (0, 1):
        assert f'name="drop" value="{drops[place]}"' in row_html(state, place)
        assert state.rows[place].state == "drop"
    assert "<form" not in row_html(state, 2)


def test_a_drop_that_viewers_hear_of_shows_its_hidden_product(show: Show) -> None:
    items = LineUpItem.objects.filter(show=show)
    items.filter(position=1).update(is_hidden=True)
    drop = planned(show, 1)
    open_drop(drop_id=drop, actor=ACTOR)
    assert in_front(show) is None  # until the line-up is told anew
    react()
    assert not items.get(position=1).is_hidden
    assert in_front(show) is not None
    row = EventRecord.objects.filter(type="lineup.changed").latest("id").data["items"][1]
    assert row["variant_id"] is not None
    react()
    assert EventRecord.objects.filter(type="lineup.changed").count() == 2


def test_a_drop_brings_its_product_into_the_line_up(show: Show) -> None:
    drop = planned(show, 2)
    remove_from_line_up(
        show_id=show.pk, variant_id=LineUpItem.objects.get(show=show, position=2).variant_id, actor=ACTOR
    )
    announce_drop(drop_id=drop, actor=ACTOR)
    react()
    assert LineUpItem.objects.filter(show=show).count() == 3
    assert in_front(show) is not None


def test_a_product_whose_drop_viewers_see_stays_in_sight(show: Show) -> None:
    drop, item = planned(show, 0), LineUpItem.objects.get(show=show, position=0)
    announce_drop(drop_id=drop, actor=ACTOR)
    with pytest.raises(ProductInDrop):
        show_or_hide(show_id=show.pk, variant_id=item.variant_id, is_hidden=True, actor=ACTOR)
    with pytest.raises(ProductInDrop):
        remove_from_line_up(show_id=show.pk, variant_id=item.variant_id, actor=ACTOR)
    close_drop(drop_id=drop, actor=ACTOR)
    show_or_hide(show_id=show.pk, variant_id=item.variant_id, is_hidden=True, actor=ACTOR)
    assert LineUpItem.objects.get(pk=item.pk).is_hidden


def test_a_drop_of_a_show_that_is_not_there_holds_nobody_up(in_aurora: Brand) -> None:
    for show_id in (uuid.uuid4(), None):
        open_drop(drop_id=make_drop(units=1, show_id=show_id).pk, actor=ACTOR)
    react()
    assert not ParkedEvent.objects.exists()
    assert Cursor.objects.get(name="dropped_products").failures == 0


def test_a_page_is_made_without_what_its_picture_may_not_have_come_to(show: Show) -> None:
    """The room brings it, with its frame; the page has no picture yet to compare it with."""
    pin_product(show_id=show.pk, variant_id=LineUpItem.objects.get(show=show, position=1).variant_id, actor=ACTOR)
    drop = planned(show, 0)
    open_drop(drop_id=drop, actor=ACTOR)
    told = EventRecord.objects.get(type="product.pinned").data
    assert show_snapshot(show.pk)["pin"] == {**told["product"], "pinned_at": told["pinned_at"]}
    page = live_page(Show.objects.get(pk=show.pk))
    assert (page.pin, page.drop) == (None, None)
    earlier = clock.now() - LONGEST_HOLD
    Show.objects.filter(pk=show.pk).update(pinned_at=earlier)
    Drop.objects.filter(pk=drop).update(opened_at=earlier)
    page = live_page(Show.objects.get(pk=show.pk))
    assert page.pin is not None
    assert page.drop is not None


def test_what_is_not_for_sale_any_more_leaves_the_screen(show: Show) -> None:
    item = LineUpItem.objects.get(show=show, position=1)
    pin_product(show_id=show.pk, variant_id=item.variant_id, actor=ACTOR)
    update_product(product_id=item.variant.product_id, status="draft", actor=ACTOR)
    react()
    assert Show.objects.get(pk=show.pk).pinned_variant_id is None
    assert EventRecord.objects.filter(type="product.unpinned").count() == 1


def test_a_past_show_s_line_up_stays_as_it_was(show: Show) -> None:
    drop = planned(show, 0)
    LineUpItem.objects.filter(show=show).update(is_hidden=True)
    announce_drop(drop_id=drop, actor=ACTOR)
    Show.objects.filter(pk=show.pk).update(status="cancelled")
    react()
    assert LineUpItem.objects.filter(show=show, is_hidden=True).count() == 3
