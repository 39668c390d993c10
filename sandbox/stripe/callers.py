"""Who is calling: the secret key of a server, or a browser with a publishable key and one intent's client secret.

What a browser sees of its intent is said here too.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.stripe.errors import (
    AccountInvalidError,
    AuthenticationError,
    JsonObject,
    ResourceMissingError,
)
from sandbox.stripe.params import Params
from sandbox.stripe.store import Store

# Stripe shows a browser neither metadata, customer, fee nor charge.
_SHOWN_TO_BROWSERS = (
    "id", "object", "amount", "automatic_payment_methods", "canceled_at", "cancellation_reason", "capture_method",
    "client_secret", "confirmation_method", "created", "currency", "description", "last_payment_error", "livemode",
    "next_action", "payment_method", "payment_method_types", "receipt_email", "setup_future_usage", "shipping",
    "status",
)  # fmt: skip


@dataclass(frozen=True)
class Caller:
    account: str
    is_browser: bool


def identify(headers: Mapping[str, str], form: dict[str, str], store: Store) -> Caller:
    """Raises AuthenticationError without a usable key, AccountInvalidError for an account nobody created.

    `form` holds what Stripe.js sends among the parameters because a header would cost a preflight: `key`,
    `_stripe_account`.
    """
    key = _bearer(headers.get("authorization", "")) or form.get("key", "")
    if not key:
        raise AuthenticationError(
            "You did not provide an API key. Send it in the Authorization header, as in "
            "'Authorization: Bearer sk_test_…'."
        )
    if key.startswith(("sk_live_", "pk_live_", "rk_live_")):
        raise AuthenticationError("This is a sandbox: it takes no live key. Use one that starts with sk_test_.")
    is_browser = key.startswith("pk_")
    if not is_browser and (not key.startswith("sk_") or "key" in form):
        raise AuthenticationError("Invalid API Key provided. It starts with sk_test_ and is sent as a header.")
    account = headers.get("stripe-account") or form.get("_stripe_account", "")
    if account and store.find(account, "account") is None:
        raise AccountInvalidError(
            f"The provided key does not have access to account '{account}' (or that account does not exist)."
        )
    return Caller(account, is_browser)


def _bearer(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def require_client_secret(store: Store, account: str, intent_id: str, params: Params) -> None:
    """A browser may touch one intent: the one whose secret it holds. Wrong and unknown look the same."""
    secret = params.require_text("client_secret")
    found = store.find(intent_id, "payment_intent")
    known = found.body["client_secret"] if found and found.account == account else ""
    if not hmac.compare_digest(known.encode(), secret.encode()):
        raise ResourceMissingError(f"No such payment_intent: '{intent_id}'", param="intent")


def browser_view(body: JsonObject) -> JsonObject:
    return {name: body[name] for name in _SHOWN_TO_BROWSERS if name in body}
