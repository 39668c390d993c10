"""Giving money back: claim a part, send it, book the provider's answer; and cancelling a paid order.

Not here: the claim itself (refund_claims) and what becomes of the pieces (pieces).
"""

import uuid

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from checkout import events
from checkout.errors import (
    OrderNotFound,
    OrderStepRefused,
    PaymentProviderAway,
    RefundRefused,
)
from checkout.gateway import stripe as gateway
from checkout.gateway.stripe import GatewayAway, GatewayRefused, ProviderRefund
from checkout.models import Order, Payment, Refund
from checkout.services.cancelling import cancel_pending, mark_cancelled
from checkout.services.order_locks import captured_payment, locked_order
from checkout.services.payments import close_payment
from checkout.services.pieces import (
    Pieces,
    lines_of,
    note_paid_back,
    put_back_all,
    put_on_sale,
    require_not_paid_back,
    withdraw,
    worth_of,
)
from checkout.services.refund_claims import claim_refund
from checkout.services.topics import topic_of
from checkout.states import ORDER, REFUND, sources
from kernel.errors import Conflict, InvalidInput
from kernel.eventlog.store import append
from kernel.tenancy import current_schema

_STATUS = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}  # all else is pending


def refund_order(
    *,
    order_id: uuid.UUID,
    reason: str,
    actor: str,
    amount: int | None = None,
    pieces: Pieces | None = None,
    restock: bool = False,
    reserved: int | None = None,
) -> Refund:
    """Give back `amount` minor units of a paid order, or what these pieces cost. `restock` puts the pieces
    back on sale, all of the order's when none are named; named ones that were not sent will not be.
    `reserved` is how much was claimed when a person decided this: a form that is sent twice gives back once.

    The sum of refunds never exceeds what was captured, however many ask at once. Raises OrderNotFound,
    RefundNotPossible, RefundTooHigh, TooManyPieces, InvalidInput, RefundRefused, and Conflict when `reserved`
    is another by now. When the provider does not answer, the refund stays claimed and is sent again. Locks the
    order; calls the provider after the transaction.
    """
    with transaction.atomic():
        order = locked_order(order_id)
        payment = captured_payment(order)
        if reserved is not None and payment.reserved_minor != reserved:
            raise Conflict
        chosen = [] if pieces is None else lines_of(order, pieces)
        require_not_paid_back(chosen)
        wanted = worth_of(order, chosen) if amount is None else amount
        if wanted < 1:
            raise InvalidInput(param="amount_minor", reason="Enter an amount above zero.")
        refund = claim_refund(order=order, payment=payment, amount=wanted, reason=reason, actor=actor)
        note_paid_back(refund=refund, chosen=chosen)
        withdraw(order=order, chosen=chosen, actor=actor)
        if restock and pieces is None:
            put_back_all(order=order, actor=actor)
        elif restock:
            put_on_sale(order=order, chosen=chosen, actor=actor)
    return send_or_leave(refund)


def cancel_order(*, order_id: uuid.UUID, reason: str, actor: str) -> Order:
    """Cancel an order that has not gone out: pieces back on sale, money back whole.

    Raises OrderNotFound, OrderStepRefused (sent or ended already), RefundRefused, and for an unpaid
    order PaymentRunning. Locks the order, then stock.
    """
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound
    if order.status == Order.Status.PENDING:
        return _cancel_unpaid(order, reason, actor)
    with transaction.atomic():
        order = locked_order(order_id)
        if order.status != Order.Status.PAID:
            raise OrderStepRefused(order_status=order.status, wanted="cancelled")
        if order.fulfilment != Order.Fulfilment.UNFULFILLED:
            raise OrderStepRefused(order_status="partly sent", wanted="cancelled")
        payment = captured_payment(order)
        left = payment.captured_minor - payment.reserved_minor
        refund = claim_refund(order=order, payment=payment, amount=left, reason=reason, actor=actor) if left else None
        put_back_all(order=order, actor=actor)
        mark_cancelled(order=order, reason=reason, actor=actor)
    if refund is not None:
        send_or_leave(refund)
    order.refresh_from_db()
    return order


