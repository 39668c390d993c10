"""What an account holds: balance transactions, written with each capture and refund, and their sums.

Nothing is ever paid out, so the balance is the sum of all transactions.
"""

from collections import Counter

from sandbox.stripe.errors import JsonObject
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params
from sandbox.stripe.session import Session


def book(session: Session, source: JsonObject, kind: str, amount: int, *, fee: int = 0) -> str:
    """Write one line of the account's ledger; an application fee is the platform's income."""
    line = _line(session, source, kind, amount, fee)
    if fee and session.account:
        platform = Session(session.store, session.settings, request_id=session.request_id)
        _line(platform, source, "application_fee", fee, 0)
    return str(line["id"])


def _line(session: Session, source: JsonObject, kind: str, amount: int, fee: int) -> JsonObject:
    details = [{"amount": fee, "currency": source["currency"], "type": "application_fee"}] if fee else []
    return session.make(
        "txn",
        "balance_transaction",
        amount=amount,
        available_on=session.now,
        currency=source["currency"],
        fee=fee,
        fee_details=details,
        net=amount - fee,
        source=source["id"],
        status="available",
        type=kind,
    )


def retrieve_balance(session: Session, params: Params) -> JsonObject:
    rows = session.store.rows(
        "SELECT json_extract(body, '$.currency') AS currency, SUM(json_extract(body, '$.net')) AS net"
        " FROM objects WHERE account = ? AND kind = 'balance_transaction' GROUP BY 1 ORDER BY 1",
        session.account,
    )
    sums = Counter({row["currency"]: row["net"] for row in rows})
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
