"""What of an order may still come back, and the returns that wait for somebody.

Not here: asking for a return and deciding it (services/returns.py).
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from checkout.models import Order, OrderLine, Return, ReturnLine
from kernel import clock

# Counted from the last parcel's arrival, or from its leaving while nobody said that it arrived. The law of the
# European Union asks for fourteen.
RETURN_DAYS = 30

OPEN = (Return.Status.REQUESTED, Return.Status.APPROVED)
_COMING = (*OPEN, Return.Status.RECEIVED)
VIEWS: dict[str, tuple[str, ...]] = {"open": OPEN, "all": tuple(Return.Status.values)}


@dataclass(frozen=True, slots=True)
class Returnable:
    """A line of which `left` pieces may be sent back."""

    line: OrderLine
    left: int


def returnable(line: OrderLine) -> int:
    """How many of a line were sent, and are neither back nor on their way."""
    coming = ReturnLine.objects.filter(line=line, ret__status__in=_COMING)
    return line.shipped - (coming.aggregate(pieces=Sum("quantity"))["pieces"] or 0)


def may_still_return(order: Order) -> bool:
    """Whether the buyer is in time."""
    last = max((parcel.delivered_at or parcel.sent_at for parcel in order.shipments.all()), default=None)
    last = last or order.fulfilled_at
    return last is not None and clock.now() <= last + dt.timedelta(days=RETURN_DAYS)


def returnable_lines(order: Order) -> list[Returnable]:
    """What the buyer may choose from; empty when it is too late, too."""
    return returnable_by_team(order) if may_still_return(order) else []


def returnable_by_team(order: Order) -> list[Returnable]:
    """What the team may take back, which has no last day."""
    found = [Returnable(line, returnable(line)) for line in order.lines.order_by("pk")]
    return [each for each in found if each.left > 0]


def returns_list(*, view: str = "open") -> QuerySet[Return]:
    """Returns with their orders and lines, newest first."""
    found = Return.objects.filter(status__in=VIEWS[view]).select_related("order", "refund")
    return found.prefetch_related("lines__line").order_by("-id")