def send_refund(*, refund_id: uuid.UUID) -> Refund:
    """Tell the provider of a claimed refund, or ask how it stands; its id is the key, so it is sent
    once. Raises PaymentProviderAway, RefundRefused (the claim is then given back)."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    payment = refund.payment
    assert payment.provider_intent is not None
    if refund.provider_refund:
        return _ask_after(refund, refund.provider_refund)
    try:
        answer = gateway.create_refund(
            key=refund.public_id,
            intent_id=payment.provider_intent,
            amount=refund.amount_minor,
            account=payment.account,
            with_fee=payment.fee_minor > 0,
            metadata={"vitrine_schema": current_schema(), "refund": refund.public_id},
        )
    except GatewayAway as error:
        raise PaymentProviderAway(retry_after=3) from error
    except GatewayRefused as error:
        _fail(refund_id=refund.pk, failure=str(error))
        raise RefundRefused(reason=str(error)) from error
    return apply_refund(refund_id=refund.pk, answer=answer)


def _ask_after(refund: Refund, provider_refund: str) -> Refund:
    """How a refund stands that the provider knows. That it will not say (a key was replaced) is no word
    on the money: the claim stays, else the same money could go out twice."""
    try:
        answer = gateway.fetch_refund(refund_id=provider_refund, account=refund.payment.account)
    except (GatewayAway, GatewayRefused) as error:
        raise PaymentProviderAway(retry_after=3) from error
    return apply_refund(refund_id=refund.pk, answer=answer)


@transaction.atomic
def apply_refund(*, refund_id: uuid.UUID, answer: ProviderRefund) -> Refund:
    """Book the provider's word on a refund, once. Locks the order, then the refund."""
    refund = _locked_refund(refund_id)
    fee = refund.fee_minor if answer.fee is None else answer.fee
    Refund.objects.filter(pk=refund.pk).update(provider_refund=answer.id, fee_minor=fee, checked_at=Now())
    wanted = _STATUS.get(answer.status, "pending")
    if refund.status not in sources(REFUND, wanted):
        refund.refresh_from_db()
        return refund
    if wanted == "failed":
        return _fail(refund_id=refund.pk, failure=answer.failure or "The bank sent it back.")
    first_word = refund.status == Refund.Status.REQUESTED
    Refund.objects.filter(pk=refund.pk).update(status=wanted, finished_at=Now() if wanted == "succeeded" else None)
    refund.refresh_from_db()
    if first_word:
        _count_and_tell(refund)
    return refund


@transaction.atomic
def _fail(*, refund_id: uuid.UUID, failure: str) -> Refund:
    """The money did not go: give the claim back and put the order before a person."""
    refund = _locked_refund(refund_id)
    if refund.status not in sources(REFUND, "failed"):
        return refund
    was_counted = refund.status != Refund.Status.REQUESTED
    Refund.objects.filter(pk=refund.pk).update(status="failed", failure=failure[:200], finished_at=Now())
    Payment.objects.filter(pk=refund.payment_id).update(reserved_minor=F("reserved_minor") - refund.amount_minor)
    order = refund.order
    if was_counted and not refund.payment.is_late:
        back = Greatest(F("refunded_minor") - refund.amount_minor, 0)
        Order.objects.filter(pk=order.pk).update(refunded_minor=back)
    note = f"A refund of {refund.amount.formatted} failed: {failure}"
    Order.objects.filter(pk=order.pk).update(attention=note[:200])
    refund.refresh_from_db()
    event = events.RefundFailed(
        refund_id=refund.public_id,
        order_id=order.public_id,
        number=order.number,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        reason=failure,
    )
    append(event, topic=topic_of(order), actor="system")
    return refund


def _count_and_tell(refund: Refund) -> None:
    order, payment = refund.order, refund.payment
    back = refund.amount_minor
    if not payment.is_late:
        Order.objects.filter(pk=order.pk).update(refunded_minor=F("refunded_minor") + back)
        whole = Order.objects.filter(pk=order.pk, refunded_minor=F("total_minor"))
        whole.filter(status__in=sources(ORDER, "refunded")).update(status=Order.Status.REFUNDED, closed_at=Now())
        order.refresh_from_db()
        back = order.refunded_minor
    event = events.RefundIssued(
        refund_id=refund.public_id,
        order_id=order.public_id,
        number=order.number,
        amount_minor=refund.amount_minor,
        refunded_minor=back,
        total_minor=payment.captured_minor,
        currency=refund.currency,
    )
    append(event, topic=topic_of(order), actor=refund.actor, to=order.viewer_key)


def _cancel_unpaid(order: Order, reason: str, actor: str) -> Order:
    for payment in order.payments.filter(status__in=[Payment.Status.CREATED, Payment.Status.PENDING]):
        close_payment(payment_id=payment.pk)
    cancel_pending(order_id=order.pk, reason=reason, actor=actor)
    order.refresh_from_db()
    return order


def _locked_refund(refund_id: uuid.UUID) -> Refund:
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    Order.objects.select_for_update().get(pk=order_id)
    return Refund.objects.select_for_update(of=("self",)).select_related("order", "payment").get(pk=refund_id)


def send_or_leave(refund: Refund) -> Refund:
    """Send at once, so that staff sees the outcome; without an answer, reconciliation goes on."""
    try:
        return send_refund(refund_id=refund.pk)
    except PaymentProviderAway:
        refund.refresh_from_db()
        return refund
