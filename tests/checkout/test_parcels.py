"""Parcels: all at once or in parts, by several at once, told to the buyer once each, delivered."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import IntegrityError, connection, transaction

from catalog.models import Stock
from catalog.selectors import verify_stock
from checkout.carriers import tracking_url
from checkout.errors import NothingToSend, OrderStepRefused, TooManyPieces
from checkout.models import Order, OrderLine, OrderMail, Refund, Shipment
from checkout.services.fulfilment import deliver_shipment, fulfil_order, ship_order
from checkout.services.outbox import send_due_mails
from checkout.services.pieces import paid_back
from checkout.services.refunds import cancel_order, refund_order
from config.wiring import READERS
from kernel.errors import Conflict, InvalidInput, Problem
from kernel.eventlog.cursors import drain
from kernel.eventlog.models import Cursor, EventRecord
from kernel.eventlog.sequencer import order_pending
from kernel.tenancy import brand_context
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_hold, make_paid_order, make_payment

WHO = "member:mem_test"
(READER,) = (reader for reader in READERS if reader.name == "buyers_mails")


def send(order: Order, line: OrderLine | None = None, quantity: int = 1, **given: object) -> Shipment:
    pieces = None if line is None else {line.pk: quantity}
    return ship_order(order_id=order.pk, pieces=pieces, actor=WHO, **given)  # type: ignore[arg-type]


def state(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.fulfilment


def types() -> list[str]:
    """What the log says of parcels and fulfilled orders, in its order."""
    wanted = ("shipment.sent", "shipment.delivered", "order.fulfilled")
    return list(EventRecord.objects.filter(type__in=wanted).order_by("id").values_list("type", flat=True))


@pytest.fixture
def order(shop: Brand, provider: Provider) -> Order:
    """Three of one thing, paid."""
    return make_paid_order(variant_id=make_variant(price=1000, stock=5).pk, quantity=3)


def test_an_order_goes_out_in_parts_and_arrives(order: Order) -> None:
    line = order.lines.get()
    first = send(order, line, 1, carrier="DHL", tracking="00 34/1")
    assert state(order) == ("paid", "partly")
    assert first.url == "https://www.dhl.com/en/express/tracking.html?AWB=00%2034%2F1"
    second = send(order)
    assert [piece.quantity for piece in second.lines.all()] == [2]
    assert state(order) == ("fulfilled", "shipped")
    deliver_shipment(shipment_id=first.pk, actor=WHO)
    assert state(order) == ("fulfilled", "shipped")
    deliver_shipment(shipment_id=second.pk, actor=WHO)
    deliver_shipment(shipment_id=second.pk, actor=WHO)  # told again
    assert state(order) == ("fulfilled", "delivered")
    assert types() == [
        "shipment.sent", "shipment.sent", "order.fulfilled", "shipment.delivered", "shipment.delivered",
    ]  # fmt: skip
    assert EventRecord.objects.filter(type="order.fulfilled").get().to == order.viewer_key


def test_no_more_goes_out_than_was_bought(order: Order) -> None:
    line = order.lines.get()
    send(order, line, 2)
    with pytest.raises(TooManyPieces) as refused:
        send(order, line, 2)
    assert refused.value.data["left"] == 1
    with pytest.raises(InvalidInput):
        ship_order(order_id=order.pk, pieces={uuid.uuid4(): 1}, actor=WHO)
    with pytest.raises(InvalidInput):
        send(order, line, -1)
    assert order.shipments.count() == 1  # what was refused left no parcel
    send(order)
    with pytest.raises(OrderStepRefused):
        send(order)


def test_the_database_refuses_a_piece_too_many(order: Order) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        order.lines.update(shipped=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shipment.objects.create(order=order, url="javascript:alert(1)", actor=WHO)


def test_an_unpaid_order_is_not_sent(shop: Brand, provider: Provider) -> None:
    viewer = new_viewer()
    payment = make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    with pytest.raises(OrderStepRefused):
        send(payment.order)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.test", "https://a b", "x" * 20])
def test_a_link_that_no_page_should_show_is_refused(order: Order, url: str) -> None:
    with pytest.raises(InvalidInput):
        send(order, url=url)


def test_a_form_that_is_sent_twice_sends_one_parcel(order: Order) -> None:
    line = order.lines.get()
    send(order, line, 1, parcels=0)
    with pytest.raises(Conflict):
        send(order, line, 1, parcels=0)
    assert line.__class__.objects.get(pk=line.pk).shipped == 1


def test_what_went_out_in_part_cannot_be_cancelled_and_its_rest_can_be_withdrawn(
    order: Order, provider: Provider
) -> None:
    line = order.lines.get()
    send(order, line, 1)
    with pytest.raises(OrderStepRefused):
        cancel_order(order_id=order.pk, reason="x", actor=WHO)
    refund = refund_order(order_id=order.pk, pieces={line.pk: 2}, reason="Broken", restock=True, actor=WHO)
    assert refund.amount_minor == 2000
    assert state(order) == ("fulfilled", "shipped")  # nothing of it is left to send
    with pytest.raises((OrderStepRefused, NothingToSend)):
        send(order)
    assert Stock.objects.get(pk=line.variant_id).available == 4
    assert verify_stock().faults == []


def test_a_piece_is_paid_back_once(order: Order) -> None:
    line = order.lines.get()
    refund_order(order_id=order.pk, pieces={line.pk: 2}, reason="x", actor=WHO)
    with pytest.raises(TooManyPieces) as refused:
        refund_order(order_id=order.pk, pieces={line.pk: 2}, reason="x", actor=WHO)
    assert refused.value.data["left"] == 1
    assert Refund.objects.count() == 1  # the refused one claimed nothing
    assert order.payments.get().reserved_minor == 2000


def test_a_refund_that_failed_gives_its_pieces_back(order: Order) -> None:
    line = order.lines.get()
    refund = refund_order(order_id=order.pk, pieces={line.pk: 3}, reason="x", actor=WHO)
    assert paid_back(line) == 3
    Refund.objects.filter(pk=refund.pk).update(status="failed")
    assert paid_back(line) == 0


def test_tax_on_top_comes_back_with_its_pieces(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(
        tax_included=False,
        tax_basis_points=825,
        tax_minor=288,
        total_minor=order.items_minor + order.shipping_minor + 288,
    )
    line = order.lines.get()
    assert refund_order(order_id=order.pk, pieces={line.pk: 1}, reason="x", actor=WHO).amount_minor == 1083  # 82.5 up


def test_a_coupon_counts_for_what_comes_back_too(order: Order) -> None:
    less = order.items_minor + order.shipping_minor - 1000
    Order.objects.filter(pk=order.pk).update(discount_minor=1000, total_minor=less)
    one = {order.lines.get().pk: 1}
    back = [refund_order(order_id=order.pk, pieces=one, reason="x", actor=WHO).amount_minor for _ in range(3)]
    assert back == [667, 666, 667]  # and together what the goods came to


def page_of(letter: EmailMessage) -> str:
    """The HTML of a mail."""
    assert isinstance(letter, EmailMultiAlternatives)
    return str(letter.alternatives[0][0])


def tell_all() -> None:
    order_pending()
    drain(READER)
    send_due_mails()


def test_each_parcel_is_mailed_once_with_its_tracking(order: Order, in_aurora: Brand) -> None:
    line = order.lines.get()
    tell_all()
    mail.outbox.clear()
    send(order, line, 1, carrier="UPS", tracking="1Z<9>")
    second = send(order)
    tell_all()
    Cursor.objects.filter(name=READER.name).update(position=0)  # the events are read again
    tell_all()
    assert len(mail.outbox) == 2
    first_mail, last_mail = mail.outbox
    text, page = str(first_mail.body), page_of(first_mail)
    assert "1Z<9>" in text
    assert "1Z&lt;9&gt;" in page
    assert "https://www.ups.com/track?tracknum=1Z%3C9%3E" in page
    assert "The rest follows." in page
    assert in_aurora.theme.ink in page  # in the brand's look
    assert "The rest follows." not in str(last_mail.body)
    mail.outbox.clear()
    deliver_shipment(shipment_id=second.pk, actor=WHO)
    tell_all()
    assert [sent.subject for sent in mail.outbox] == [f"Order {order.number} has arrived"]
    assert OrderMail.objects.filter(template="order_delivered").count() == 1


def test_orders_of_before_go_out_in_one_call(order: Order) -> None:
    fulfil_order(order_id=order.pk, tracking="  1Z 999 ", actor=WHO)
    assert state(order) == ("fulfilled", "shipped")
    assert (order.tracking, order.shipments.get().tracking) == ("1Z 999", "1Z 999")


def test_numbers_are_quoted_into_the_carriers_address() -> None:
    assert tracking_url("DPD", "a/../b?c#d") == "https://tracking.dpd.de/status/en_US/parcel/a%2F..%2Fb%3Fc%23d"
    assert (tracking_url("Somebody", "1"), tracking_url("DHL", "")) == ("", "")


def refused_or_done(brand: Brand, act: object) -> str:
    try:
        with brand_context(brand):
            act()  # type: ignore[operator]
    except Problem as problem:
        return problem.code
    finally:
        connection.close()
    return "done"


def test_twenty_refunds_at_once_stay_within_what_was_captured(open_shops: dict[str, Brand], provider: Provider) -> None:
    brand = open_shops["aurora"]
    with brand_context(brand):
        order = make_paid_order(variant_id=make_variant(price=9000).pk)

    def refund(_: int) -> str:
        return refused_or_done(brand, lambda: refund_order(order_id=order.pk, amount=2000, reason="x", actor=WHO))

    with ThreadPoolExecutor(10) as staff:
        outcomes = list(staff.map(refund, range(20)))
    with brand_context(brand):
        payment = order.payments.get()
        assert outcomes.count("done") == 4
        assert set(outcomes) == {"done", "refund_too_high"}
        assert (payment.reserved_minor, payment.captured_minor) == (8000, 9000)
        listed = provider.call("GET", f"/v1/refunds?payment_intent={payment.provider_intent}&limit=100").json()["data"]
        assert sum(found["amount"] for found in listed) == 8000


def test_ten_who_send_and_pay_back_the_same_piece_do_it_once(open_shops: dict[str, Brand], provider: Provider) -> None:
    brand = open_shops["aurora"]
    with brand_context(brand):
        order = make_paid_order(variant_id=make_variant(price=1000, stock=5).pk, quantity=1)
        line = order.lines.get()

    def act(turn: int) -> str:
        if turn % 2:
            return refused_or_done(brand, lambda: send(order, line, 1))
        pieces = {line.pk: 1}
        return refused_or_done(
            brand, lambda: refund_order(order_id=order.pk, pieces=pieces, restock=True, reason="x", actor=WHO)
        )

    with ThreadPoolExecutor(10) as staff:
        outcomes = list(staff.map(act, range(10)))
    with brand_context(brand):
        line.refresh_from_db()
        assert outcomes[::2].count("done") == 1  # paid back once
        assert line.shipped + line.withdrawn == 1  # sent, or kept, never both
        assert verify_stock().faults == []
