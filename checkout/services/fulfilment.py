"""Parcels: what of an order goes out, with whom, and that it arrived.

Not here: what comes back (returns), refunds and cancelling.
"""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from checkout import events
from checkout.carriers import tracking_url
from checkout.errors import NothingToSend, OrderStepRefused, ShipmentNotFound, TooManyPieces
from checkout.models import Order, OrderLine, Shipment, ShipmentLine
from checkout.services.order_locks import locked_order
from checkout.services.topics import order_facts, topic_of
from checkout.states import FULFILMENT, ORDER, sources
from kernel.errors import Conflict, InvalidInput
from kernel.eventlog.store import append

Pieces = Mapping[uuid.UUID, int]  # of a line, by its id


@transaction.atomic
def ship_order(
    *,
    order_id: uuid.UUID,
    carrier: str = "",
    tracking: str = "",
    url: str = "",
    pieces: Pieces | None = None,
    parcels: int | None = None,
    actor: str,
) -> Shipment:
    """Send a parcel with these pieces, or with all that is left; the buyer gets a mail with its number.

    `parcels` is how many the order had when a person decided this: a form that is sent twice sends one.
    Raises OrderNotFound, OrderStepRefused (not paid, or over), NothingToSend, TooManyPieces, InvalidInput,
    and Conflict when `parcels` is another by now. Locks the order.
    """
    order = locked_order(order_id)
    if order.status not in sources(ORDER, "fulfilled"):
        raise OrderStepRefused(order_status=order.status, wanted="sent")
    if parcels is not None and order.shipments.count() != parcels:
        raise Conflict
    lines = {line.pk: line for line in order.lines.order_by("pk")}
    wanted = {line.pk: line.to_send for line in lines.values()} if pieces is None else pieces
    wanted = {line_id: quantity for line_id, quantity in wanted.items() if quantity}
    if not wanted:
        raise NothingToSend(number=order.number)
    shipment = Shipment.objects.create(
        order=order,
        carrier=carrier.strip(),
        tracking=tracking.strip(),
        url=_checked_url(url.strip()) or tracking_url(carrier.strip(), tracking.strip()),
        actor=actor,
    )
    for line_id, quantity in wanted.items():
        _put_in(shipment, lines.get(line_id), quantity)
    _tell_sent(order, shipment, actor)
    settle_fulfilment(order=order, actor=actor)
    return shipment


@transaction.atomic
def fulfil_order(*, order_id: uuid.UUID, tracking: str, actor: str) -> Order:
    """Send all that is left of a paid order in one parcel. Raises as `ship_order` does. Locks the order."""
    shipment = ship_order(order_id=order_id, tracking=tracking[:200], actor=actor)
    return Order.objects.get(pk=shipment.order_id)


@transaction.atomic
def deliver_shipment(*, shipment_id: uuid.UUID, actor: str) -> Shipment:
    """A parcel arrived; told again, nothing changes. The last one makes the order delivered. Raises
    ShipmentNotFound. Locks the order."""
    found = Shipment.objects.filter(pk=shipment_id).first()
    if found is None:
        raise ShipmentNotFound
    order = locked_order(found.order_id)
    sent = Shipment.objects.filter(pk=shipment_id, status=Shipment.Status.SENT)
    if sent.update(status=Shipment.Status.DELIVERED, delivered_at=Now()):
        arrived = events.ShipmentDelivered(
            shipment_id=found.public_id, order_id=order.public_id, number=order.number, carrier=found.carrier
        )
        append(arrived, topic=topic_of(order), actor=actor, to=order.viewer_key)
        settle_fulfilment(order=order, actor=actor)
    found.refresh_from_db()
    return found


def settle_fulfilment(*, order: Order, actor: str) -> None:
    """Say how far the goods are by what lies in parcels; in the caller's transaction, under the order's lock.

    An order whose last piece went out is fulfilled; so is one whose rest was withdrawn.
    """
    lines = list(order.lines.all())
    shipped, left = sum(line.shipped for line in lines), sum(line.to_send for line in lines)
    if not shipped:
        return
    wanted = Order.Fulfilment.PARTLY if left else Order.Fulfilment.SHIPPED
    if not left and not order.shipments.exclude(status=Shipment.Status.DELIVERED).exists():
        wanted = Order.Fulfilment.DELIVERED
    # Through `shipped` also when the last parcel arrives before the rest is withdrawn.
    if wanted == Order.Fulfilment.DELIVERED and order.fulfilment != Order.Fulfilment.SHIPPED:
        _step(order, Order.Fulfilment.SHIPPED)
    _step(order, wanted)
    if not left and Order.objects.filter(pk=order.pk, status__in=sources(ORDER, "fulfilled")).update(
        status=Order.Status.FULFILLED, fulfilled_at=Now()
    ):
        order.refresh_from_db()
        event = events.OrderFulfilled(**order_facts(order), tracking=order.tracking)
        append(event, topic=topic_of(order), actor=actor, to=order.viewer_key)


def _step(order: Order, wanted: str) -> None:
    if Order.objects.filter(pk=order.pk, fulfilment__in=sources(FULFILMENT, wanted)).update(fulfilment=wanted):
        order.fulfilment = wanted


def _put_in(shipment: Shipment, line: OrderLine | None, quantity: int) -> None:
    """Count the pieces by one guarded statement: no piece lies in two parcels."""
    if line is None or quantity < 1:
        raise InvalidInput(param="lines", reason="Name lines of this order, and one piece or more of each.")
    left = OrderLine.objects.filter(pk=line.pk, quantity__gte=F("shipped") + F("withdrawn") + quantity)
    if not left.update(shipped=F("shipped") + quantity):
        raise TooManyPieces(param="lines", name=line.product_name, left=line.to_send)
    ShipmentLine.objects.create(shipment=shipment, line=line, quantity=quantity)


def _tell_sent(order: Order, shipment: Shipment, actor: str) -> None:
    known = [text for text in (order.tracking, f"{shipment.carrier} {shipment.tracking}".strip()) if text]
    Order.objects.filter(pk=order.pk).update(tracking=", ".join(known)[:200])
    order.refresh_from_db()
    sent = events.ShipmentSent(
        shipment_id=shipment.public_id,
        order_id=order.public_id,
        number=order.number,
        pieces=sum(line.quantity for line in shipment.lines.all()),
        left=sum(line.to_send for line in order.lines.all()),
        carrier=shipment.carrier,
        tracking=shipment.tracking,
        url=shipment.url,
    )
    append(sent, topic=topic_of(order), actor=actor, to=order.viewer_key)


def _checked_url(url: str) -> str:
    if url and not url.startswith(("https://", "http://")):
        raise InvalidInput(param="url", reason="A link begins with https://.")
    if len(url) > 300 or any(letter.isspace() for letter in url):
        raise InvalidInput(param="url", reason="A link has at most 300 letters and no spaces.")
    return url
