"""Refunds: never more than was captured, one ledger line each.

A refund of the slow card is pending first; one of the refund-fails card is taken back later. Both are finished by
`timers`.
"""

from sandbox.stripe.cards import CARDS
from sandbox.stripe.errors import JsonObject, ParameterError, RequestRefusedError
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params, merge_metadata
from sandbox.stripe.resources import fees
from sandbox.stripe.resources.balance import book
from sandbox.stripe.session import Session

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(session: Session, params: Params) -> JsonObject:
    asked = params.integer("amount")
    reason = params.choice("reason", REASONS)
    metadata = merge_metadata({}, params)
    with_fee = params.boolean("refund_application_fee")
    charge = _charge(session, params)
    if not charge["captured"]:
        raise RequestRefusedError("This charge was not captured, so there is nothing to refund. Cancel it instead.")
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        raise RequestRefusedError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = left if asked is None else asked
    if amount < 1:
        raise ParameterError("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        raise RequestRefusedError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).",
            param="amount",
        )
    card = CARDS[charge["_token"]]
    is_slow = card.outcome == "slow"
    if with_fee and not charge.get("application_fee"):
        raise RequestRefusedError(
            "This charge has no application fee, so none can go back.", param="refund_application_fee"
        )
    refund = session.make(
        "re",
        "refund",
        amount=amount,
        balance_transaction=None,
        charge=charge["id"],
        currency=charge["currency"],
        failure_reason=None,
        metadata=metadata,
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="pending" if is_slow else "succeeded",
    )
    _count(session, charge, amount)
    back = fees.give_back(session, charge, charge["amount_refunded"]) if with_fee else 0
    refund["balance_transaction"] = book(session, refund, "refund", -amount, fee=-back)
    session.save(refund)
    session.emit("refund.created", refund)
    session.emit("charge.refunded", charge)
    if is_slow or card.refund_fails:
        session.set_timer(refund["id"], session.settings.slow_seconds)
    return refund


def retrieve(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("refund", object_id)


def update(session: Session, params: Params, object_id: str) -> JsonObject:
    refund = session.get("refund", object_id)
    refund["metadata"] = merge_metadata(refund["metadata"], params)
    session.save(refund)
    session.emit("refund.updated", refund)
    return refund


def list_all(session: Session, params: Params) -> JsonObject:
    fields = {"payment_intent": params.text("payment_intent"), "charge": params.text("charge")}
    return list_page(session, "refund", "/v1/refunds", params, fields=fields)


def finish(session: Session, refund: JsonObject) -> None:
    """The bank's last word, some seconds after the refund was made."""
    charge = session.get("charge", refund["charge"])
    if CARDS[charge["_token"]].refund_fails:
        refund.update(status="failed", failure_reason="expired_or_canceled_card")
        book(session, refund, "refund_failure", refund["amount"])
        _count(session, charge, -refund["amount"])
    else:
        refund["status"] = "succeeded"
    session.save(refund)
    session.emit("refund.updated", refund)
    if refund["status"] == "failed":
        session.emit("refund.failed", refund)


def _charge(session: Session, params: Params) -> JsonObject:
    charge_id, intent_id = params.text("charge"), params.text("payment_intent")
    if charge_id:
        return session.get("charge", charge_id, param="charge")
    if not intent_id:
        raise ParameterError(
            "One of the following params should be provided for this request: payment_intent or charge.",
            param="payment_intent",
        )
    intent = session.get("payment_intent", intent_id, param="payment_intent")
    if intent["status"] != "succeeded":
        raise RequestRefusedError(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return session.get("charge", intent["latest_charge"])


def _count(session: Session, charge: JsonObject, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    session.save(charge)
