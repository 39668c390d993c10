"""From hold to paid, against the real payment sandbox: cards that work and that don't, answers that get lost."""

import datetime as dt

import pytest
from django.db.models import F

from catalog.models import Stock
from catalog.selectors import verify_stock
from checkout.errors import OrderAlreadyPaid, PaymentProviderAway, TotalChanged
from checkout.gateway.stripe import GatewayRefused
from checkout.models import Hold, Order, Payment, ShippingMethod
from checkout.services.ending import expire_holds
from checkout.services.orders import place_order
from checkout.services.payments import apply_intent, confirm_payment
from checkout.services.reconciling import reconcile
from checkout.services.sandbox_purchases import pay
from kernel.eventlog.models import EventRecord
from kernel.money import Money
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_buyer, make_hold, make_paid_order, make_payment
from tests.sandbox.running import wait_until

pytestmark = pytest.mark.usefixtures("shop")
NOW = dt.timedelta(seconds=-1)


def events(type_: str) -> int:
    return EventRecord.objects.filter(type=type_).count()


def past(hold: Hold) -> None:
    Hold.objects.filter(pk=hold.pk).update(expires_at=F("expires_at") - dt.timedelta(hours=1))


def test_a_paid_order_has_sold_its_pieces_and_told_everybody(provider: Provider) -> None:
    variant = make_variant(price=4600, stock=5)
    order = make_paid_order(variant_id=variant.pk, quantity=2)
    stock = Stock.objects.get(pk=variant.pk)
    assert order.status == Order.Status.PAID
    assert (stock.available, stock.held, stock.sold) == (3, 0, 2)
    assert order.total == Money(9200, "EUR")  # free delivery from €60
    assert order.tax == Money(1533, "EUR")  # 20 % inside
    (intent,) = provider.intents(order.public_id)
    assert (intent["amount"], intent["amount_received"], intent["status"]) == (9200, 9200, "succeeded")
    assert [events(type_) for type_ in ("order.placed", "payment.started", "order.paid", "sale.announced")] == [1] * 4
    assert Hold.objects.get(order=order).status == "converted"
    assert verify_stock().faults == []


def test_the_sale_that_all_see_names_no_person(provider: Provider) -> None:
    order = make_paid_order(buyer=make_buyer(email="secret@example.test", name="Very Private"))
    row = EventRecord.objects.get(type="sale.announced")
    assert row.to == ""
    text = f"{row.data}{row.actor}"
    assert "secret" not in text
    assert "Private" not in text
    assert order.viewer_key not in text


def test_a_declined_card_keeps_the_hold_and_the_next_card_pays(provider: Provider) -> None:
    viewer = new_viewer()
    hold = make_hold(viewer=viewer)
    payment = make_payment(viewer=viewer, holds=[hold])
    with pytest.raises(GatewayRefused):
        pay(payment=payment, card="pm_card_chargeDeclined")
    payment = confirm_payment(payment_id=payment.pk)
    confirm_payment(payment_id=payment.pk)
    hold.refresh_from_db()
    assert (payment.status, payment.failure_code, hold.status) == ("pending", "generic_decline", "active")
    assert events("payment.failed") == 1
    pay(payment=payment)
    payment = confirm_payment(payment_id=payment.pk)
    assert payment.status == Payment.Status.CAPTURED
    assert events("order.paid") == 1


def test_a_card_that_asks_for_confirmation_waits(provider: Provider) -> None:
    viewer = new_viewer()
    payment = make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    pay(payment=payment, card="pm_card_authenticationRequired")
    payment = confirm_payment(payment_id=payment.pk)
    assert payment.status == Payment.Status.PENDING
    assert payment.order.status == Order.Status.PENDING
    assert events("order.paid") == events("payment.failed") == 0


def test_a_slow_bank_is_asked_again_until_it_answers(provider: Provider) -> None:
    viewer = new_viewer()
    payment = make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    pay(payment=payment, card="pm_card_visa_slow")
    assert confirm_payment(payment_id=payment.pk).status == Payment.Status.PENDING

    def is_through() -> bool:
        reconcile(older_than=NOW)
        payment.order.refresh_from_db()
        return payment.order.status == Order.Status.PAID

    wait_until(is_through, "the slow bank")
    assert events("order.paid") == 1


