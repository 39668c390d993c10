"""Payment intents: create, retrieve, update, confirm, capture, cancel, list.

Trying the card is `payments`; the table of statuses is `states`.
"""

from sandbox.stripe.cards import CARDS
from sandbox.stripe.errors import (
    JsonObject,
    ParameterError,
    RequestRefusedError,
    ResourceMissingError,
)
from sandbox.stripe.ids import new_id, new_token
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params, merge_metadata
from sandbox.stripe.payments import attempt, make_payment_method, settle
from sandbox.stripe.resources.accounts import require_charges
from sandbox.stripe.session import Session
from sandbox.stripe.states import CONFIRMABLE, EDITABLE, move, require_status

# Given back as they came; the sandbox does nothing with them.
KEPT = (
    "description",
    "on_behalf_of",
    "payment_method_options",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)
CREATE_PARAMS = frozenset(
    {
        *KEPT, "amount", "application_fee_amount", "automatic_payment_methods", "capture_method", "confirm",
        "confirmation_method", "currency", "customer", "expand", "metadata", "off_session", "payment_method",
        "payment_method_types", "return_url", "use_stripe_sdk",
    }
)  # fmt: skip
UPDATE_PARAMS = frozenset(
    {
        *KEPT,
        "amount",
        "application_fee_amount",
        "currency",
        "customer",
        "expand",
        "metadata",
        "payment_method",
    }
)
CONFIRM_PARAMS = frozenset(
    {
        "expand",
        "off_session",
        "payment_method",
        "receipt_email",
        "return_url",
        "shipping",
        "use_stripe_sdk",
    }
)
# What Stripe.js may send with a publishable key on top.
BROWSER_CONFIRM_PARAMS = CONFIRM_PARAMS | {"client_secret"}

SMALLEST_AMOUNT = 50
LARGEST_AMOUNT = 99_999_999
CANCELLATION_REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")


def create(session: Session, params: Params) -> JsonObject:
    require_charges(session)
    amount = _amount(params.require_integer("amount"))
    currency = _currency(params.require_text("currency"))
    fee = _fee(session, params, amount)
    intent_id = new_id("pi")
    types = params.texts("payment_method_types")
    automatic = params.mapping("automatic_payment_methods")
    if types and automatic:
        raise ParameterError(
            "Give automatic_payment_methods or payment_method_types, not both.",
            param="payment_method_types",
        )
    intent: JsonObject = {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "application_fee_amount": fee,
        "automatic_payment_methods": None if types else _automatic(params),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.choice("capture_method", ("automatic", "automatic_async", "manual")) or "automatic",
        "client_secret": f"{intent_id}_secret_{new_token(25)}",
        "confirmation_method": params.choice("confirmation_method", ("automatic", "manual")) or "automatic",
        "created": session.now,
        "currency": currency,
        "customer": _customer(session, params),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": merge_metadata({}, params),
        "next_action": None,
        "payment_method": None,
        "payment_method_types": types or ["card"],
        "status": "requires_payment_method",
        **dict.fromkeys(KEPT),
        **params.kept(KEPT),
    }
    wants_confirm = params.boolean("confirm")
    return_url = params.url("return_url")
    if wants_confirm and not params.text("payment_method"):
        raise ParameterError(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            param="payment_method",
        )
    if return_url and not wants_confirm:
        raise ParameterError("return_url can only be given together with confirm=true.", param="return_url")
    session.store.add(session.account, intent)
    session.emit("payment_intent.created", intent)
    _choose_method(session, intent, params)
    session.save(intent)
    if wants_confirm:
        attempt(session, intent, return_url=return_url, in_page=params.boolean("use_stripe_sdk"))
    return intent


