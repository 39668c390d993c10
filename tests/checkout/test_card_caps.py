"""One card buys no more of a drop than one buyer may, whoever shows it; what is too much goes back whole."""

from typing import Any

import pytest

from catalog.models import Drop, Stock
from catalog.selectors import verify_stock
from checkout.gateway.calling import client, options
from checkout.models import Order, Payment, Refund
from checkout.services.payments import confirm_payment, start_payment
from checkout.services.sandbox_purchases import pay
from kernel.viewers import new_viewer
from tests.factories.catalog import make_drop, make_variant
from tests.factories.checkout import make_hold, make_payment

pytestmark = pytest.mark.usefixtures("shop", "eager_tasks")


def bought(drop: Drop, card: str = "pm_card_visa") -> Payment:
    """Somebody new, on a new device, with an address of their own."""
    viewer = new_viewer()
    hold = make_hold(viewer=viewer, variant_id=drop.variant_id, drop_id=drop.pk)
    payment = start_payment(payment=make_payment(viewer=viewer, holds=[hold]))
    pay(payment=payment, card=card)
    return confirm_payment(payment_id=payment.pk)


def card_of(payment: Payment) -> str:
    """The saved card with which it was paid: to use it again."""
    assert payment.provider_intent is not None
    intent: Any = client().v1.payment_intents.retrieve(payment.provider_intent, options=options(payment.account))
    return str(intent.payment_method)


def test_the_same_card_under_another_name_gets_its_money_back() -> None:
    drop = make_drop(units=3, opened=True, variant_id=make_variant(stock=3).pk)
    first = bought(drop)
    assert first.card.startswith("fp")
    second = bought(drop, card=card_of(first))
    assert second.card == first.card
    orders = {order.pk: order.status for order in Order.objects.all()}
    assert (orders[first.order_id], orders[second.order_id]) == ("paid", "cancelled")
    refund = Refund.objects.get(payment=second)
    assert refund.amount_minor == second.captured_minor
    stock = Stock.objects.get(pk=drop.variant_id)
    assert (stock.available, stock.held, stock.sold) == (2, 0, 1)
    assert Drop.objects.get(pk=drop.pk).units_left == 2
    assert verify_stock().faults == []


def test_another_card_and_another_drop_are_free() -> None:
    drop = make_drop(units=3, opened=True, variant_id=make_variant(stock=3).pk)
    first = bought(drop)
    assert bought(drop).card != first.card
    other = make_drop(units=1, opened=True)
    bought(other, card=card_of(first))
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}