def test_an_answer_lost_after_success_is_asked_for_again_with_the_same_key(provider: Provider) -> None:
    """The provider made the payment and the answer never came: the retry finds it, nothing is made twice."""
    provider.fault("drop_after", "/v1/payment_intents", times=2)
    viewer = new_viewer()
    payment = make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    assert len(provider.intents(payment.order.public_id)) == 1
    assert payment.client_secret


def test_no_answer_at_all_is_reconciled_without_a_second_charge(provider: Provider) -> None:
    """All retries are lost after the provider did the work. Later reconciliation takes up the same payment."""
    provider.fault("drop_after", "/v1/payment_intents", times=3)
    viewer = new_viewer()
    with pytest.raises(PaymentProviderAway):
        make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    payment = Payment.objects.get()
    assert payment.provider_intent is None
    assert reconcile(older_than=NOW) == 1
    payment.refresh_from_db()
    (intent,) = provider.intents(payment.order.public_id)
    assert payment.provider_intent == intent["id"]
    pay(payment=payment)
    provider.fault("drop_after", f"/v1/payment_intents/{intent['id']}", method="GET", times=3)
    assert reconcile(older_than=NOW) == 1
    assert reconcile(older_than=NOW) == 1
    payment.order.refresh_from_db()
    assert payment.order.status == Order.Status.PAID
    (intent,) = provider.intents(payment.order.public_id)
    assert intent["amount_received"] == payment.amount_minor


def test_an_order_nobody_pays_is_closed_at_both_ends(provider: Provider) -> None:
    viewer = new_viewer()
    hold = make_hold(viewer=viewer)
    payment = make_payment(viewer=viewer, holds=[hold])
    reconcile(older_than=NOW)
    assert Order.objects.get().status == Order.Status.PENDING
    past(hold)
    expire_holds()
    reconcile(older_than=NOW)
    payment.refresh_from_db()
    assert (payment.status, Order.objects.get().status) == ("cancelled", "cancelled")
    (intent,) = provider.intents(payment.order.public_id)
    assert intent["status"] == "canceled"


def test_late_money_gets_the_goods_when_they_are_still_there(provider: Provider) -> None:
    viewer, variant = new_viewer(), make_variant(stock=1)
    hold = make_hold(viewer=viewer, variant_id=variant.pk)
    payment = make_payment(viewer=viewer, holds=[hold])
    past(hold)
    expire_holds()
    pay(payment=payment)
    payment = confirm_payment(payment_id=payment.pk)
    assert payment.order.status == Order.Status.PAID
    assert Stock.objects.get(pk=variant.pk).sold == 1
    assert EventRecord.objects.get(type="payment.late").data["outcome"] == "held_again"
    assert verify_stock().faults == []


@pytest.mark.usefixtures("eager_tasks")
def test_late_money_goes_back_by_itself_when_the_goods_are_gone(
    provider: Provider, django_capture_on_commit_callbacks: object
) -> None:
    viewer, variant = new_viewer(), make_variant(stock=1)
    hold = make_hold(viewer=viewer, variant_id=variant.pk)
    payment = make_payment(viewer=viewer, holds=[hold])
    past(hold)
    expire_holds()
    make_hold(variant_id=variant.pk)
    pay(payment=payment)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        payment = confirm_payment(payment_id=payment.pk)
    order = Order.objects.get(pk=payment.order_id)
    refund = order.refunds.get()
    assert (order.status, refund.status, refund.amount_minor) == ("cancelled", "succeeded", payment.amount_minor)
    assert EventRecord.objects.get(type="payment.late").data["outcome"] == "refunded"
    assert Stock.objects.get(pk=variant.pk).sold == 0
    listed = provider.call("GET", f"/v1/refunds?payment_intent={payment.provider_intent}").json()["data"]
    assert [each["amount"] for each in listed] == [payment.amount_minor]


