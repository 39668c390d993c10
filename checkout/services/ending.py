"""Holds that end unpaid, many by one statement; and the sweep of those that are over by PostgreSQL's clock.

Not here: who may let one go (holds), and what becomes of their units (catalog's part of the same statement).
"""

import uuid
from collections.abc import Sequence
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models.functions import Now

from catalog.services.drop_units import say_reopened
from checkout.models import Hold
from checkout.services.topics import variant_public_id
from kernel import clock, ids
from kernel.eventlog.store import ring_after_commit

BATCH = 256

log = structlog.get_logger(__name__)

_END = "SELECT * FROM checkout_end_holds(%s, %s, %s::uuid[], %s::text[], %s::text[], %s::text[], %s, %s, %s)"


def end_holds(*, holds: Sequence[Hold], status: Hold.Status, actor: str) -> int:
    """Put the pieces of live holds of one variant back on sale, in the caller's transaction, and tell each
    viewer. Returns how many: those that had ended before stay as they are, however many ask at once. Locks
    the holds, unless the caller did, then the stock row and their drops'."""
    if not holds:
        return 0
    variant_id = holds[0].variant_id
    values: list[Any] = [
        variant_id,
        variant_public_id(variant_id),
        [hold.pk for hold in holds],
        [hold.public_id for hold in holds],
        [ids.public_id("drp", hold.drop_id) if hold.drop_id else None for hold in holds],
        [actor] * len(holds),
        status.value,
        "system",  # as everybody reads who changed the stock, it must not name a buyer
        clock.now(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_END, values)
        ended, reopened = cursor.fetchone() or (0, [])
    for drop_id in reopened:
        say_reopened(drop_id=drop_id, actor="system")
    ring_after_commit()
    return int(ended)


def expire_holds(*, limit: int = 5000) -> int:
    """End holds whose deadline is past by PostgreSQL's clock. Returns how many.

    A short transaction for each variant and batch, so that buyers of one thing wait for none of the others.
    Sweeps that run at once skip each other's rows; what fails is logged and tried again by the next sweep,
    first in a batch and then one by one, so that one broken row keeps nobody else's pieces.
    """
    overdue = Hold.objects.filter(status=Hold.Status.ACTIVE, expires_at__lte=Now())
    ended = 0
    for variant_id in overdue.order_by("variant_id").values_list("variant_id", flat=True).distinct():
        while ended < limit:
            try:
                number = expire_batch(variant_id=variant_id)
            except Exception:
                log.exception("hold.expiry_failed", variant=str(variant_id))
                ended += _expire_one_by_one(variant_id)
                break
            ended += number
            if number < BATCH:
                break
    return ended


@transaction.atomic
def expire_batch(*, variant_id: uuid.UUID, most: int = BATCH, hold_id: uuid.UUID | None = None) -> int:
    """End overdue holds of a variant, those first that are overdue longest; with `hold_id` that one alone.
    Skips what others are ending. Locks the holds, then the stock row and their drops'."""
    overdue = Hold.objects.select_for_update(skip_locked=True).filter(
        variant=variant_id, status=Hold.Status.ACTIVE, expires_at__lte=Now()
    )
    if hold_id is not None:
        overdue = overdue.filter(pk=hold_id)
    return end_holds(holds=list(overdue.order_by("expires_at")[:most]), status=Hold.Status.EXPIRED, actor="system")


def _expire_one_by_one(variant_id: uuid.UUID) -> int:
    overdue = Hold.objects.filter(variant=variant_id, status=Hold.Status.ACTIVE, expires_at__lte=Now())
    ended = 0
    for hold_id in list(overdue.order_by("expires_at").values_list("pk", flat=True)[:BATCH]):
        try:
            ended += expire_batch(variant_id=variant_id, hold_id=hold_id)
        except Exception:
            log.exception("hold.expiry_failed", hold=str(hold_id))
    return ended
