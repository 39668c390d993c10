"""One viewer's hold: make it, make it longer, let it go.

Not here: deciding it (reserving), the sweep of those that are over (ending) and paying (orders, payments).
"""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from checkout import events
from checkout.errors import HoldAlreadyExtended, HoldExpired, HoldNotFound
from checkout.models import Hold
from checkout.services.ending import end_holds
from checkout.services.reserving import MOST_HOLDS, MOST_PIECES, HoldRequest, reserve_batch
from checkout.services.reserving_terms import LENGTH, LENGTH_IN_DROP
from checkout.services.topics import hold_facts, topic_of
from kernel.errors import Problem
from kernel.eventlog.store import append
from kernel.viewers import Viewer

EXTENSION = dt.timedelta(minutes=5)

__all__ = [
    "EXTENSION",
    "LENGTH",
    "LENGTH_IN_DROP",
    "MOST_HOLDS",
    "MOST_PIECES",
    "create_hold",
    "extend_hold",
    "release_hold",
]


@transaction.atomic
def create_hold(
    *,
    viewer: Viewer,
    variant_id: uuid.UUID,
    quantity: int,
    actor: str,
    show_id: uuid.UUID | None = None,
    drop_id: uuid.UUID | None = None,
    granted: bool = False,
    length: dt.timedelta | None = None,
    device: str = "",
    currency: str = "",
) -> Hold:
    """Keep `quantity` pieces for this viewer at the price of now, until a deadline: a batch of one.

    `show_id` is the show that a new hold is counted for; a drop of a show is that show's. Raises SoldOut,
    LineFirst, DropNotOpen, DropNotFound, CapReached, TooManyHolds, NotSoldInShow, VariantNotFound, PriceMissing,
    InvalidInput: then nothing has changed. Locks as `reserve_batch` does.
    """
    request = HoldRequest(
        viewer=viewer,
        variant_id=variant_id,
        quantity=quantity,
        drop_id=drop_id,
        show_id=show_id,
        length=length,
        granted=granted,
        device=device,
        currency=currency,
        actor=actor,
    )
    [answer] = reserve_batch(requests=[request])
    if isinstance(answer, Problem):
        raise answer
    return answer


@transaction.atomic
def extend_hold(*, viewer: Viewer, hold_id: uuid.UUID, actor: str) -> Hold:
    """Give a hold more time, once. Raises HoldNotFound, HoldExpired, HoldAlreadyExtended. One
    guarded statement."""
    mine = Hold.objects.filter(pk=hold_id, viewer_key=viewer.key)
    live = mine.filter(status=Hold.Status.ACTIVE, expires_at__gt=Now())
    changed = live.filter(extended=False).update(expires_at=F("expires_at") + EXTENSION, extended=True)
    hold = mine.first()
    if hold is None:
        raise HoldNotFound
    if not changed:
        raise HoldAlreadyExtended if live.exists() else HoldExpired
    append(events.HoldExtended(**hold_facts(hold)), topic=topic_of(hold), actor=actor, to=viewer.key)
    return hold


@transaction.atomic
def release_hold(*, viewer: Viewer, hold_id: uuid.UUID, actor: str) -> Hold:
    """Let a hold go before its time; one that has ended already stays as it ended. Raises
    HoldNotFound. Locks the hold, then stock and drop."""
    hold = Hold.objects.select_for_update().filter(pk=hold_id, viewer_key=viewer.key).first()
    if hold is None:
        raise HoldNotFound
    end_holds(holds=[hold], status=Hold.Status.RELEASED, actor=actor)
    hold.refresh_from_db()
    return hold
