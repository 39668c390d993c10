"""The payment intent's state machine as a table. Nothing else sets its `status`.

What happens on the way (charges, events) is in `payments`.
"""

from sandbox.stripe.errors import JsonObject, UnexpectedStateError
from sandbox.stripe.session import public

# status → the statuses it may become
TRANSITIONS: dict[str, frozenset[str]] = {
    "requires_payment_method": frozenset({"requires_confirmation", "canceled"}),
    "requires_confirmation": frozenset(
        {
            "requires_payment_method",
            "requires_action",
            "processing",
            "requires_capture",
            "succeeded",
            "canceled",
        }
    ),
    "requires_action": frozenset(
        {
            "requires_payment_method",
            "requires_confirmation",
            "requires_capture",
            "succeeded",
            "canceled",
        }
    ),
    "processing": frozenset({"requires_payment_method", "requires_capture", "succeeded"}),
    "requires_capture": frozenset({"succeeded", "canceled"}),
    "succeeded": frozenset(),
    "canceled": frozenset(),
}

CONFIRMABLE = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
EDITABLE = CONFIRMABLE


def require_status(intent: JsonObject, allowed: frozenset[str], verb: str) -> None:
    """Raises UnexpectedStateError, with the intent inside as Stripe sends it."""
    if intent["status"] not in allowed:
        raise UnexpectedStateError(
            f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}. "
            f"Only a PaymentIntent with one of the following statuses may be {verb}: {', '.join(sorted(allowed))}.",
            payment_intent=public(intent),
        )


def move(intent: JsonObject, status: str) -> None:
    if status not in TRANSITIONS[intent["status"]]:
        raise UnexpectedStateError(
            f"This PaymentIntent cannot go from {intent['status']} to {status}.",
            payment_intent=public(intent),
        )
    intent["status"] = status
