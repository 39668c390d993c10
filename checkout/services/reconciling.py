"""Asking the provider about what nobody told us: payments and refunds that stay open too long.

Not here: what an answer means (payments, refunds).
"""

import datetime as dt
import uuid

import structlog
from django.db.models.functions import Now

from checkout.errors import OrderAlreadyPaid, PaymentRunning
from checkout.models import Hold, Payment, Refund
from checkout.services.payments import close_payment, confirm_payment
from checkout.services.refunds import send_refund
from kernel.errors import Problem

OPEN_TOO_LONG = dt.timedelta(seconds=60)

log = structlog.get_logger(__name__)


def reconcile(*, older_than: dt.timedelta = OPEN_TOO_LONG, limit: int = 50) -> int:
    """Ask about payments and refunds that have been open for `older_than`. Returns how many were
    asked about. A payment whose holds are all over and that nobody made is closed.

    Runs at once claim each row by its time of checking, so that each is asked about once.
    """
    asked = 0
    open_payments = Payment.objects.filter(
        status__in=[Payment.Status.CREATED, Payment.Status.PENDING], checked_at__lt=Now() - older_than
    )
    for payment_id in open_payments.order_by("checked_at").values_list("pk", flat=True)[:limit]:
        if open_payments.filter(pk=payment_id).update(checked_at=Now()):
            asked += 1
            _look_at_payment(payment_id)
    open_refunds = Refund.objects.filter(
        status__in=[Refund.Status.REQUESTED, Refund.Status.PENDING], checked_at__lt=Now() - older_than
    )
    for refund_id in open_refunds.order_by("checked_at").values_list("pk", flat=True)[:limit]:
        if open_refunds.filter(pk=refund_id).update(checked_at=Now()):
            asked += 1
            _look_at_refund(refund_id)
    return asked


def _look_at_payment(payment_id: uuid.UUID) -> None:
    try:
        payment = confirm_payment(payment_id=payment_id)
        if payment.status == Payment.Status.PENDING and not _is_still_held(payment):
            close_payment(payment_id=payment_id)
    except (OrderAlreadyPaid, PaymentRunning):
        return  # paid at the last moment, or the bank is thinking: both are right as they are
    except Problem as problem:
        log.warning("reconcile.payment_waits", payment=str(payment_id), code=problem.code)


def _look_at_refund(refund_id: uuid.UUID) -> None:
    try:
        send_refund(refund_id=refund_id)
    except Problem as problem:
        log.warning("reconcile.refund_waits", refund=str(refund_id), code=problem.code)


def _is_still_held(payment: Payment) -> bool:
    return Hold.objects.filter(order=payment.order_id, status=Hold.Status.ACTIVE).exists()