def test_a_late_word_never_moves_a_payment_backwards(provider: Provider) -> None:
    order = make_paid_order()
    payment = order.payments.get()
    from checkout.gateway import stripe as gateway

    fresh = gateway.fetch_intent(intent_id=payment.provider_intent or "", account="")
    for status in ("processing", "requires_payment_method", "canceled"):
        stale = gateway.Intent(**{**{name: getattr(fresh, name) for name in fresh.__slots__}, "status": status})
        assert apply_intent(payment_id=payment.pk, intent=stale).status == "captured"
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_placing_again_gives_the_same_payment_with_the_new_address(provider: Provider) -> None:
    viewer = new_viewer()
    hold = make_hold(viewer=viewer)
    buyer = make_buyer(email="noor@example.test")
    first = make_payment(viewer=viewer, holds=[hold], buyer=buyer)
    again = make_payment(viewer=viewer, holds=[hold], buyer=make_buyer(email="noor@example.test", city="Paris"))
    assert first.pk == again.pk
    assert Order.objects.get().city == "Paris"
    assert events("order.placed") == 1


def test_another_total_closes_the_earlier_attempt(provider: Provider) -> None:
    viewer, variant = new_viewer(), make_variant(stock=5)
    hold = make_hold(viewer=viewer, variant_id=variant.pk)
    first = make_payment(viewer=viewer, holds=[hold])
    grown = make_hold(viewer=viewer, variant_id=variant.pk, quantity=3)
    second = make_payment(viewer=viewer, holds=[grown])
    first.refresh_from_db()
    assert first.pk != second.pk
    assert (first.status, second.status) == ("cancelled", "pending")
    with pytest.raises(GatewayRefused):
        pay(payment=first)


def test_what_was_paid_is_not_placed_again(provider: Provider) -> None:
    """The browser died after paying and the buyer starts over before anybody told us."""
    viewer = new_viewer()
    hold = make_hold(viewer=viewer)
    payment = make_payment(viewer=viewer, holds=[hold])
    pay(payment=payment)
    buyer = make_buyer()
    with pytest.raises(OrderAlreadyPaid):
        make_payment(viewer=viewer, holds=[hold], buyer=buyer)
    assert Order.objects.get().status == Order.Status.PAID
    assert len(provider.intents(payment.order.public_id)) == 1


def test_pieces_added_after_placing_go_back_when_the_order_is_paid(provider: Provider) -> None:
    viewer, variant = new_viewer(), make_variant(stock=5)
    payment = make_payment(viewer=viewer, holds=[make_hold(viewer=viewer, variant_id=variant.pk)])
    make_hold(viewer=viewer, variant_id=variant.pk, quantity=3)
    pay(payment=payment)
    confirm_payment(payment_id=payment.pk)
    stock = Stock.objects.get(pk=variant.pk)
    assert (stock.available, stock.held, stock.sold) == (4, 0, 1)
    assert verify_stock().faults == []


def test_another_total_than_the_buyer_saw_is_not_charged(provider: Provider) -> None:
    viewer = new_viewer()
    hold = make_hold(viewer=viewer)
    with pytest.raises(TotalChanged):
        place_order(
            viewer=viewer,
            hold_ids=[hold.pk],
            buyer=make_buyer(),
            expected=Money(1, "EUR"),
            actor=f"viewer:{viewer.key}",
        )
    assert not Order.objects.exists()


def test_a_brand_with_its_own_account_is_charged_there(provider: Provider, shop: Brand) -> None:
    account = provider.open_account(type="express")
    shop.stripe_account = account
    order = make_paid_order()
    assert order.payments.get().account == account
    assert provider.intents(order.public_id) == []  # nothing on the platform's own account
    reply = provider.call("GET", "/v1/payment_intents", Stripe_Account=account).json()
    assert [intent["status"] for intent in reply["data"]] == ["succeeded"]


def test_the_delivery_price_is_the_shops(provider: Provider) -> None:
    order = make_paid_order(variant_id=make_variant(price=1000).pk)
    assert order.shipping == ShippingMethod.objects.get().price == Money(490, "EUR")
    assert order.total == Money(1490, "EUR")
