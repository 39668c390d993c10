"""Where this app's events go: the topic of the show they came from, else the shop's; and what they carry.

Not here: the events themselves (events.py).
"""

import uuid
from typing import Any

from checkout.models import Hold, Order
from kernel import ids
from kernel.eventlog.store import SHOP_TOPIC, show_topic


def topic_of(row: Hold | Order) -> str:
    return show_topic(row.show_id) if row.show_id else SHOP_TOPIC


def variant_public_id(variant_id: uuid.UUID) -> str:
    return ids.public_id("var", variant_id)


def hold_facts(hold: Hold) -> dict[str, Any]:
    return {
        "hold_id": hold.public_id,
        "variant_id": variant_public_id(hold.variant_id),
        "drop_id": ids.public_id("drp", hold.drop_id) if hold.drop_id else None,
        "quantity": hold.quantity,
        "unit_price_minor": hold.unit_minor,
        "currency": hold.currency,
        "expires_at": hold.expires_at,
        "extended": hold.extended,
    }


def order_facts(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.public_id,
        "number": order.number,
        "total_minor": order.total_minor,
        "currency": order.currency,
        "pieces": sum(line.quantity for line in order.lines.all()),
        "show_id": ids.public_id("shw", order.show_id) if order.show_id else None,
    }


def order_variants(order: Order) -> list[str]:
    return [variant_public_id(line.variant_id) for line in order.lines.all()]
