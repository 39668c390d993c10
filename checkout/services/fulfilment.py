"""Parcels: an order has gone out.

Not here: refunds and cancelling.
"""

import uuid

from django.db import transaction
from django.db.models.functions import Now

from checkout import events
from checkout.errors import OrderStepRefused
from checkout.models import Order
from checkout.services.refunds import locked_order
from checkout.services.topics import order_facts, topic_of
from checkout.states import ORDER, sources
from kernel.eventlog.store import append


@transaction.atomic
def fulfil_order(*, order_id: uuid.UUID, tracking: str, actor: str) -> Order:
    """Say that a paid order has gone out; the buyer gets a mail. Raises OrderNotFound,
    OrderStepRefused. Locks the order."""
    order = locked_order(order_id)
    if order.status not in sources(ORDER, "fulfilled"):
        raise OrderStepRefused(order_status=order.status, wanted="fulfilled")
    Order.objects.filter(pk=order.pk).update(
        status=Order.Status.FULFILLED, fulfilled_at=Now(), tracking=tracking.strip()[:200]
    )
    order.refresh_from_db()
    event = events.OrderFulfilled(**order_facts(order), tracking=order.tracking)
    append(event, topic=topic_of(order), actor=actor, to=order.viewer_key)
    return order
