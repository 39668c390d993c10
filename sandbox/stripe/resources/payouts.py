"""Payouts: what leaves an account's balance for its bank. Paid at once, when somebody asks for it.

What the balance is made of is `balance`'s.
"""

from sandbox.stripe.errors import JsonObject, ParameterError, RequestRefusedError
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params, merge_metadata
from sandbox.stripe.resources.balance import balance_of, book
from sandbox.stripe.session import Session

PARAMS = frozenset({"amount", "currency", "description", "expand", "metadata", "statement_descriptor"})


def create(session: Session, params: Params) -> JsonObject:
    amount = params.require_integer("amount")
    currency = params.require_text("currency").lower()
    if amount < 1:
        raise ParameterError("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > balance_of(session)[currency]:
        raise RequestRefusedError(
            "You have insufficient funds in your Stripe account for this transfer.", code="balance_insufficient"
        )
    payout = session.make(
        "po",
        "payout",
        amount=amount,
        arrival_date=session.now,
        automatic=False,
        balance_transaction=None,
        currency=currency,
        description=params.text("description"),
        metadata=merge_metadata({}, params),
        method="standard",
        status="paid",
    )
    payout["balance_transaction"] = book(session, payout, "payout", -amount)
    session.save(payout)
    session.emit("payout.created", payout)
    session.emit("payout.paid", payout)
    return payout


def retrieve(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("payout", object_id)


def list_all(session: Session, params: Params) -> JsonObject:
    return list_page(session, "payout", "/v1/payouts", params, fields={"status": params.text("status")})
