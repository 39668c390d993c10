"""How much of a drop one buyer may have, counted by viewer, by customer, by e-mail address and by device.

Not here: how many units there are (catalog).
"""

import uuid
from collections.abc import Iterable

from django.db.models import Q, Sum
from django.db.models.functions import Now

from checkout.errors import CapReached
from checkout.models import Hold, Order, OrderLine
from kernel.locks import advisory_lock, lock_number
from kernel.viewers import Viewer

_COUNTED = (Order.Status.PAID, Order.Status.FULFILLED)


def lock_buyer(viewer: Viewer, email: str = "", *, device: str = "") -> None:
    """Let one request of a buyer through at a time, whichever of their names it comes under. Held to
    the end of the transaction; other buyers are not slowed down. Sorted, so that two can't cross."""
    for name in sorted(buyer_names(viewer.key, viewer.customer_id, email, device=device)):
        advisory_lock("buyer", name)


def buyer_names(viewer_key: str, customer_id: uuid.UUID | None, email: str = "", *, device: str = "") -> set[str]:
    """All names under which somebody is the same buyer."""
    names = {f"viewer:{viewer_key}"}
    if customer_id:
        names.add(f"customer:{customer_id}")
    if email:
        names.add(f"email:{email}")
    if device:
        names.add(f"device:{device}")
    return names


def lock_numbers(names: Iterable[str]) -> list[int]:
    """The locks of these buyers in the order in which everybody takes them, for a statement that takes them all."""
    return [lock_number("buyer", name) for name in sorted(set(names))]


def require_cap(
    *, viewer: Viewer, drop_id: uuid.UUID, per_buyer: int, more: int, email: str = "", device: str = ""
) -> None:
    """Raises CapReached when `more` pieces on top of what this buyer holds and bought are too many.
    Call it under `lock_buyer`, else two requests count the same."""
    taken = max(
        pieces_taken(viewer=viewer, drop_id=drop_id, email=email), pieces_of_device(device=device, drop_id=drop_id)
    )
    if taken + more > per_buyer:
        raise CapReached(cap=per_buyer, taken=taken)


def pieces_of_device(*, device: str, drop_id: uuid.UUID) -> int:
    """Live holds and sold pieces of this drop that were asked for from a device, under whatever name."""
    if not device:
        return 0
    live = Q(status=Hold.Status.ACTIVE, expires_at__gt=Now())
    sold = Q(status=Hold.Status.CONVERTED, order__status__in=_COUNTED)
    rows = Hold.objects.filter(live | sold, drop=drop_id, device=device)
    return rows.aggregate(pieces=Sum("quantity"))["pieces"] or 0


def pieces_taken(*, viewer: Viewer, drop_id: uuid.UUID, email: str = "") -> int:
    """Live holds and sold pieces of this drop under any of the buyer's names."""
    holder = Q(viewer_key=viewer.key)
    buyer = Q(order__viewer_key=viewer.key)
    if viewer.customer_id:
        holder |= Q(customer=viewer.customer_id)
        buyer |= Q(order__customer=viewer.customer_id)
    if email:
        holder |= Q(order__email=email)
        buyer |= Q(order__email=email)
    held = Hold.objects.filter(holder, drop=drop_id, status=Hold.Status.ACTIVE, expires_at__gt=Now())
    sold = OrderLine.objects.filter(buyer, drop=drop_id, order__status__in=_COUNTED)
    return sum(rows.aggregate(pieces=Sum("quantity"))["pieces"] or 0 for rows in (held, sold))
