"""Pieces of an order that the buyer will not keep: withdrawn before they are sent, put back on sale, paid for once.

Not here: the money itself (refunds) and what comes back by post (returns). All runs in the caller's
transaction, under the order's lock.
"""

import uuid
from collections.abc import Iterable, Mapping

from django.db.models import F, Sum

from catalog.services.stock import return_stock
from checkout.errors import TooManyPieces
from checkout.models import Order, OrderLine, Refund, RefundLine
from checkout.services.fulfilment import settle_fulfilment
from kernel.errors import InvalidInput

Pieces = Mapping[uuid.UUID, int]  # of a line, by its id


def lines_of(order: Order, pieces: Pieces) -> list[tuple[OrderLine, int]]:
    """The lines that are meant, in the order of their variants, as stock is locked. Raises InvalidInput."""
    lines = {line.pk: line for line in order.lines.order_by("variant_id")}
    if not pieces or any(key not in lines or quantity < 1 for key, quantity in pieces.items()):
        raise InvalidInput(param="lines", reason="Name lines of this order, and one piece or more of each.")
    return [(line, pieces[key]) for key, line in lines.items() if key in pieces]


def put_back_all(*, order: Order, actor: str) -> None:
    """Put the pieces of an order on sale again, those that are not yet; nothing of it is sent any more."""
    lines = list(order.lines.order_by("variant_id"))
    withdraw(order=order, chosen=[(line, line.to_send) for line in lines], actor=actor)
    put_on_sale(order=order, chosen=[(line, line.quantity - line.returned) for line in lines], actor=actor)


def withdraw(*, order: Order, chosen: Iterable[tuple[OrderLine, int]], actor: str) -> None:
    """What was not sent yet of these pieces will not be sent any more."""
    for line, quantity in chosen:
        if unsent := min(quantity, line.to_send):
            OrderLine.objects.filter(pk=line.pk).update(withdrawn=F("withdrawn") + unsent)
    settle_fulfilment(order=order, actor=actor)


def put_on_sale(*, order: Order, chosen: Iterable[tuple[OrderLine, int]], actor: str) -> None:
    """Book these pieces back into stock by guarded statements: none twice. Raises TooManyPieces."""
    for line, quantity in chosen:
        if not quantity:
            continue
        sold = OrderLine.objects.filter(pk=line.pk, quantity__gte=F("returned") + quantity)
        if not sold.update(returned=F("returned") + quantity):
            raise TooManyPieces(param="lines", name=line.product_name, left=line.quantity - line.returned)
        return_stock(variant_id=line.variant_id, quantity=quantity, reference=order.number, actor=actor)


def require_not_paid_back(chosen: Iterable[tuple[OrderLine, int]]) -> None:
    """A piece is paid back once. Raises TooManyPieces."""
    for line, quantity in chosen:
        if (left := line.quantity - paid_back(line)) < quantity:
            raise TooManyPieces(param="lines", name=line.product_name, left=left)


def note_paid_back(*, refund: Refund, chosen: Iterable[tuple[OrderLine, int]]) -> None:
    """Write down which pieces a refund is for."""
    RefundLine.objects.bulk_create(RefundLine(refund=refund, line=line, quantity=quantity) for line, quantity in chosen)


def paid_back(line: OrderLine) -> int:
    """How many of a line were paid back, or are about to be."""
    counted = RefundLine.objects.filter(line=line).exclude(refund__status=Refund.Status.FAILED)
    return counted.aggregate(pieces=Sum("quantity"))["pieces"] or 0


def worth_of(order: Order, chosen: Iterable[tuple[OrderLine, int]]) -> int:
    """What the buyer paid for these pieces: their share of what all goods came to, after a coupon and with the
    tax that lay on top. Delivery is not part of it.

    Counted on from what was paid back before, so that the parts of an order add up to its goods, however it
    was cut; halves of a minor unit are rounded up.
    """
    delivery = order.shipping_minor
    if not order.tax_included:
        delivery = _half_up(delivery * (10_000 + order.tax_basis_points), 10_000)
    goods = order.total_minor - delivery
    before = sum(line.unit_minor * paid_back(line) for line in order.lines.all())
    after = before + sum(line.unit_minor * quantity for line, quantity in chosen)
    return _half_up(goods * after, order.items_minor) - _half_up(goods * before, order.items_minor)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
