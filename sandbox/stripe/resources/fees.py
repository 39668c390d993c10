"""Application fees: the platform's part of a charge on a connected account, and what of it went back.

They belong to the platform, whose ledger they stand in; the account's own ledger is `balance`.
"""

from sandbox.stripe.errors import JsonObject
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params
from sandbox.stripe.resources.balance import book
from sandbox.stripe.session import Session


def collect(session: Session, charge: JsonObject, amount: int) -> None:
    """Take the fee of a captured charge, inside the transaction that captures it."""
    if not amount or not session.account:
        return
    platform = _platform(session)
    fee = platform.make(
        "fee",
        "application_fee",
        account=session.account,
        amount=amount,
        amount_refunded=0,
        balance_transaction=None,
        charge=charge["id"],
        currency=charge["currency"],
        refunded=False,
    )
    fee["balance_transaction"] = book(platform, fee, "application_fee", amount)
    platform.save(fee)
    charge["application_fee"] = fee["id"]
    platform.emit("application_fee.created", fee)


def give_back(session: Session, charge: JsonObject, refunded: int) -> int:
    """Give back the part of the fee that belongs to `refunded` of the charge in all. Returns what goes back now.

    The parts of several refunds add up to the share of their sum, so that a charge which went back whole
    leaves nothing of its fee, however it was cut.
    """
    fee_id = charge.get("application_fee")
    if not fee_id:
        return 0
    platform = _platform(session)
    fee = platform.get("application_fee", fee_id)
    share = (2 * fee["amount"] * refunded + charge["amount_captured"]) // (2 * charge["amount_captured"])
    back = max(0, share - fee["amount_refunded"])
    if back:
        fee["amount_refunded"] += back
        fee["refunded"] = fee["amount_refunded"] == fee["amount"]
        platform.save(fee)
        refund = platform.make("fr", "fee_refund", amount=back, currency=fee["currency"], fee=fee_id, metadata={})
        book(platform, refund, "application_fee_refund", -back)
        platform.emit("application_fee.refunded", fee)
    return int(back)


def retrieve(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("application_fee", object_id)


def list_all(session: Session, params: Params) -> JsonObject:
    fields = {"charge": params.text("charge")}
    return list_page(session, "application_fee", "/v1/application_fees", params, fields=fields)


def _platform(session: Session) -> Session:
    """The same request as the platform's own namespace sees it."""
    return Session(
        session.store,
        session.settings,
        request_id=session.request_id,
        idempotency_key=session.idempotency_key,
    )
