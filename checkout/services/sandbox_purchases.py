"""A whole purchase by the path that buyers take, paid with the provider's test cards: for demos and tests.

Not here: any shortcut. Holds, orders, payments and events are made by the services that make the real ones.
"""

import uuid

from checkout.gateway import stripe as gateway
from checkout.models import Order, Payment
from checkout.selectors.quotes import quote
from checkout.services.holds import create_hold
from checkout.services.orders import Buyer, place_order
from checkout.services.payments import confirm_payment
from kernel.viewers import Viewer


def buy(
    *,
    viewer: Viewer,
    variant_id: uuid.UUID,
    buyer: Buyer,
    quantity: int = 1,
    show_id: uuid.UUID | None = None,
    drop_id: uuid.UUID | None = None,
    card: str = "pm_card_visa",
) -> Order:
    """Hold, order, pay, confirm. Raises what each step raises, and GatewayRefused for a declined card."""
    actor = f"viewer:{viewer.key}"
    hold = create_hold(
        viewer=viewer, variant_id=variant_id, quantity=quantity, show_id=show_id, drop_id=drop_id, actor=actor
    )
    payment = place_order(
        viewer=viewer,
        hold_ids=[hold.pk],
        buyer=buyer,
        expected=quote([hold], to=buyer.place).sums.total,
        actor=actor,
    )
    pay(payment=payment, card=card)
    payment = confirm_payment(payment_id=payment.pk)
    payment.order.refresh_from_db()
    return payment.order


def pay(*, payment: Payment, card: str = "pm_card_visa") -> None:
    """What the buyer's browser does: pay the intent with a test card. Raises GatewayRefused."""
    assert payment.provider_intent is not None
    gateway.confirm_with_test_card(intent_id=payment.provider_intent, account=payment.account, card=card)
