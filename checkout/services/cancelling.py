"""Orders that end without being delivered.

Not here: the money of a paid one (refunds).
"""

import uuid

from django.db import transaction
from django.db.models.functions import Now

from checkout import events
from checkout.models import Order, Payment
from checkout.services.coupons import give_back_coupon
from checkout.services.topics import order_facts, topic_of
from checkout.states import PAYMENT, sources
from kernel.eventlog.store import append


@transaction.atomic
def cancel_pending(*, order_id: uuid.UUID, reason: str, actor: str) -> bool:
    """Cancel an order that nobody paid, and its open payment. Its holds live on until their
    deadline. False when it was not pending any more. Locks the order."""
    order = Order.objects.select_for_update().get(pk=order_id)
    Payment.objects.filter(order=order, status__in=sources(PAYMENT, "cancelled")).update(
        status=Payment.Status.CANCELLED
    )
    if order.status != Order.Status.PENDING:
        return False
    mark_cancelled(order=order, reason=reason, actor=actor)
    return True


def mark_cancelled(*, order: Order, reason: str, actor: str) -> None:
    """Set the state and tell, in the caller's transaction, under the order's lock."""
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELLED, closed_at=Now())
    order.refresh_from_db()
    give_back_coupon(order=order, actor=actor)
    event = events.OrderCancelled(**order_facts(order), reason=reason)
    append(event, topic=topic_of(order), actor=actor, to=order.viewer_key)