def retrieve(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("payment_intent", object_id, param="intent")


def list_all(session: Session, params: Params) -> JsonObject:
    fields = {"customer": params.text("customer")}
    return list_page(session, "payment_intent", "/v1/payment_intents", params, fields=fields)


def update(session: Session, params: Params, object_id: str) -> JsonObject:
    intent = retrieve(session, params, object_id)
    names = [name for name in UPDATE_PARAMS - {"metadata", "expand", "description"} if name in params]
    if names:
        require_status(intent, EDITABLE, "updated")
    if "amount" in params:
        intent["amount"] = _amount(params.require_integer("amount"))
    if "currency" in params:
        intent["currency"] = _currency(params.require_text("currency"))
    if "application_fee_amount" in params:
        intent["application_fee_amount"] = _fee(session, params, intent["amount"])
    if "customer" in params:
        intent["customer"] = _customer(session, params)
    intent["metadata"] = merge_metadata(intent["metadata"], params)
    intent.update(params.kept(KEPT))
    _choose_method(session, intent, params)
    session.save(intent)
    return intent


def confirm(session: Session, params: Params, object_id: str) -> JsonObject:
    """Raises CardDeclinedError (402) and leaves the intent waiting for another payment method."""
    return_url = params.url("return_url")
    in_page = params.boolean("use_stripe_sdk")
    intent = retrieve(session, params, object_id)
    require_status(intent, CONFIRMABLE, "confirmed")
    intent.update(params.kept(("receipt_email", "shipping")))
    _choose_method(session, intent, params)
    if intent["payment_method"] is None:
        raise ParameterError(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            param="payment_method",
        )
    attempt(session, intent, return_url=return_url, in_page=in_page)
    return intent


def capture(session: Session, params: Params, object_id: str) -> JsonObject:
    asked = params.integer("amount_to_capture")
    intent = retrieve(session, params, object_id)
    require_status(intent, frozenset({"requires_capture"}), "captured")
    amount = intent["amount_capturable"] if asked is None else asked
    if not 1 <= amount <= intent["amount_capturable"]:
        raise RequestRefusedError(
            f"The amount to capture must be between 1 and {intent['amount_capturable']}.",
            param="amount_to_capture",
            code="amount_too_large",
        )
    if "application_fee_amount" in params:
        intent["application_fee_amount"] = _fee(session, params, amount)
    intent["metadata"] = merge_metadata(intent["metadata"], params)
    charge = session.get("charge", intent["latest_charge"])
    settle(session, intent, charge, amount)
    session.emit("charge.captured", charge)
    return intent


def cancel(session: Session, params: Params, object_id: str) -> JsonObject:
    """An authorised charge is let go; nothing was taken."""
    reason = params.choice("cancellation_reason", CANCELLATION_REASONS)
    intent = retrieve(session, params, object_id)
    require_status(intent, CONFIRMABLE | {"requires_capture"}, "canceled")
    if intent["status"] == "requires_capture":
        charge = session.get("charge", intent["latest_charge"])
        charge.update(refunded=True, amount_refunded=charge["amount"])
        session.save(charge)
    move(intent, "canceled")
    intent.update(
        canceled_at=session.now,
        cancellation_reason=reason,
        next_action=None,
        amount_capturable=0,
        _nonce=None,
    )
    session.save(intent)
    session.emit("payment_intent.canceled", intent)
    return intent


def _amount(amount: int) -> int:
    if amount < SMALLEST_AMOUNT:
        raise ParameterError(
            f"Amount must be at least {SMALLEST_AMOUNT} of the currency's smallest unit.",
            param="amount",
            code="amount_too_small",
        )
    if amount > LARGEST_AMOUNT:
        raise ParameterError(
            f"Amount must be no more than {LARGEST_AMOUNT}.",
            param="amount",
            code="amount_too_large",
        )
    return amount


def _currency(value: str) -> str:
    if not (len(value) == 3 and value.isascii() and value.isalpha()):
        raise ParameterError(f"Invalid currency: {value}", param="currency")
    return value.lower()


def _fee(session: Session, params: Params, amount: int) -> int | None:
    fee = params.integer("application_fee_amount")
    if fee is not None and not session.account:
        raise RequestRefusedError(
            "Can only apply an application_fee_amount when the PaymentIntent is made inside a connected account.",
            param="application_fee_amount",
        )
    if fee is not None and not 0 <= fee <= amount:
        raise ParameterError("The application fee must be between 0 and the amount.", param="application_fee_amount")
    return fee


def _automatic(params: Params) -> JsonObject:
    given = params.nested("automatic_payment_methods")
    return {
        "enabled": given.boolean("enabled", default=True),
        "allow_redirects": given.choice("allow_redirects", ("always", "never")) or "always",
    }


def _customer(session: Session, params: Params) -> str | None:
    customer = params.text("customer")
    if customer:
        session.get("customer", customer, param="customer")
    return customer


def _choose_method(session: Session, intent: JsonObject, params: Params) -> None:
    chosen = params.text("payment_method")
    if chosen is None:
        return
    if chosen in CARDS:
        intent["payment_method"] = make_payment_method(session, chosen)["id"]
    else:
        if chosen.startswith("pm_card_"):
            raise ResourceMissingError(
                f"The sandbox has no test payment method '{chosen}'. It has: {', '.join(CARDS)}.",
                param="payment_method",
            )
        session.get("payment_method", chosen, param="payment_method")
        intent["payment_method"] = chosen
    if intent["status"] == "requires_payment_method":
        move(intent, "requires_confirmation")
