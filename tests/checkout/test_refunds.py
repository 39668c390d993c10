"""Money back: parts, all, too much, twice, without an answer; cancelled orders; parcels."""

import datetime as dt
import re

import pytest

from catalog.models import Stock
from catalog.selectors import verify_stock
from checkout.errors import OrderStepRefused, PaymentProviderAway, RefundNotPossible, RefundTooHigh
from checkout.models import Order, Refund
from checkout.services.fulfilment import fulfil_order
from checkout.services.reconciling import reconcile
from checkout.services.refunds import cancel_order, refund_order, send_refund
from kernel.errors import InvalidInput
from kernel.eventlog.models import EventRecord
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_hold, make_paid_order, make_payment
from tests.tenants.browsing import body, studio

pytestmark = pytest.mark.usefixtures("shop")
WHO = "member:mem_test"


def at_provider(provider: Provider, order: Order) -> list[int]:
    intent = order.payments.get().provider_intent
    listed = provider.call("GET", f"/v1/refunds?payment_intent={intent}").json()["data"]
    return sorted(refund["amount"] for refund in listed)


def test_parts_add_up_to_the_whole_and_no_further(provider: Provider) -> None:
    order = make_paid_order(variant_id=make_variant(price=9000).pk)
    refund_order(order_id=order.pk, amount=2500, reason="A scratch", actor=WHO)
    order.refresh_from_db()
    assert (order.status, order.refunded_minor, order.is_partly_refunded) == ("paid", 2500, True)
    with pytest.raises(RefundTooHigh) as refused:
        refund_order(order_id=order.pk, amount=6501, reason="More", actor=WHO)
    assert refused.value.data["left_minor"] == 6500
    refund_order(order_id=order.pk, amount=6500, reason="The rest", actor=WHO)
    order.refresh_from_db()
    assert (order.status, order.refunded_minor) == ("refunded", 9000)
    assert at_provider(provider, order) == [2500, 6500]
    assert [row.data["refunded_minor"] for row in EventRecord.objects.filter(type="refund.issued").order_by("id")] == [
        2500,
        9000,
    ]


@pytest.mark.parametrize("amount", [0, -1, -(10**30)])
def test_strange_amounts_are_refused(amount: int) -> None:
    order = make_paid_order()
    with pytest.raises(InvalidInput):
        refund_order(order_id=order.pk, amount=amount, reason="x", actor=WHO)
    assert not order.refunds.exists()


def test_nothing_goes_back_that_never_came() -> None:
    viewer = new_viewer()
    payment = make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    with pytest.raises(RefundNotPossible):
        refund_order(order_id=payment.order_id, amount=1, reason="x", actor=WHO)


def test_a_refund_without_an_answer_is_sent_once(provider: Provider) -> None:
    order = make_paid_order()
    provider.fault("drop_after", "/v1/refunds", times=3)
    refund = refund_order(order_id=order.pk, amount=100, reason="x", actor=WHO)
    assert refund.status == "requested"
    assert reconcile(older_than=dt.timedelta(seconds=-1)) == 1
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert at_provider(provider, order) == [100]


def test_a_provider_that_will_not_say_gives_no_claim_back() -> None:
    """A replaced key is no word on the money: given back, the claim could be paid out a second time."""
    order = make_paid_order()
    refund = refund_order(order_id=order.pk, amount=100, reason="x", actor=WHO)
    Refund.objects.filter(pk=refund.pk).update(status="pending", provider_refund="re_of_another_account")
    with pytest.raises(PaymentProviderAway):
        send_refund(refund_id=refund.pk)
    refund.refresh_from_db()
    assert (refund.status, refund.payment.reserved_minor) == ("pending", 100)


def test_pieces_go_back_on_sale_once_when_asked() -> None:
    variant = make_variant(stock=5)
    order = make_paid_order(variant_id=variant.pk, quantity=2)
    for _ in range(2):
        refund_order(order_id=order.pk, amount=100, reason="x", actor=WHO, restock=True)
    stock = Stock.objects.get(pk=variant.pk)
    assert (stock.available, stock.sold) == (5, 0)
    assert verify_stock().faults == []


def test_cancelling_gives_back_money_and_pieces(provider: Provider) -> None:
    variant = make_variant(stock=3)
    order = make_paid_order(variant_id=variant.pk, quantity=2)
    order = cancel_order(order_id=order.pk, reason="We broke it.", actor=WHO)
    assert (order.status, order.refunded_minor) == ("cancelled", order.total_minor)
    assert Stock.objects.get(pk=variant.pk).available == 3
    assert at_provider(provider, order) == [order.total_minor]
    with pytest.raises(OrderStepRefused):
        cancel_order(order_id=order.pk, reason="Again", actor=WHO)


def test_an_unpaid_order_is_cancelled_at_both_ends(provider: Provider) -> None:
    viewer = new_viewer()
    payment = make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    order = cancel_order(order_id=payment.order_id, reason="x", actor=WHO)
    assert order.status == "cancelled"
    assert provider.intents(order.public_id)[0]["status"] == "canceled"


def test_what_was_sent_cannot_be_cancelled_but_refunded() -> None:
    order = make_paid_order()
    order = fulfil_order(order_id=order.pk, tracking="  1Z 999 ", actor=WHO)
    assert (order.status, order.tracking) == ("fulfilled", "1Z 999")
    with pytest.raises(OrderStepRefused):
        cancel_order(order_id=order.pk, reason="x", actor=WHO)
    with pytest.raises(OrderStepRefused):
        fulfil_order(order_id=order.pk, tracking="", actor=WHO)
    refund_order(order_id=order.pk, amount=order.total_minor, reason="x", actor=WHO)
    order.refresh_from_db()
    assert order.status == "refunded"


def test_a_refund_form_that_is_sent_twice_gives_back_once(in_aurora: Brand, provider: Provider) -> None:
    order = make_paid_order(variant_id=make_variant(price=9000).pk)
    staff = studio("host", in_aurora)
    path = f"/studio/orders/{order.public_id}/"
    shown = re.search(r'name="reserved" value="(\d+)"', body(staff.get(path)))
    assert shown
    form = {"amount": "25.00", "reason": "A scratch", "reserved": shown[1]}
    assert "The refund is on its way" in body(staff.post(f"{path}refund/", form, follow=True))
    assert "Load it again and repeat" in body(staff.post(f"{path}refund/", form, follow=True))
    assert at_provider(provider, order) == [2500]
