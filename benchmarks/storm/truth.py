"""What is: the brand's rows in PostgreSQL, and the payments in the provider's books.

Not here: what anybody was told (ledger).
"""

import json
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from kernel import ids

_SECRET = "sk_test_sandbox"


@dataclass(frozen=True, slots=True)
class HoldRow:
    viewer: str
    variant: str
    drop: str | None
    quantity: int
    status: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    viewer: str
    status: str
    total: int
    refunded: int


@dataclass(frozen=True, slots=True)
class LineRow:
    order: str
    variant: str
    drop: str | None
    quantity: int
    returned: int


@dataclass(frozen=True, slots=True)
class PaymentRow:
    order: str
    intent: str | None
    status: str
    captured: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """`about` is the hold or the order that it tells of."""

    position: int | None
    topic: str
    seq: int | None
    type: str
    about: str


@dataclass(frozen=True, slots=True)
class StockRow:
    total: int
    available: int
    held: int
    sold: int


@dataclass(frozen=True, slots=True)
class DropRow:
    variant: str
    units: int
    left: int
    per_buyer: int


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment in the provider's books."""

    order: str
    status: str
    received: int
    refunded: int


@dataclass(frozen=True)
class Truth:
    """All by public id; `charges` by the provider's id. `faults`: what `stock verify` found."""

    holds: Mapping[str, HoldRow]
    orders: Mapping[str, OrderRow]
    lines: Sequence[LineRow]
    payments: Sequence[PaymentRow]
    refunds: Mapping[str, tuple[str, int, str]]  # order, amount, status
    events: Sequence[EventRow]
    stock: Mapping[str, StockRow]
    drops: Mapping[str, DropRow]
    charges: Mapping[str, Charge]
    faults: int = 0


def read_truth(database_url: str, schema: str, payments_port: int, *, faults: int) -> Truth:
    """Everything, in one picture of the database; the provider's books after it."""
    with psycopg.connect(database_url, row_factory=namedtuple_row, options=f"-c search_path={schema}") as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        rows: Any = lambda query: connection.execute(query).fetchall()  # noqa: E731
        holds = {
            _id("hld", r.id): HoldRow(r.viewer_key, _id("var", r.variant_id), _drop(r.drop_id), r.quantity, r.status)
            for r in rows("SELECT id, viewer_key, variant_id, drop_id, quantity, status FROM checkout_hold")
        }
        orders = {
            _id("ord", r.id): OrderRow(r.viewer_key, r.status, r.total_minor, r.refunded_minor)
            for r in rows("SELECT id, viewer_key, status, total_minor, refunded_minor FROM checkout_order")
        }
        lines = [
            LineRow(_id("ord", r.order_id), _id("var", r.variant_id), _drop(r.drop_id), r.quantity, r.returned)
            for r in rows("SELECT order_id, variant_id, drop_id, quantity, returned FROM checkout_orderline")
        ]
        payments = [
            PaymentRow(_id("ord", r.order_id), r.provider_intent, r.status, r.captured_minor)
            for r in rows("SELECT order_id, provider_intent, status, captured_minor FROM checkout_payment")
        ]
        refunds = {
            _id("rfd", r.id): (_id("ord", r.order_id), r.amount_minor, r.status)
            for r in rows("SELECT id, order_id, amount_minor, status FROM checkout_refund")
        }
        events = [
            EventRow(r.position, r.topic, r.seq, r.type, r.about or "")
            for r in rows(
                "SELECT position, topic, seq, type, coalesce(data->>'hold_id', data->>'order_id') AS about"
                " FROM eventlog_eventrecord ORDER BY position NULLS LAST"
            )
        ]
        stock = {
            _id("var", r.variant_id): StockRow(r.total, r.available, r.held, r.sold)
            for r in rows("SELECT variant_id, total, available, held, sold FROM catalog_stock")
        }
        drops = {
            _id("drp", r.id): DropRow(_id("var", r.variant_id), r.units, r.units_left, r.per_buyer)
            for r in rows("SELECT id, variant_id, units, units_left, per_buyer FROM catalog_drop")
        }
    return Truth(holds, orders, lines, payments, refunds, events, stock, drops, _charges(payments_port), faults=faults)


def _charges(port: int) -> dict[str, Charge]:
    refunded: dict[str, int] = {}
    for refund in _listed(port, "refunds"):
        if refund["status"] == "succeeded":
            refunded[refund["payment_intent"]] = refunded.get(refund["payment_intent"], 0) + refund["amount"]
    return {
        intent["id"]: Charge(
            intent["metadata"].get("order", ""), intent["status"], intent["amount_received"],
            refunded.get(intent["id"], 0),
        )
        for intent in _listed(port, "payment_intents")
    }  # fmt: skip


def _listed(port: int, kind: str) -> list[dict[str, Any]]:
    """All objects of one kind, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        after = f"&starting_after={found[-1]['id']}" if found else ""
        url = f"http://127.0.0.1:{port}/v1/{kind}?limit=100{after}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {_SECRET}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            page = json.load(answer)
        found += page["data"]
        if not page["has_more"]:
            return found


def _id(prefix: str, value: Any) -> str:
    return ids.public_id(prefix, value)


def _drop(value: Any) -> str | None:
    return ids.public_id("drp", value) if value else None
