"""Our books beside the provider's: the last 30 days as it lists them, and what is missing here.

Not here: asking about single open payments (reconciling), which finds what nobody told us within a minute. This
finds what that cannot: a payment whose answer was lost for good, money taken for one that we had given up, a
refund that somebody made in the provider's dashboard.
"""

import datetime as dt
from dataclasses import dataclass, field

import structlog

from checkout.errors import PaymentProviderAway
from checkout.gateway.books import BookedPayment, BookedRefund, list_payments, list_refunds
from checkout.gateway.calling import GatewayAway, GatewayRefused
from checkout.gateway.stripe import cancel_intent
from checkout.models import Order, Payment, Refund
from checkout.services.payments import confirm_payment
from checkout.services.refunds import send_refund
from kernel import clock
from kernel.errors import Problem
from kernel.money import Money
from kernel.tenancy import current_brand, current_schema

PERIOD = dt.timedelta(days=30)
# What is younger may be on its way: its return and its notice come first.
SETTLE = dt.timedelta(minutes=15)

log = structlog.get_logger(__name__)


@dataclass
class Audit:
    """`mended`: what was put right. `strange`: what needs a person, in words; it also stands at its order."""

    looked: int = 0
    mended: int = 0
    strange: list[str] = field(default_factory=list)


def audit_books(*, period: dt.timedelta = PERIOD, settle: dt.timedelta = SETTLE) -> Audit:
    """Compare every payment and refund of the period and close the gaps. Run twice, the second finds nothing.

    Raises PaymentProviderAway when the lists can't be read; what was mended until then stays.
    """
    found = Audit()
    now = clock.now()
    account = current_brand().stripe_account or ""
    seen: set[str] = set()
    try:
        for booked in list_payments(account=account, since=now - period):
            if booked.schema == current_schema():
                found.looked += 1
                seen.add(booked.intent)
                _compare_payment(booked, found, settled=now - settle)
        for refund in list_refunds(account=account, since=now - period):
            if Payment.objects.filter(provider_intent=refund.intent, account=account).exists():
                found.looked += 1
                _compare_refund(refund, found)
    except (GatewayAway, GatewayRefused) as error:
        raise PaymentProviderAway(retry_after=60) from error
    ours = Payment.objects.filter(account=account, status=Payment.Status.CAPTURED, created_at__gt=now - period + settle)
    for payment in ours.exclude(provider_intent__in=seen).select_related("order"):
        _note(found, payment.order, f"The provider does not list the payment of {payment.amount.formatted}.")
    return found


def _compare_payment(booked: BookedPayment, found: Audit, *, settled: dt.datetime) -> None:
    try:
        payment = Payment.objects.select_related("order").get(pk=Payment.parse_id(booked.payment))
    except Payment.DoesNotExist:
        if booked.status == "succeeded":
            _note(found, None, f"{booked.intent} was paid, and no order here knows it.")
        return
    if payment.created_at > settled:
        return
    if payment.provider_intent is None:  # its answer never reached us, and its key is forgotten by now
        Payment.objects.filter(pk=payment.pk, provider_intent=None).update(provider_intent=booked.intent)
    elif payment.provider_intent != booked.intent:
        if booked.status == "succeeded":
            _note(found, payment.order, f"Paid twice: {booked.intent} as well. Give one of them back.")
        return
    if booked.status == "succeeded":
        _compare_money(booked, payment, found)
    elif booked.status != "canceled" and payment.status == Payment.Status.CANCELLED:
        payment.refresh_from_db()
        _close(payment)
        found.mended += 1


def _compare_money(booked: BookedPayment, payment: Payment, found: Audit) -> None:
    if payment.status != Payment.Status.CAPTURED:
        confirm_payment(payment_id=payment.pk)
        found.mended += 1
    elif payment.captured_minor != booked.received:
        _note(found, payment.order, f"{booked.intent} brought {booked.received}, booked are {payment.captured_minor}.")


def _compare_refund(booked: BookedRefund, found: Audit) -> None:
    payment = Payment.objects.select_related("order").get(provider_intent=booked.intent)
    try:
        refund = Refund.objects.get(pk=Refund.parse_id(booked.refund), payment=payment)
    except Refund.DoesNotExist:
        if booked.status not in ("failed", "canceled"):
            amount = Money(booked.amount, payment.currency).formatted
            _note(found, payment.order, f"{amount} was given back at the provider, not here ({booked.id}).")
        return
    if refund.status != booked.status and refund.status in (Refund.Status.REQUESTED, Refund.Status.PENDING):
        try:
            send_refund(refund_id=refund.pk)
            found.mended += 1
        except Problem as problem:
            log.warning("audit.refund_waits", refund=refund.public_id, code=problem.code)


def _close(payment: Payment) -> None:
    """Close at the provider what we had given up, so that nobody pays for it any more. What was paid at the
    last moment counts."""
    assert payment.provider_intent is not None
    try:
        cancel_intent(intent_id=payment.provider_intent, account=payment.account)
    except GatewayRefused:
        confirm_payment(payment_id=payment.pk)


def _note(found: Audit, order: Order | None, words: str) -> None:
    """Put it before a person; what stands at the order already stays."""
    if order is not None:
        Order.objects.filter(pk=order.pk, attention="").update(attention=words[:200])
        words = f"{order.number}: {words}"
    log.error("audit.strange", words=words)
    found.strange.append(words)
