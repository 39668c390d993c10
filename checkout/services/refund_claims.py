"""Claiming a part of what was captured, so that refunds together never exceed it.

Not here: sending the money (refunds).
"""

from django.db.models import F

from checkout.errors import RefundTooHigh
from checkout.models import Order, Payment, Refund
from kernel.money import Money
from kernel.tasks import send_on_commit


def claim_refund(*, order: Order, payment: Payment, amount: int, reason: str, actor: str) -> Refund:
    """Claim `amount` of a captured payment by one guarded statement, in the caller's transaction,
    so that twenty at once claim no more than there is. Raises RefundTooHigh."""
    claimed = Payment.objects.filter(
        pk=payment.pk, status=Payment.Status.CAPTURED, captured_minor__gte=F("reserved_minor") + amount
    ).update(reserved_minor=F("reserved_minor") + amount)
    if not claimed:
        payment.refresh_from_db()
        left = Money(payment.captured_minor - payment.reserved_minor, payment.currency)
        asked = Money(amount, payment.currency)
        raise RefundTooHigh(param="amount_minor", left=left.formatted, left_minor=left.minor, asked=asked.formatted)
    return Refund.objects.create(
        order=order, payment=payment, amount_minor=amount, currency=payment.currency, reason=reason[:200], actor=actor
    )


def send_soon(refund: Refund) -> None:
    """Have a claimed refund sent by a task after the commit; if that is lost, reconciliation sends it."""
    from checkout.tasks.refunds import send_refund_now  # tasks call services, and this one starts a task

    send_on_commit(send_refund_now, str(refund.pk))
