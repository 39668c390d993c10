"""Payments: start them, learn how they stand, and do what follows, once, whoever tells first.

Not here: refunds, and placing the order. The provider is asked outside of transactions.
"""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now

from checkout import events
from checkout.errors import OrderAlreadyPaid, PaymentProviderAway, PaymentRefused, PaymentRunning
from checkout.gateway import stripe as gateway
from checkout.gateway.stripe import GatewayAway, GatewayRefused, Intent
from checkout.models import Order, Payment
from checkout.services.cancelling import cancel_pending
from checkout.services.settling import settle
from checkout.services.topics import topic_of
from checkout.states import PAYMENT, sources
from kernel.eventlog.store import append
from kernel.tasks import send_on_commit
from kernel.tenancy import current_schema
from kernel.viewers import Viewer


def start_payment(*, payment: Payment) -> Payment:
    """Make the payment known to the provider; again and again with the same key, so once.

    Raises PaymentProviderAway: the payment stays as it is and reconciliation asks again.
    PaymentRefused: the order is cancelled, the holds live on.
    """
    if payment.client_secret:
        return payment
    try:
        intent = gateway.create_intent(
            key=payment.public_id,
            amount=payment.amount_minor,
            currency=payment.currency,
            account=payment.account,
            fee=payment.fee_minor,
            description=payment.order.number,
            metadata={
                "vitrine_schema": current_schema(),
                "order": payment.order.public_id,
                "payment": payment.public_id,
            },
        )
    except GatewayAway as error:
        raise PaymentProviderAway(retry_after=3) from error
    except GatewayRefused as error:
        cancel_pending(order_id=payment.order_id, reason="The payment could not be started.", actor="system")
        if payment.account:
            _ask_about_account()
        raise PaymentRefused(reason=str(error)) from error
    # Both at once: a payment that is known to the provider and still called new would never be closed.
    Payment.objects.filter(pk=payment.pk, provider_intent=None).update(
        provider_intent=intent.id,
        client_secret=intent.client_secret,
        status=Case(When(status=Payment.Status.CREATED, then=Value(Payment.Status.PENDING)), default=F("status")),
    )
    payment.refresh_from_db()
    return payment


def confirm_payment(*, payment_id: uuid.UUID) -> Payment:
    """Ask the provider how a payment stands and do what follows from it.

    Called by the return URL, by webhooks and by reconciliation, in any order and at once: the first
    does the work under the order's row lock, the others find it done. Raises PaymentProviderAway.
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if payment.provider_intent is None:
        if payment.status == Payment.Status.CANCELLED:
            return payment  # the provider never heard of it
        payment = start_payment(payment=payment)
    assert payment.provider_intent is not None
    try:
        intent = gateway.fetch_intent(intent_id=payment.provider_intent, account=payment.account)
    except (GatewayAway, GatewayRefused) as error:
        raise PaymentProviderAway(retry_after=3) from error
    return apply_intent(payment_id=payment_id, intent=intent)


@transaction.atomic
def apply_intent(*, payment_id: uuid.UUID, intent: Intent) -> Payment:
    """What follows from the provider's word. Locks the order, then the payment, then the holds,
    then stock. Never moves a payment backwards: a late `processing` changes nothing."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    Payment.objects.filter(pk=payment.pk).update(checked_at=Now())
    if payment.status not in sources(PAYMENT, "captured"):
        return payment
    if intent.status == "succeeded":
        settle(order=order, payment=payment, received=intent.amount_received, card=intent.card)
    elif intent.status == "canceled":
        cancel_pending(order_id=order.pk, reason="It was not paid in time.", actor="system")
    elif intent.failure_ref and intent.failure_ref != payment.failure_ref:
        _note_failure(order, payment, intent)
    payment.refresh_from_db()
    return payment


def clear_way(*, viewer: Viewer, hold_ids: Sequence[uuid.UUID]) -> None:
    """Close earlier attempts to pay for these holds, so that one thing is never paid twice.

    Raises OrderAlreadyPaid, PaymentRunning (the bank has not answered), PaymentProviderAway.
    """
    earlier = Payment.objects.filter(
        order__holds__in=hold_ids, order__viewer_key=viewer.key, order__status=Order.Status.PENDING
    )
    for payment_id in set(earlier.values_list("pk", flat=True)):
        close_payment(payment_id=payment_id)


def close_payment(*, payment_id: uuid.UUID) -> Payment:
    """Close a payment that nobody made, and its order. Raises OrderAlreadyPaid when it was made
    meanwhile (the order is then paid), PaymentRunning, PaymentProviderAway."""
    payment = confirm_payment(payment_id=payment_id)
    if payment.status == Payment.Status.PENDING:
        assert payment.provider_intent is not None
        try:
            intent = gateway.cancel_intent(intent_id=payment.provider_intent, account=payment.account)
        except GatewayAway as error:
            raise PaymentProviderAway(retry_after=3) from error
        except GatewayRefused:
            payment = confirm_payment(payment_id=payment_id)  # it was made, or is at the bank
        else:
            payment = apply_intent(payment_id=payment_id, intent=intent)
    if payment.status == Payment.Status.CAPTURED:
        raise OrderAlreadyPaid(number=payment.order.number)
    if payment.status == Payment.Status.PENDING:
        raise PaymentRunning(retry_after=3)
    return payment


def _ask_about_account() -> None:
    """The brand's account may have been closed to charges without our having been told."""
    from checkout.tasks.connecting import refresh_payment_account  # tasks call services, and this one starts a task

    send_on_commit(refresh_payment_account)


def _note_failure(order: Order, payment: Payment, intent: Intent) -> None:
    """The card was refused: say so once, keep the holds."""
    Payment.objects.filter(pk=payment.pk).update(
        failure_code=intent.failure_code[:60],
        failure_message=intent.failure_message[:300],
        failure_ref=intent.failure_ref[:80],
    )
    append(
        events.PaymentFailed(
            payment_id=payment.public_id,
            order_id=order.public_id,
            code=intent.failure_code,
            message=intent.failure_message,
        ),
        topic=topic_of(order),
        actor="system",
        to=order.viewer_key,
    )
