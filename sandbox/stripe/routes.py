"""Which method and path leads to which endpoint, and the parameters each takes.

Nothing is decided here; a parameter that is not listed is refused, as Stripe does.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.stripe.errors import JsonObject
from sandbox.stripe.listing import LIST_PARAMS
from sandbox.stripe.resources import (
    accounts,
    balance,
    charges,
    customers,
    events,
    fees,
    payment_intents,
    payouts,
    refunds,
)

EXPAND = frozenset({"expand"})


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    endpoint: Callable[..., JsonObject]
    params: frozenset[str] = EXPAND
    # What a publishable key may send; None where only the secret key may call.
    browser_params: frozenset[str] | None = None

    def match(self, method: str, path: str) -> list[str] | None:
        """The ids in the path, or None when this is another route's request."""
        if method != self.method:
            return None
        found = re.fullmatch(self.path.replace(":id", "([A-Za-z0-9_]+)"), path)
        return list(found.groups()) if found else None


_INTENTS = "/v1/payment_intents"

ROUTES = (
    Route("POST", _INTENTS, payment_intents.create, payment_intents.CREATE_PARAMS),
    Route("GET", _INTENTS, payment_intents.list_all, LIST_PARAMS | {"customer"}),
    Route(
        "GET",
        f"{_INTENTS}/:id",
        payment_intents.retrieve,
        EXPAND | {"client_secret"},
        browser_params=frozenset({"client_secret"}),
    ),
    Route("POST", f"{_INTENTS}/:id", payment_intents.update, payment_intents.UPDATE_PARAMS),
    Route(
        "POST",
        f"{_INTENTS}/:id/confirm",
        payment_intents.confirm,
        payment_intents.CONFIRM_PARAMS,
        browser_params=payment_intents.BROWSER_CONFIRM_PARAMS,
    ),
    Route(
        "POST",
        f"{_INTENTS}/:id/capture",
        payment_intents.capture,
        EXPAND | {"amount_to_capture", "application_fee_amount", "metadata"},
    ),
    Route("POST", f"{_INTENTS}/:id/cancel", payment_intents.cancel, EXPAND | {"cancellation_reason"}),
    Route("GET", "/v1/charges", charges.list_all, LIST_PARAMS | {"payment_intent", "customer"}),
    Route("GET", "/v1/charges/:id", charges.retrieve),
    Route("GET", "/v1/payment_methods/:id", charges.retrieve_method),
    Route(
        "POST",
        "/v1/refunds",
        refunds.create,
        EXPAND | {"amount", "charge", "payment_intent", "metadata", "reason", "refund_application_fee"},
    ),
    Route("GET", "/v1/refunds", refunds.list_all, LIST_PARAMS | {"payment_intent", "charge"}),
    Route("GET", "/v1/refunds/:id", refunds.retrieve),
    Route("POST", "/v1/refunds/:id", refunds.update, EXPAND | {"metadata"}),
    Route("POST", "/v1/customers", customers.create, customers.PARAMS),
    Route("GET", "/v1/customers", customers.list_all, LIST_PARAMS | {"email"}),
    Route("GET", "/v1/customers/:id", customers.retrieve),
    Route("POST", "/v1/customers/:id", customers.update, customers.PARAMS),
    Route("POST", "/v1/accounts", accounts.create, accounts.CREATE_PARAMS),
    Route("GET", "/v1/accounts", accounts.list_all, LIST_PARAMS),
    Route("GET", "/v1/accounts/:id", accounts.retrieve),
    Route("POST", "/v1/accounts/:id", accounts.update, accounts.UPDATE_PARAMS),
    Route("POST", "/v1/account_links", accounts.create_link, accounts.LINK_PARAMS),
    Route("GET", "/v1/balance", balance.retrieve_balance),
    Route(
        "GET",
        "/v1/balance_transactions",
        balance.list_transactions,
        LIST_PARAMS | {"source", "type", "currency"},
    ),
    Route("GET", "/v1/balance_transactions/:id", balance.retrieve_transaction),
    Route("GET", "/v1/application_fees", fees.list_all, LIST_PARAMS | {"charge"}),
    Route("GET", "/v1/application_fees/:id", fees.retrieve),
    Route("POST", "/v1/payouts", payouts.create, payouts.PARAMS),
    Route("GET", "/v1/payouts", payouts.list_all, LIST_PARAMS | {"status"}),
    Route("GET", "/v1/payouts/:id", payouts.retrieve),
    Route("GET", "/v1/events", events.list_all, LIST_PARAMS | {"type", "types"}),
    Route("GET", "/v1/events/:id", events.retrieve),
)
