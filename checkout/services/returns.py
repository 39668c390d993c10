"""What buyers send back: asked for, allowed or not, taken in; then it is paid back and put on sale.

Not here: sending the money (refunds).
"""

import uuid

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now

from checkout import events
from checkout.errors import OrderStepRefused, ReturnNotFound, ReturnStepRefused, ReturnTooLate, TooManyPieces
from checkout.models import Order, OrderLine, Refund, Return, ReturnLine
from checkout.selectors.returns import RETURN_DAYS, may_still_return, returnable
from checkout.services.order_locks import captured_payment, locked_order
from checkout.services.pieces import Pieces, lines_of, note_paid_back, paid_back, put_on_sale, worth_of
from checkout.services.refund_claims import claim_refund
from checkout.services.refunds import send_or_leave
from checkout.services.topics import topic_of
from checkout.states import RETURN, sources
from kernel.eventlog.store import append

Chosen = list[tuple[OrderLine, int]]
ReturnEvent = (
    events.ReturnRequested
    | events.ReturnApproved
    | events.ReturnDeclined
    | events.ReturnWithdrawn
    | events.ReturnReceived
)


@transaction.atomic
def request_return(*, order_id: uuid.UUID, pieces: Pieces, reason: str, actor: str, by_team: bool = False) -> Return:
    """Ask to send pieces back. The team's own request is approved with it and has no last day.

    Raises OrderNotFound, OrderStepRefused (nothing was sent), ReturnTooLate, TooManyPieces (more than was
    sent and is not on its way back), InvalidInput. Locks the order.
    """
    order = locked_order(order_id)
    if order.fulfilment == Order.Fulfilment.UNFULFILLED:
        raise OrderStepRefused(order_status=order.status, wanted="sent back")
    if not by_team and not may_still_return(order):
        raise ReturnTooLate(days=RETURN_DAYS)
    chosen = lines_of(order, pieces)
    for line, quantity in chosen:
        if quantity > (left := returnable(line)):
            raise TooManyPieces(param="lines", name=line.product_name, left=left)
    ret = Return.objects.create(order=order, reason=reason.strip()[:300], actor=actor)
    ReturnLine.objects.bulk_create(ReturnLine(ret=ret, line=line, quantity=quantity) for line, quantity in chosen)
    if by_team:
        Return.objects.filter(pk=ret.pk).update(status=Return.Status.APPROVED, decided_at=Now())
    ret.refresh_from_db()
    _tell(ret, events.ReturnRequested, actor)
    if by_team:
        _tell(ret, events.ReturnApproved, actor)
    return ret


def approve_return(*, return_id: uuid.UUID, note: str, actor: str) -> Return:
    """Let the buyer send it; `note` says where to. Raises ReturnNotFound, ReturnStepRefused."""
    return _decide(return_id, Return.Status.APPROVED, note, actor, events.ReturnApproved)


def decline_return(*, return_id: uuid.UUID, note: str, actor: str) -> Return:
    """Say no, and why. Raises ReturnNotFound, ReturnStepRefused."""
    return _decide(return_id, Return.Status.DECLINED, note, actor, events.ReturnDeclined)


def withdraw_return(*, return_id: uuid.UUID, actor: str) -> Return:
    """The buyer keeps it after all. Raises ReturnNotFound, ReturnStepRefused."""
    return _decide(return_id, Return.Status.WITHDRAWN, "", actor, events.ReturnWithdrawn)


def receive_return(*, return_id: uuid.UUID, restock: bool, amount: int | None, actor: str) -> Return:
    """It arrived: pieces back on sale if `restock`, money back. `amount` is what goes back; none given, what
    the pieces cost and was not paid back yet. Once: a second one finds it received.

    Raises ReturnNotFound, ReturnStepRefused, RefundTooHigh, RefundRefused. Locks the order, then stock; calls
    the provider after the transaction.
    """
    with transaction.atomic():
        ret = _locked(return_id)
        _move(ret, Return.Status.RECEIVED, received_at=Now())
        order = ret.order
        chosen = [(row.line, row.quantity) for row in ret.lines.select_related("line").order_by("line__variant_id")]
        if restock:
            put_on_sale(order=order, chosen=chosen, actor=actor)
            for row in ret.lines.all():
                ReturnLine.objects.filter(pk=row.pk).update(restocked=row.quantity)
        refund = _pay_back(ret, chosen, amount, actor)
        Return.objects.filter(pk=ret.pk).update(refund=refund)
        ret.refresh_from_db()
        back = refund.amount_minor if refund else 0
        _tell(ret, events.ReturnReceived, actor, refund_minor=back, currency=order.currency)
    if refund is not None:
        send_or_leave(refund)
    ret.refresh_from_db()
    return ret


def _pay_back(ret: Return, chosen: Chosen, amount: int | None, actor: str) -> Refund | None:
    """Claim what goes back for these pieces; those that were paid back before cost nothing now."""
    order = ret.order
    owed = [(line, min(quantity, line.quantity - paid_back(line))) for line, quantity in chosen]
    owed = [(line, quantity) for line, quantity in owed if quantity]
    payment = captured_payment(order)
    if amount is None:
        amount = min(worth_of(order, owed), payment.captured_minor - payment.reserved_minor)
    if not amount:
        return None
    refund = claim_refund(order=order, payment=payment, amount=amount, reason=f"Returned: {ret.reason}", actor=actor)
    note_paid_back(refund=refund, chosen=owed)
    return refund


@transaction.atomic
def _decide(return_id: uuid.UUID, status: str, note: str, actor: str, event: type[ReturnEvent]) -> Return:
    ret = _locked(return_id)
    _move(ret, status, note=note.strip()[:300], decided_at=Now())
    _tell(ret, event, actor)
    return ret


def _locked(return_id: uuid.UUID) -> Return:
    """The return, its order under the order's lock. Raises ReturnNotFound."""
    order_id = Return.objects.values_list("order_id", flat=True).filter(pk=return_id).first()
    if order_id is None:
        raise ReturnNotFound
    locked_order(order_id)
    return Return.objects.select_related("order").get(pk=return_id)


def _move(ret: Return, status: str, **changes: object) -> None:
    """The step by a guarded statement. Raises ReturnStepRefused."""
    allowed = Return.objects.filter(pk=ret.pk, status__in=sources(RETURN, status))
    if not allowed.update(status=status, **changes):
        raise ReturnStepRefused(return_status=ret.status, wanted=status)
    ret.refresh_from_db()


def _tell(ret: Return, event: type[ReturnEvent], actor: str, **more: object) -> None:
    order = ret.order
    told = event(
        return_id=ret.public_id,
        order_id=order.public_id,
        number=order.number,
        pieces=ret.lines.aggregate(pieces=Sum("quantity"))["pieces"],
        status=ret.status,
        **more,
    )
    append(told, topic=topic_of(order), actor=actor, to=order.viewer_key)
