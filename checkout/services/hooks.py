"""What the provider tells us by webhook: stored once in the right brand, handled by a task.

Not here: the signature (gateway) and what a payment's state means (payments, refunds).
"""

import datetime as dt
from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models.functions import Now

from checkout.gateway.stripe import Notice
from checkout.models import Payment, ProviderEvent, Refund
from checkout.parking.models import ParkedNotice
from checkout.services.confirming import confirm_payments
from checkout.services.connecting import refresh_account
from checkout.services.payments import confirm_payment
from checkout.services.refunds import send_refund
from kernel.errors import Problem
from kernel.tasks import send_on_commit
from kernel.tenancy import UnknownBrand, brand_context, load_brand, public_context
from tenants.models import Brand

# Everything else is answered with thanks and forgotten.
PAYMENT_TYPES = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        "payment_intent.processing",
    }
)
REFUND_TYPES = frozenset({"refund.updated", "refund.failed"})

# Notices of the brand's own account: it is asked about again.
ACCOUNT_TYPES = frozenset({"account.updated", "account.application.deauthorized"})

LOST_AFTER = dt.timedelta(seconds=30)

log = structlog.get_logger(__name__)


def receive_notice(*, notice: Notice) -> bool:
    """Store a verified event in its brand and start its task; True when it was new and ours.

    The account decides the brand, then the schema that we wrote into the object. An account nobody
    has is parked, never given to a brand that happens to be there.
    """
    if notice.type not in PAYMENT_TYPES | REFUND_TYPES | ACCOUNT_TYPES:
        return False
    brand = _brand_of(notice)
    if brand is None:
        _park(notice)
        return False
    with brand_context(brand), transaction.atomic():
        _, is_new = ProviderEvent.objects.get_or_create(
            event_id=notice.id,
            defaults={"type": notice.type, "account": notice.account, "object_id": notice.object_id},
        )
        if is_new:
            from checkout.tasks.hooks import handle_notice  # tasks call services, and this one starts a task

            send_on_commit(handle_notice, notice.id)
    return is_new


def handle_stored(*, event_id: str) -> None:
    """Fetch what an event tells of and do what follows; done twice, it changes nothing more.

    Raises PaymentProviderAway; the event then stays open and is handled again.
    """
    event = ProviderEvent.objects.get(pk=event_id)
    if event.handled_at:
        return
    if event.type in PAYMENT_TYPES:
        payment = Payment.objects.filter(provider_intent=event.object_id, account=event.account).first()
        if payment is not None:
            confirm_payment(payment_id=payment.pk)
    elif event.type in REFUND_TYPES:
        refund = Refund.objects.filter(provider_refund=event.object_id, payment__account=event.account).first()
        if refund is not None:
            send_refund(refund_id=refund.pk)
    elif event.type in ACCOUNT_TYPES:
        refresh_account()
    ProviderEvent.objects.filter(pk=event_id).update(handled_at=Now())


def handle_open(*, limit: int = 100) -> int:
    """Handle stored events whose task was lost: those of payments together, the others one by one. Returns how many."""
    rows = ProviderEvent.objects.filter(handled_at=None, received_at__lt=Now() - LOST_AFTER)
    events = list(rows.order_by("received_at")[:limit])
    done = _handle_payment_events([event for event in events if event.type in PAYMENT_TYPES])
    for event in events:
        if event.type in PAYMENT_TYPES:
            continue
        try:
            handle_stored(event_id=event.event_id)
            done += 1
        except Problem as problem:
            log.warning("provider_event.waits", notice=event.event_id, code=problem.code)
    return done


def _handle_payment_events(events: Sequence[ProviderEvent]) -> int:
    """After an outage hundreds wait, mostly of orders that are simply paid."""
    named = {(event.object_id, event.account) for event in events}
    found = Payment.objects.filter(provider_intent__in=[intent for intent, _ in named])
    payments = {(payment.provider_intent, payment.account): payment.pk for payment in found}
    wanted = {payments[name] for name in named if name in payments}
    answered = confirm_payments(payment_ids=sorted(wanted))
    # What names no payment of ours is done with as well.
    handled = [e.event_id for e in events if payments.get((e.object_id, e.account)) in answered | {None}]
    return ProviderEvent.objects.filter(pk__in=handled).update(handled_at=Now())


def _brand_of(notice: Notice) -> Brand | None:
    with public_context():
        if notice.account:
            return Brand.objects.filter(stripe_account=notice.account).first()
        if not notice.schema:
            return None
        try:
            brand = load_brand(notice.schema)
        except UnknownBrand:
            return None
        # A brand with its own account gets nothing through the platform's.
        return None if brand.stripe_account else brand


def _park(notice: Notice) -> None:
    with public_context():
        ParkedNotice.objects.get_or_create(
            event_id=notice.id,
            defaults={"type": notice.type, "account": notice.account, "object_id": notice.object_id},
        )
    log.warning("provider_event.parked", notice=notice.id, account=notice.account)
