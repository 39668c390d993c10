"""What an account holds: balance transactions, written with each capture, refund and payout, and their sums.

The balance is the sum of all transactions; money leaves by a payout that somebody asks for.
"""

from collections import Counter

from sandbox.stripe.errors import JsonObject
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params
from sandbox.stripe.session import Session


def book(session: Session, source: JsonObject, kind: str, amount: int, *, fee: int = 0, processing: int = 0) -> str:
    """Write one line of the account's ledger. `fee` is the platform's part, `processing` the provider's own;
    below zero they come back with a refund."""
    parts = {"application_fee": fee, "stripe_fee": processing}
    details = [
        {"amount": part, "currency": source["currency"], "type": name} for name, part in parts.items() if part != 0
    ]
    line = session.make(
        "txn",
        "balance_transaction",
        amount=amount,
        available_on=session.now,
        currency=source["currency"],
        fee=fee + processing,
        fee_details=details,
        net=amount - fee - processing,
        source=source["id"],
        status="available",
        type=kind,
    )
    return str(line["id"])


def balance_of(session: Session) -> Counter[str]:
    """What the account holds, by currency."""
    rows = session.store.rows(
        "SELECT json_extract(body, '$.currency') AS currency, SUM(json_extract(body, '$.net')) AS net"
        " FROM objects WHERE account = ? AND kind = 'balance_transaction' GROUP BY 1 ORDER BY 1",
        session.account,
    )
    return Counter({row["currency"]: row["net"] for row in rows})


def retrieve_balance(session: Session, params: Params) -> JsonObject:
    sums = balance_of(session)
    return {
        "object": "balance",
        "livemode": False,
        "available": [
            {"amount": net, "currency": currency, "source_types": {"card": net}} for currency, net in sums.items()
        ],
        "pending": [{"amount": 0, "currency": currency, "source_types": {"card": 0}} for currency in sums],
    }


def list_transactions(session: Session, params: Params) -> JsonObject:
    fields = {
        "source": params.text("source"),
        "type": params.text("type"),
        "currency": params.text("currency"),
    }
    return list_page(session, "balance_transaction", "/v1/balance_transactions", params, fields=fields)


def retrieve_transaction(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("balance_transaction", object_id)
