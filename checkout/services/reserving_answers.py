"""The database's word on each request of a batch, as the hold or the refusal that a caller gets.

Not here: deciding (checkout_reserve) and asking (reserving).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.base import ModelState

from catalog.errors import DropNotOpen, LineFirst, SoldOut
from checkout.errors import CapReached, NotSoldInShow, TooManyHolds
from checkout.models import Hold, HoldKey
from checkout.services.reserving_terms import HoldRequest, Terms
from kernel.errors import Problem
from kernel.idempotency.api import IdempotencyKeyReused

# nth, outcome, hold, until, bound, taken: what the last two mean depends on the outcome.
Row = tuple[int, str, uuid.UUID | None, dt.datetime | None, int, int]
Answer = Hold | Problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the database decided of one batch: a row for each request, and what holds for all."""

    rows: Sequence[Row]
    drop_status: str
    drop_show_id: uuid.UUID | None
    moment: dt.datetime


def answers_of(requests: Sequence[HoldRequest], verdict: Verdict, terms: Terms) -> list[Answer]:
    """The answer to each request that was decided."""
    before = _holds_before(requests, verdict.rows)
    answers: list[Answer] = []
    for request, row in zip(requests, verdict.rows, strict=False):
        _, outcome, hold_id, _, bound, grew = row
        if outcome == "granted" and not grew:
            answers.append(_new_hold(request, row, verdict, terms))
        elif outcome == "twin":
            answers.append(answers[bound - 1])
        elif outcome in ("granted", "yours") and hold_id is not None:
            answers.append(before[hold_id])
        elif outcome == "same":
            answers.append(before[request.viewer.key, request.key])
        else:
            answers.append(_refusal(request, row, verdict, terms))
    return answers


def _refusal(request: HoldRequest, row: Row, verdict: Verdict, terms: Terms) -> Problem:
    _, outcome, _, _, bound, taken = row
    match outcome:
        case "reused":
            return IdempotencyKeyReused(param="Idempotency-Key")
        case "not_for_sale":
            return terms.refusal(request)
        case "not_open":
            return DropNotOpen(drop_status=verdict.drop_status)
        case "line_first":
            return LineFirst(available=0, quantity=request.quantity)
        case "cap_reached":
            return CapReached(cap=bound, taken=taken)
        case "not_sold_in_show":
            return NotSoldInShow(param="show")
        case "too_many":
            return TooManyHolds(limit=bound)
        case "sold_out" | "short":
            return SoldOut(available=bound, quantity=request.quantity)
    raise ValueError(f"the database decided {outcome}, of which nobody knows what it is")


def _new_hold(request: HoldRequest, row: Row, verdict: Verdict, terms: Terms) -> Hold:
    """The row as it was written a moment ago. Put together by hand: reading it again costs a statement, and
    Django's constructor more than the database needs to decide."""
    price = terms.price(request)
    assert price is not None
    hold = Hold.__new__(Hold)
    hold._state = ModelState()
    hold._state.adding, hold._state.db = False, "default"
    hold.__dict__.update(
        id=row[2],
        variant_id=request.variant_id,
        drop_id=request.drop_id,
        show_id=verdict.drop_show_id or request.show_id,
        quantity=request.quantity,
        unit_minor=price.minor,
        currency=price.currency,
        viewer_key=request.viewer.key,
        customer_id=request.viewer.customer_id,
        device=request.device,
        order_id=None,
        status=Hold.Status.ACTIVE.value,
        extended=False,
        created_at=verdict.moment,
        expires_at=row[3],
        ended_at=None,
    )
    return hold


def _holds_before(
    requests: Sequence[HoldRequest], rows: Sequence[Row]
) -> dict[uuid.UUID | tuple[str, uuid.UUID | None], Hold]:
    """Holds that were there before, by id as they are, and by key as they were granted."""
    wanted = {row[2] for row in rows if row[2] is not None and (row[1] in ("yours", "same") or row[5])}
    if not wanted:
        return {}
    found: dict[uuid.UUID | tuple[str, uuid.UUID | None], Hold] = {}
    for hold in Hold.objects.filter(pk__in=wanted):
        found[hold.pk] = hold
    for request, row in zip(requests, rows, strict=False):
        if row[1] == "same" and request.key is not None:  # the same as before is under a key
            known = HoldKey.objects.get(viewer_key=request.viewer.key, key=request.key)
            found[request.viewer.key, request.key] = _as_granted(known)
    return found


def _as_granted(known: HoldKey) -> Hold:
    """The hold as it was when this key was answered, so that the answer is the same to the byte."""
    hold = Hold.objects.get(pk=known.hold_id)
    hold.quantity, hold.unit_minor, hold.currency = known.quantity, known.unit_minor, known.currency
    hold.expires_at, hold.status, hold.extended, hold.ended_at = known.expires_at, Hold.Status.ACTIVE, False, None
    hold.order_id = None
    return hold
