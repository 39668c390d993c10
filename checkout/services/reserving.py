"""Many requests to hold pieces of one variant, decided together in the order in which they came.

Not here: collecting them (who waits while the commit before runs), and ending holds (holds).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from checkout.models import Hold
from checkout.services.holds import create_hold
from kernel.errors import Problem
from kernel.viewers import Viewer


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """One viewer's wish. `key` and `body_hash` are the request's idempotency key and what it said; `length`
    is how long the hold lasts, where it is not the usual time; `granted` says that it is this viewer's turn in
    line; `device` is the one that asks (kernel.traces)."""

    viewer: Viewer
    variant_id: uuid.UUID
    quantity: int = 1
    drop_id: uuid.UUID | None = None
    show_id: uuid.UUID | None = None
    key: uuid.UUID | None = None
    body_hash: bytes | None = None
    length: dt.timedelta | None = None
    granted: bool = False
    device: str = ""


def reserve_batch(*, requests: Sequence[HoldRequest]) -> list[Hold | Problem]:
    """Decide requests for one variant, in their order, in the caller's transaction. Returns for each the
    hold, or the refusal. Locks the buyers, their holds, the stock row and the drop's."""
    return [_decide(request) for request in requests]


def _decide(request: HoldRequest) -> Hold | Problem:
    try:
        with transaction.atomic():
            return create_hold(
                viewer=request.viewer,
                variant_id=request.variant_id,
                quantity=request.quantity,
                show_id=request.show_id,
                drop_id=request.drop_id,
                granted=request.granted,
                length=request.length,
                device=request.device,
                actor=f"viewer:{request.viewer.key}",
            )
    except Problem as problem:
        return problem
