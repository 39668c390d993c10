"""The provider's own lists of the last days: every payment and refund that it made in our name.

Not here: what a difference means (services/auditing).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checkout.gateway.calling import call, client, options

_PAGE = 100


@dataclass(frozen=True, slots=True)
class BookedPayment:
    """`payment` is our own id as we wrote it into the object, `schema` the brand's."""

    intent: str
    status: str
    received: int
    payment: str
    schema: str


@dataclass(frozen=True, slots=True)
class BookedRefund:
    """`refund` is our own id; empty when somebody made it in the provider's dashboard."""

    id: str
    intent: str
    status: str
    amount: int
    refund: str


def list_payments(*, account: str, since: dt.datetime) -> Iterator[BookedPayment]:
    """All payments begun since, newest first. Raises GatewayAway, GatewayRefused while it is read."""
    params: Any = {"limit": _PAGE, "created": {"gte": int(since.timestamp())}}
    pages = call(lambda: client().v1.payment_intents.list(params, options(account)))
    while True:
        for found in pages.data:
            words = found.metadata.to_dict() if found.metadata is not None else {}
            yield BookedPayment(
                intent=found.id,
                status=found.status,
                received=found.amount_received or 0,
                payment=str(words.get("payment", "")),
                schema=str(words.get("vitrine_schema", "")),
            )
        if not pages.has_more:
            return
        pages = call(pages.next_page)


def list_refunds(*, account: str, since: dt.datetime) -> Iterator[BookedRefund]:
    """All refunds made since, newest first. Raises GatewayAway, GatewayRefused while it is read."""
    params: Any = {"limit": _PAGE, "created": {"gte": int(since.timestamp())}}
    pages = call(lambda: client().v1.refunds.list(params, options(account)))
    while True:
        for found in pages.data:
            words = found.metadata.to_dict() if found.metadata is not None else {}
            yield BookedRefund(
                id=found.id,
                intent=str(found.payment_intent or ""),
                status=found.status or "pending",
                amount=found.amount,
                refund=str(words.get("refund", "")),
            )
        if not pages.has_more:
            return
        pages = call(pages.next_page)
