"""Orders as lists and pages show them.

Not here: changing them (services).
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from checkout.errors import OrderNotFound
from checkout.models import Customer, Hold, Order, OrderLine, Payment, Refund, Return

# The studio's tabs: what each shows, as a condition.
VIEWS: dict[str, Q | Exists] = {
    "all": ~Q(status=Order.Status.PENDING),
    "to_pack": Q(status=Order.Status.PAID),
    "returns": Exists(Return.objects.filter(order=OuterRef("pk"), status__in=["requested", "approved"])),
    "unpaid": Q(status=Order.Status.PENDING),
    "attention": ~Q(attention=""),
}


def orders_list(*, view: str = "all", search: str = "") -> QuerySet[Order]:
    """Orders with their lines, newest first. `search` is a number, or part of a name or address."""
    orders = Order.objects.filter(VIEWS[view])
    if search:
        orders = orders.filter(
            Q(number__iexact=search) | Q(name__icontains=search) | Q(email__icontains=search.lower())
        )
    lines = OrderLine.objects.order_by("pk")
    return orders.prefetch_related(Prefetch("lines", queryset=lines)).order_by("-id")


def order_counts() -> dict[str, int]:
    """How many orders each of the studio's tabs holds."""
    return {name: Order.objects.filter(condition).count() for name, condition in VIEWS.items()}


def orders_of_customer(customer: Customer) -> list[Order]:
    """What a customer bought, newest first; attempts that were never paid are left out."""
    bought = customer.orders.exclude(paid_at=None).prefetch_related("lines").annotate(open_returns=VIEWS["returns"])
    return list(bought.order_by("-id")[:100])


def count_paid_orders(*, viewer_key: str, customer_ids: Collection[uuid.UUID]) -> int:
    """How often somebody bought, from this browser or as one of these customers."""
    buyer = Q(viewer_key=viewer_key) | Q(customer_id__in=customer_ids)
    return Order.objects.filter(buyer, paid_at__isnull=False).count()


def order_by_link(number: str, token: str) -> Order:
    """The order whose confirmation link this is. Raises OrderNotFound, for a wrong token too."""
    order = Order.objects.prefetch_related("lines").filter(number=number, token=token).first()
    if order is None:
        raise OrderNotFound
    return order


@dataclass(frozen=True, slots=True)
class Step:
    """One mark on the line from hold to parcel."""

    at: dt.datetime
    title: str
    note: str
    shape: str  # pin, bar or start: the studio's marks


def order_steps(order: Order) -> list[Step]:
    """What happened to an order, in order of time."""
    steps = [
        Step(hold.created_at, f"Held {hold.quantity}", "until the server's deadline", "pin")
        for hold in Hold.objects.filter(order=order)
    ]
    for payment in Payment.objects.filter(order=order):
        where = "through the brand's account" if payment.account else "through the platform's account"
        steps.append(Step(payment.created_at, "Payment started", where, "bar"))
        if payment.captured_at:
            note = "too late for the goods" if payment.is_late else "held became sold"
            steps.append(Step(payment.captured_at, f"Paid {payment.amount.formatted}", note, "pin"))
    steps += [
        Step(refund.created_at, f"Refund of {refund.amount.formatted}", refund.status, "bar")
        for refund in Refund.objects.filter(order=order)
    ]
    for parcel in order.shipments.all():
        steps.append(Step(parcel.sent_at, "Parcel sent", f"{parcel.carrier} {parcel.tracking}".strip(), "pin"))
        if parcel.delivered_at:
            steps.append(Step(parcel.delivered_at, "Parcel delivered", "", "pin"))
    for ret in order.returns.all():
        steps.append(Step(ret.requested_at, "Return asked for", ret.reason, "bar"))
        if ret.received_at:
            steps.append(Step(ret.received_at, "Return received", "", "pin"))
    if order.fulfilled_at:
        steps.append(Step(order.fulfilled_at, "All sent", "", "start"))
    if order.closed_at:
        steps.append(Step(order.closed_at, order.get_status_display(), "", "start"))
    return sorted(steps, key=lambda step: step.at)
