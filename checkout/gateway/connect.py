"""Brands' own accounts at Stripe: made, set up by its own pages, described, and the lines of their ledgers.

Not here: payments and refunds (stripe). No call belongs inside a transaction.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import stripe

from checkout.gateway.calling import call, client, options


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the provider describes it."""

    id: str
    details_submitted: bool
    charges_enabled: bool
    payouts_enabled: bool
    requirements_due: list[str]
    disabled_reason: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One movement on an account: `net` is `amount` less both fees. `about` is the payment or refund it came
    from, by the provider's ids, empty for a payout."""

    id: str
    kind: str
    at: dt.datetime
    currency: str
    amount: int
    platform_fee: int
    provider_fee: int
    net: int
    about: str


def create_account(*, key: str, country: str, email: str, name: str, url: str, metadata: dict[str, str]) -> Account:
    """A new account; the same key gives the same one. Raises GatewayAway, GatewayRefused."""
    params: Any = {
        "type": "standard",
        "country": country,
        "business_profile": {"name": name, "url": url},
        "metadata": metadata,
    }
    if email:
        params["email"] = email
    return _account(call(lambda: client().v1.accounts.create(params, options("", key))))


def fetch_account(*, account: str) -> Account:
    """The account as it stands. Raises GatewayAway, GatewayRefused."""
    return _account(call(lambda: client().v1.accounts.retrieve(account)))


def create_link(*, account: str, return_url: str, refresh_url: str) -> str:
    """The address of the provider's own form; it works once, for some minutes. Raises GatewayAway,
    GatewayRefused."""
    params: Any = {
        "account": account,
        "type": "account_onboarding",
        "return_url": return_url,
        "refresh_url": refresh_url,
    }
    return call(lambda: client().v1.account_links.create(params)).url


def ledger(*, account: str, since: dt.datetime, until: dt.datetime, limit: int) -> Iterator[LedgerLine]:
    """At most `limit` lines of an account's ledger in [since, until), newest first. Raises GatewayAway,
    GatewayRefused while it is read."""
    params: Any = {
        "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
        "limit": 100,
        "expand": ["data.source"],
    }
    while True:
        page = call(partial(client().v1.balance_transactions.list, params, options(account)))
        for found in page.data[:limit]:
            yield _line(found)
        limit -= len(page.data)
        if limit <= 0 or not page.has_more:
            return
        params = {**params, "starting_after": page.data[-1].id}


def _account(found: stripe.Account) -> Account:
    needs: dict[str, Any] = found.requirements.to_dict() if found.requirements else {}
    return Account(
        id=found.id,
        details_submitted=bool(found.details_submitted),
        charges_enabled=bool(found.charges_enabled),
        payouts_enabled=bool(found.payouts_enabled),
        requirements_due=[str(name) for name in needs.get("currently_due") or []],
        disabled_reason=str(needs.get("disabled_reason") or ""),
    )


def _line(found: stripe.BalanceTransaction) -> LedgerLine:
    data: dict[str, Any] = found.to_dict()
    fees = {"application_fee": 0, "stripe_fee": 0}
    for part in data.get("fee_details") or []:
        kind = part["type"] if part["type"] in fees else "stripe_fee"  # taxes on the provider's fee are its own
        fees[kind] += part["amount"]
    source = data.get("source")
    source = source if isinstance(source, dict) else {"object": "", "id": source}
    about = source.get("payment_intent") if source["object"] == "charge" else source["id"]
    return LedgerLine(
        id=data["id"],
        kind=data["type"],
        at=dt.datetime.fromtimestamp(data["created"], dt.UTC),
        currency=data["currency"].upper(),
        amount=data["amount"],
        platform_fee=fees["application_fee"],
        provider_fee=fees["stripe_fee"],
        net=data["net"],
        about=str(about or ""),
    )
