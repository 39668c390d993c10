"""Stripe by its own SDK: intents, refunds, signatures; answers as small frozen values, errors as three cases.

Not here: what an answer means for an order (services). No call belongs inside a transaction.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import stripe
import structlog
from django.conf import settings

T = TypeVar("T")

TIMEOUT = (3.05, 12.0)  # connecting, answering
RETRIES = 2  # with the same idempotency key: a lost answer is asked for again, not charged again
TOLERANCE = 300  # seconds that a signature may be old

log = structlog.get_logger(__name__)


class GatewayAway(Exception):
    """No answer, or a broken one: what became of the call is not known. Ask again with the same key."""


class GatewayRefused(Exception):
    """The provider understood and said no; nothing was changed."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


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


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    id: str
    status: str
    amount: int
    failure: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A verified event: where it points to. Its contents are fetched again, never believed."""

    id: str
    type: str
    account: str
    object_id: str
    schema: str


def create_intent(
    *, key: str, amount: int, currency: str, account: str, description: str, metadata: dict[str, str]
) -> Intent:
    """Start a payment; the same key gives the same payment. Raises GatewayAway, GatewayRefused."""
    params: Any = {
        "amount": amount,
        "currency": currency.lower(),
        "description": description,
        "metadata": metadata,
        "automatic_payment_methods": {"enabled": True},
    }
    return _intent(_call(lambda: _client().v1.payment_intents.create(params, _options(account, key))))


def fetch_intent(*, intent_id: str, account: str) -> Intent:
    """The payment as it stands. Raises GatewayAway, GatewayRefused."""
    return _intent(_call(lambda: _client().v1.payment_intents.retrieve(intent_id, options=_options(account))))


def cancel_intent(*, intent_id: str, account: str) -> Intent:
    """Close a payment that was not made. Raises GatewayRefused when it was, GatewayAway."""
    params: Any = {"cancellation_reason": "abandoned"}
    return _intent(_call(lambda: _client().v1.payment_intents.cancel(intent_id, params, _options(account))))


def confirm_with_test_card(*, intent_id: str, account: str, card: str) -> Intent:
    """Pay as a browser would, with one of the provider's test cards. Raises GatewayRefused for a
    declined one, and always outside of test mode: no server pays with a buyer's card."""
    if not settings.STRIPE_SECRET_KEY.startswith("sk_test_"):
        raise GatewayRefused("Test cards work with test keys alone.", "not_in_test_mode")
    params: Any = {"payment_method": card, "return_url": settings.PLATFORM_URL}
    return _intent(_call(lambda: _client().v1.payment_intents.confirm(intent_id, params, _options(account))))


def create_refund(*, key: str, intent_id: str, amount: int, account: str, metadata: dict[str, str]) -> ProviderRefund:
    """Send money back; the same key sends it once. Raises GatewayAway, GatewayRefused."""
    params: Any = {"payment_intent": intent_id, "amount": amount, "metadata": metadata}
    return _refund(_call(lambda: _client().v1.refunds.create(params, _options(account, key))))


def fetch_refund(*, refund_id: str, account: str) -> ProviderRefund:
    """The refund as it stands. Raises GatewayAway, GatewayRefused."""
    return _refund(_call(lambda: _client().v1.refunds.retrieve(refund_id, options=_options(account))))


def read_notice(*, body: bytes, signature: str) -> Notice:
    """The event in a signed body. Raises SignatureWrong; needs no network."""
    if not signature.isascii():
        raise SignatureWrong("a signature is written in ASCII")  # the library would stumble over it
    try:
        event = stripe.Webhook.construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise SignatureWrong(str(error)) from error
    data: dict[str, Any] = json.loads(body)
    thing = data.get("data", {}).get("object", {})
    return Notice(
        id=str(event.id),
        type=str(event.type),
        account=str(data.get("account") or ""),
        object_id=str(thing.get("id") or ""),
        schema=str((thing.get("metadata") or {}).get("vitrine_schema") or ""),
    )


@lru_cache(maxsize=4)
def _client_for(key: str, base: str) -> stripe.StripeClient:
    addresses: Any = {"api": base} if base else None
    return stripe.StripeClient(
        key,
        base_addresses=addresses,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )


def _client() -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


def _options(account: str, key: str = "") -> Any:
    options: dict[str, str] = {}
    if account:
        options["stripe_account"] = account
    if key:
        options["idempotency_key"] = key
    return options


def _call(request: Callable[[], T]) -> T:
    try:
        return request()
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        log.warning("gateway.refused", code=error.code, reason=error.user_message)
        raise GatewayRefused(error.user_message or "The payment service refused.", error.code or "") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.error("gateway.keys_refused", reason=str(error))
        raise GatewayRefused("This shop's payment account is not ready.", "account_not_ready") from error
    except stripe.StripeError as error:
        log.warning("gateway.away", reason=str(error))
        raise GatewayAway(str(error)) from error


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
    )


def _refund(found: stripe.Refund) -> ProviderRefund:
    return ProviderRefund(
        id=found.id,
        status=found.status or "pending",
        amount=found.amount,
        failure=str(getattr(found, "failure_reason", None) or ""),
    )
