"""Asking the provider about many payments, and doing what follows together where that is simple.

Not here: one payment (payments.confirm_payment) and what may follow (selling, settling).
"""

import uuid
from collections.abc import Sequence

import structlog

from checkout.errors import PaymentProviderAway
from checkout.gateway import stripe as gateway
from checkout.gateway.stripe import GatewayAway, GatewayRefused, Intent
from checkout.models import Payment
from checkout.services.payments import apply_intent, confirm_payment
from checkout.services.selling import MOST_TOGETHER, sell_batch
from kernel.errors import Problem

log = structlog.get_logger(__name__)


def confirm_payments(*, payment_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Ask how payments stand and do what follows: sales by batches, all else one by one. Returns those that the
    provider answered for; one that it does not answer for keeps nobody else waiting, and is asked about again."""
    answered: set[uuid.UUID] = set()
    for begin in range(0, len(payment_ids), MOST_TOGETHER):
        intents = _ask(payment_ids[begin : begin + MOST_TOGETHER], answered)
        for payment_id in intents.keys() - sell_batch(paid=intents):
            apply_intent(payment_id=payment_id, intent=intents[payment_id])
    return answered


def _ask(payment_ids: Sequence[uuid.UUID], answered: set[uuid.UUID]) -> dict[uuid.UUID, Intent]:
    intents: dict[uuid.UUID, Intent] = {}
    for payment in Payment.objects.filter(pk__in=payment_ids).order_by("pk"):
        try:
            if payment.provider_intent is None:
                confirm_payment(payment_id=payment.pk)  # it has to be made known first
            else:
                intents[payment.pk] = gateway.fetch_intent(intent_id=payment.provider_intent, account=payment.account)
        except (GatewayAway, GatewayRefused, PaymentProviderAway) as error:
            log.warning("payment.waits", payment=str(payment.pk), error=str(error))
        except Problem as problem:
            log.warning("payment.waits", payment=str(payment.pk), code=problem.code)
        else:
            answered.add(payment.pk)
    return intents
