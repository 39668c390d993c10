"""A drop as its events tell of it, and the topic they belong to.

Not here: when they are told (drops, drop_units).
"""

from typing import Any

from catalog.models import Drop, Variant
from kernel import ids
from kernel.eventlog.store import SHOP_TOPIC, show_topic


def drop_facts(drop: Drop) -> dict[str, Any]:
    """The data of every event of a drop. Of a window or a draw it reads the draw, unless that was selected
    with the drop."""
    draw = getattr(drop, "draw", None) if drop.mode != Drop.Mode.FIRST_COME else None
    return {
        "drop_id": drop.public_id,
        "show_id": ids.public_id("shw", drop.show_id) if drop.show_id else None,
        "variant_id": ids.public_id(Variant.id_prefix, drop.variant_id),
        "title": drop.title,
        "units": drop.units,
        "units_left": drop.units_left,
        "price_minor": drop.price_minor,
        "currency": drop.currency,
        "per_buyer": drop.per_buyer,
        "opens_at": drop.opens_at,
        "opened_at": drop.opened_at,
        "closes_at": drop.closes_at,
        "mode": drop.mode,
        "window_seconds": drop.window_seconds,
        "list_state": drop.list_state,
        "list_closes_at": drop.list_closes_at,
        "entered": drop.entered,
        "commitment": draw.commitment if draw else "",
        "root": draw.root if draw else "",
        "seed": draw.seed if draw and draw.drawn_at else "",
    }


def drop_topic(drop: Drop) -> str:
    """The show's topic for a drop in a show, the shop's for one outside."""
    return show_topic(drop.show_id) if drop.show_id else SHOP_TOPIC
