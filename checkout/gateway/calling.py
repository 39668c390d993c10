"""One call to Stripe by its own SDK: the client, whose account, and errors as two cases.

Not here: what is asked (stripe, connect).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import stripe
import structlog
from django.conf import settings

T = TypeVar("T")

TIMEOUT = (3.05, 12.0)  # connecting, answering
RETRIES = 2  # with the same idempotency key: a lost answer is asked for again, not charged again

log = structlog.get_logger(__name__)


class GatewayAway(Exception):
    """No answer, or a broken one: what became of the call is not known. Ask again with the same key."""


class GatewayRefused(Exception):
    """The provider understood and said no; nothing was changed."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


# The code of a refusal that means: this account is not ours any more, or the key is wrong.
ACCOUNT_NOT_READY = "account_not_ready"


def client() -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)
def _client_for(key: str, base: str) -> stripe.StripeClient:
    addresses: Any = {"api": base} if base else None
    return stripe.StripeClient(
        key,
        base_addresses=addresses,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )


def options(account: str, key: str = "") -> Any:
    """Whose account the call is about (empty: the platform's), and under which idempotency key."""
    chosen: dict[str, str] = {}
    if account:
        chosen["stripe_account"] = account
    if key:
        chosen["idempotency_key"] = key
    return chosen


def call(request: Callable[[], T]) -> T:
    """Do it. Raises GatewayAway, GatewayRefused."""
    try:
        return request()
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        log.warning("gateway.refused", code=error.code, reason=error.user_message)
        raise GatewayRefused(error.user_message or "The payment service refused.", error.code or "") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.error("gateway.keys_refused", reason=str(error))
        raise GatewayRefused("This shop's payment account is not ready.", ACCOUNT_NOT_READY) from error
    except stripe.StripeError as error:
        log.warning("gateway.away", reason=str(error))
        raise GatewayAway(str(error)) from error
