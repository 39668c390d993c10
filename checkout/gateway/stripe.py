"""Stripe by its own SDK: intents, refunds, signatures; answers as small frozen values, errors as three cases.

Not here: brands' accounts (connect), what an answer means for an order (services). No call belongs inside
a transaction.
"""

import json
from dataclasses import dataclass
from typing import Any

import stripe
from django.conf import settings

from checkout.gateway.calling import GatewayAway, GatewayRefused, call, client, options

__all__ = [
    "GatewayAway",
    "GatewayRefused",
    "Intent",
    "Notice",
    "ProviderRefund",
    "SignatureWrong",
    "cancel_intent",
    "confirm_with_test_card",
    "create_intent",
    "create_refund",
    "fetch_intent",
    "fetch_refund",
    "read_notice",
]

TOLERANCE = 300  # seconds that a signature may be old
# A refund comes with its line of the ledger, which says what the platform gave back.
_WITH_LINE: dict[str, list[str]] = {"expand": ["balance_transaction"]}


class SignatureWrong(Exception):
    """A body that the provider did not sign, or not lately."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment at the provider. `failure_ref` tells one failed try from the next."""

    id: str
    status: str
    amount: int
    amount_received: int
    currency: str
    client_secret: str
    failure_code: str
    failure_message: str
    failure_ref: str
    card: str = ""  # the provider's own name for the card that paid, the same whoever uses it


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """`fee` is what the platform gave back of its part; None while the provider has not booked the refund."""

    id: str
    status: str
    amount: int
    failure: str
    fee: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A verified event: where it points to. Its contents are fetched again, never believed."""

    id: str
    type: str
    account: str
    object_id: str
    schema: str


def create_intent(
    *, key: str, amount: int, currency: str, account: str, description: str, metadata: dict[str, str], fee: int = 0
) -> Intent:
    """Start a payment; the same key gives the same payment. `fee` is the platform's part of one on a brand's
    account. Raises GatewayAway, GatewayRefused."""
    params: Any = {
        "amount": amount,
        "currency": currency.lower(),
        "description": description,
        "metadata": metadata,
        "automatic_payment_methods": {"enabled": True},
    }
    if account and fee:
        params["application_fee_amount"] = fee
    return _intent(call(lambda: client().v1.payment_intents.create(params, options(account, key))))


def fetch_intent(*, intent_id: str, account: str) -> Intent:
    """The payment as it stands. Raises GatewayAway, GatewayRefused."""
    wide: Any = {"expand": ["latest_charge"]}
    return _intent(call(lambda: client().v1.payment_intents.retrieve(intent_id, wide, options(account))))


def cancel_intent(*, intent_id: str, account: str) -> Intent:
    """Close a payment that was not made. Raises GatewayRefused when it was, GatewayAway."""
    params: Any = {"cancellation_reason": "abandoned"}
    return _intent(call(lambda: client().v1.payment_intents.cancel(intent_id, params, options(account))))


def confirm_with_test_card(*, intent_id: str, account: str, card: str) -> Intent:
    """Pay as a browser would, with one of the provider's test cards. Raises GatewayRefused for a
    declined one, and always outside of test mode: no server pays with a buyer's card."""
    if not settings.STRIPE_SECRET_KEY.startswith("sk_test_"):
        raise GatewayRefused("Test cards work with test keys alone.", "not_in_test_mode")
    params: Any = {"payment_method": card, "return_url": settings.PLATFORM_URL}
    return _intent(call(lambda: client().v1.payment_intents.confirm(intent_id, params, options(account))))


def create_refund(
    *, key: str, intent_id: str, amount: int, account: str, metadata: dict[str, str], with_fee: bool = False
) -> ProviderRefund:
    """Send money back; the same key sends it once. `with_fee`: the platform gives its part of it back too.
    Raises GatewayAway, GatewayRefused."""
    params: Any = {"payment_intent": intent_id, "amount": amount, "metadata": metadata, **_WITH_LINE}
    if with_fee:
        params["refund_application_fee"] = True
    return _refund(call(lambda: client().v1.refunds.create(params, options(account, key))))


def fetch_refund(*, refund_id: str, account: str) -> ProviderRefund:
    """The refund as it stands. Raises GatewayAway, GatewayRefused."""
    params: Any = _WITH_LINE
    return _refund(call(lambda: client().v1.refunds.retrieve(refund_id, params, options(account))))


def read_notice(*, body: bytes, signature: str) -> Notice:
    """The event in a signed body. Raises SignatureWrong; needs no network."""
    if not signature.isascii():
        raise SignatureWrong("a signature is written in ASCII")  # the library would stumble over it
    event = _verified(body, signature)
    data: dict[str, Any] = json.loads(body)
    thing = data.get("data", {}).get("object", {})
    return Notice(
        id=str(event.id),
        type=str(event.type),
        account=str(data.get("account") or ""),
        object_id=str(thing.get("id") or ""),
        schema=str((thing.get("metadata") or {}).get("vitrine_schema") or ""),
    )


def _verified(body: bytes, signature: str) -> stripe.Event:
    """Signed by one of our secrets: the provider has one for its own account's events and one for brands'."""
    failure: Exception = SignatureWrong("no secret is set")
    for secret in filter(None, map(str.strip, settings.STRIPE_WEBHOOK_SECRET.split(","))):
        try:
            event: stripe.Event = stripe.Webhook.construct_event(body, signature, secret, TOLERANCE)
            return event
        except (stripe.SignatureVerificationError, ValueError) as error:
            failure = error
    raise SignatureWrong(str(failure)) from failure


def _intent(found: stripe.PaymentIntent) -> Intent:
    failure: dict[str, Any] = found.last_payment_error.to_dict() if found.last_payment_error else {}
    method = failure.get("payment_method") or {}
    return Intent(
        id=found.id,
        status=found.status,
        amount=found.amount,
        amount_received=found.amount_received,
        currency=found.currency.upper(),
        client_secret=found.client_secret or "",
        failure_code=str(failure.get("decline_code") or failure.get("code") or ""),
        failure_message=str(failure.get("message") or ""),
        failure_ref=str(failure.get("charge") or (method.get("id") if isinstance(method, dict) else "") or ""),
        card=_card_behind(found),
    )


def _card_behind(found: stripe.PaymentIntent) -> str:
    """The fingerprint of the card, where the charge was asked for with the payment."""
    charge = found.latest_charge
    if charge is None or isinstance(charge, str) or charge.payment_method_details is None:
        return ""
    card = charge.payment_method_details.card
    return str(card.fingerprint or "") if card else ""


def _refund(found: stripe.Refund) -> ProviderRefund:
    return ProviderRefund(
        id=found.id,
        status=found.status or "pending",
        amount=found.amount,
        failure=str(getattr(found, "failure_reason", None) or ""),
        fee=_fee_back(found),
    )


def _fee_back(found: stripe.Refund) -> int | None:
    line = found.balance_transaction
    if not isinstance(line, stripe.BalanceTransaction):
        return None
    return -sum(part.amount for part in line.fee_details if part.type == "application_fee")
