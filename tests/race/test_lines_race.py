"""Sweeps at once, and people who join while units come back: nobody gets two offers, nobody is jumped.

Not here: what a turn is worth (tests/checkout/test_lines.py).
"""

import threading
from collections.abc import Callable

from django.db import connections

from catalog.models import Drop, Place
from catalog.selectors import verify_stock
from catalog.services.drops import announce_drop, open_drop
from catalog.services.lists import Asker, draw_list, enter_list
from catalog.services.waitlist import join_waitlist
from checkout.models import Hold
from checkout.services.lines import serve_lines
from kernel.tenancy import brand_context
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_drop, make_variant


def together(brand: Brand, *acts: Callable[[], object]) -> list[BaseException]:
    """Every act in a thread of its own, begun at the same moment. Returns what they raised."""
    barrier, failures = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            with brand_context(brand):
                barrier.wait(10)
                act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return failures


def test_sweeps_at_once_make_one_offer_each_in_order(live_brands: dict[str, Brand]) -> None:
    aurora = live_brands["aurora"]
    with brand_context(aurora):
        drop = announce_drop(
            drop_id=make_drop(mode="draw", units=12, variant_id=make_variant(stock=12).pk).pk, actor=ACTOR
        )
        for _ in range(30):
            enter_list(drop_id=drop.pk, asker=Asker(viewer_key=new_viewer().key))
        open_drop(drop_id=drop.pk, actor=ACTOR)
        draw_list(drop_id=drop.pk, actor="system")
    assert together(aurora, *[serve_lines] * 6) == []
    with brand_context(aurora):
        served = Place.objects.filter(drop=drop, status="offered").values_list("position", flat=True)
        assert sorted(place or 0 for place in served) == list(range(1, 13))
        assert Hold.objects.filter(drop=drop, status="active").count() == 12
        assert Drop.objects.get(pk=drop.pk).units_left == 0
        assert verify_stock().faults == []


def test_who_joins_while_the_line_empties_is_not_forgotten(live_brands: dict[str, Brand]) -> None:
    """Either they are served by a later sweep or the drop is open to them: no unit waits for nobody."""
    aurora = live_brands["aurora"]
    for _ in range(8):
        with brand_context(aurora):
            drop = make_drop(units=1, opened=True)
            Drop.objects.filter(pk=drop.pk).update(status="sold_out", by_line=True)  # its line just emptied
            ada = new_viewer()

        def join(drop: Drop = drop, key: str = ada.key) -> None:
            join_waitlist(variant_id=drop.variant_id, drop_id=drop.pk, asker=Asker(viewer_key=key), actor=ACTOR)

        failures = together(aurora, serve_lines, join)
        with brand_context(aurora):
            serve_lines()
            now = Drop.objects.get(pk=drop.pk)
            if failures:  # the sweep was first: it is not sold out any more
                assert (now.status, now.by_line) == ("open", False), failures
            else:
                assert Place.objects.get(drop=drop).status == "offered"
