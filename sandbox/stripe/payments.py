"""What happens to a payment intent when its card is tried: charges, status moves, events.

Reading parameters is `resources.payment_intents`'s work; later settlement is started by `timers` or by the pages.
"""

from typing import NoReturn
from urllib.parse import urlencode

from sandbox.stripe.cards import CARDS, TestCard
from sandbox.stripe.errors import CardDeclinedError, JsonObject
from sandbox.stripe.ids import new_id, new_token
from sandbox.stripe.resources import fees
from sandbox.stripe.resources.balance import book
from sandbox.stripe.session import Session, public
from sandbox.stripe.states import move


def card_of(session: Session, intent: JsonObject) -> TestCard:
    method = session.get("payment_method", intent["payment_method"], param="payment_method")
    return CARDS[method["_token"]]


def attempt(session: Session, intent: JsonObject, *, return_url: str | None, in_page: bool) -> None:
    """Try the intent's card. Raises CardDeclinedError, whose changes stay."""
    if intent["status"] != "requires_confirmation":
        move(intent, "requires_confirmation")
    intent.update(next_action=None, last_payment_error=None)
    card = card_of(session, intent)
    if card.outcome == "decline":
        refuse(
            session,
            intent,
            card,
            code=card.code,
            decline_code=card.decline_code,
            message=card.message,
        )
    elif card.outcome == "authenticate":
        _ask_for_confirmation(session, intent, return_url=return_url, in_page=in_page)
    elif card.outcome == "slow":
        move(intent, "processing")
        session.save(intent)
        session.emit("payment_intent.processing", intent)
        session.set_timer(intent["id"], session.settings.slow_seconds)
    else:
        approve(session, intent)


def _ask_for_confirmation(session: Session, intent: JsonObject, *, return_url: str | None, in_page: bool) -> None:
    nonce = new_token(32)
    page = f"{session.settings.public_url}/sandbox/authenticate/{intent['id']}"
    move(intent, "requires_action")
    intent.update(_nonce=nonce, _return_url=return_url)
    if in_page or return_url is None:
        url = f"{page}?{urlencode({'nonce': nonce, 'embedded': 1})}"
        intent["next_action"] = {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": url},
        }
    else:
        url = f"{page}?{urlencode({'nonce': nonce})}"
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": return_url, "url": url},
        }
    session.save(intent)
    session.emit("payment_intent.requires_action", intent)


def approve(session: Session, intent: JsonObject) -> None:
    """The card said yes: a charge exists, captured or waiting to be."""
    is_manual = intent["capture_method"] == "manual"
    charge = _make_charge(session, intent, status="succeeded", paid=True)
    intent.update(latest_charge=charge["id"], next_action=None, _nonce=None)
    session.emit("charge.succeeded", charge)
    if is_manual:
        move(intent, "requires_capture")
        intent["amount_capturable"] = intent["amount"]
        session.save(intent)
        session.emit("payment_intent.amount_capturable_updated", intent)
    else:
        settle(session, intent, charge, intent["amount"])


def settle(session: Session, intent: JsonObject, charge: JsonObject, amount: int) -> None:
    """Take the money: the one place where an intent becomes succeeded."""
    fee = intent["application_fee_amount"] or 0
    processing = amount * session.settings.processing_basis_points // 10_000
    charge.update(
        captured=True,
        amount_captured=amount,
        balance_transaction=book(session, charge, "charge", amount, fee=fee, processing=processing),
    )
    fees.collect(session, charge, fee)
    session.save(charge)
    move(intent, "succeeded")
    intent.update(amount_received=amount, amount_capturable=0)
    session.save(intent)
    session.emit("payment_intent.succeeded", intent)


def refuse(
    session: Session,
    intent: JsonObject,
    card: TestCard,
    *,
    code: str,
    decline_code: str,
    message: str,
) -> NoReturn:
    """The card said no: the intent waits for another one, and the caller is told why."""
    failure = {"failure_code": code, "failure_message": message}
    charge = _make_charge(session, intent, status="failed", paid=False, **failure)
    session.emit("charge.failed", charge)
    error: JsonObject = {
        "type": "card_error",
        "code": code,
        "message": message,
        "charge": charge["id"],
    }
    if decline_code:
        error["decline_code"] = decline_code
    method = session.get("payment_method", intent["payment_method"])
    move(intent, "requires_payment_method")
    intent.update(
        latest_charge=charge["id"],
        payment_method=None,
        next_action=None,
        _nonce=None,
        last_payment_error={**error, "payment_method": public(method)},
    )
    session.save(intent)
    session.emit("payment_intent.payment_failed", intent)
    extra = {"decline_code": decline_code} if decline_code else {}
    raise CardDeclinedError(message, code=code, charge=charge["id"], payment_intent=public(intent), **extra)


def answer_confirmation(session: Session, intent: JsonObject, *, is_approved: bool) -> None:
    """The buyer pressed a button on the bank's page."""
    if is_approved:
        approve(session, intent)
        return
    try:
        refuse(
            session,
            intent,
            card_of(session, intent),
            code="payment_intent_authentication_failure",
            decline_code="",
            message="The confirmation was refused. Your card was not charged. Choose another way to pay.",
        )
    except CardDeclinedError:
        # Told by the intent and its event: nobody waits for this answer.
        return


def _make_charge(session: Session, intent: JsonObject, *, status: str, paid: bool, **members: object) -> JsonObject:
    card = card_of(session, intent)
    method = session.get("payment_method", intent["payment_method"])
    fee = intent["application_fee_amount"]
    return session.make(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        application_fee=None,
        application_fee_amount=fee,
        balance_transaction=None,
        billing_details={
            "address": None,
            "email": intent["receipt_email"],
            "name": None,
            "phone": None,
        },
        captured=False,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        failure_code=members.get("failure_code"),
        failure_message=members.get("failure_message"),
        metadata=intent["metadata"],
        outcome={
            "network_status": "approved_by_network" if paid else "declined_by_network",
            "type": "authorized" if paid else "issuer_declined",
        },
        paid=paid,
        payment_intent=intent["id"],
        payment_method=intent["payment_method"],
        payment_method_details={"type": "card", "card": method["card"]},
        receipt_email=intent["receipt_email"],
        receipt_url=None,
        refunded=False,
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        status=status,
        transfer_data=intent["transfer_data"],
        _token=card.token,
    )


def make_payment_method(session: Session, token: str) -> JsonObject:
    """A token such as pm_card_visa becomes a payment method of its own, as it does at Stripe."""
    card = CARDS[token]
    return session.make(
        "pm",
        "payment_method",
        billing_details={"address": None, "email": None, "name": None, "phone": None},
        card={**card.details(), "fingerprint": new_id("fp", 12)},
        customer=None,
        metadata={},
        type="card",
        _token=token,
    )
