"""What comes back: asked for by buyers in time, decided by the team, taken in once, paid back and put on sale."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F

from catalog.models import Stock
from catalog.selectors import verify_stock
from checkout.errors import OrderStepRefused, ReturnStepRefused, ReturnTooLate, TooManyPieces
from checkout.models import Order, OrderLine, Return, Shipment
from checkout.selectors.returns import RETURN_DAYS, returnable_lines
from checkout.services.fulfilment import ship_order
from checkout.services.outbox import send_due_mails
from checkout.services.refunds import refund_order
from checkout.services.returns import (
    approve_return,
    decline_return,
    receive_return,
    request_return,
    withdraw_return,
)
from config.wiring import READERS
from kernel.errors import InvalidInput, Problem
from kernel.eventlog.cursors import drain
from kernel.eventlog.models import EventRecord
from kernel.eventlog.sequencer import order_pending
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.checkout.test_parcels import page_of
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_paid_order

WHO, BUYER = "member:mem_test", "viewer:v"
(READER,) = (reader for reader in READERS if reader.name == "buyers_mails")


@pytest.fixture
def sent(shop: Brand, provider: Provider) -> Order:
    """Three of one thing at €10, gone out."""
    order = make_paid_order(variant_id=make_variant(price=1000, stock=5).pk, quantity=3)
    ship_order(order_id=order.pk, actor=WHO)
    order.refresh_from_db()
    return order


def ask(order: Order, quantity: int, **given: object) -> Return:
    line = order.lines.get()
    return request_return(order_id=order.pk, pieces={line.pk: quantity}, reason="Too small", actor=BUYER, **given)  # type: ignore[arg-type]


def line_of(order: Order) -> OrderLine:
    return order.lines.get()


def test_a_return_from_asking_to_money_and_shelf(sent: Order) -> None:
    ret = ask(sent, 2)
    assert ret.status == "requested"
    approve_return(return_id=ret.pk, note="Send it to our studio.", actor=WHO)
    ret = receive_return(return_id=ret.pk, restock=True, amount=None, actor=WHO)
    assert (ret.status, ret.lines.get().restocked) == ("received", 2)
    assert ret.refund is not None
    assert (ret.refund.amount_minor, ret.refund.status) == (2000, "succeeded")
    assert line_of(sent).returned == 2
    assert Stock.objects.get(pk=line_of(sent).variant_id).available == 4
    assert verify_stock().faults == []
    told = EventRecord.objects.filter(type__startswith="return.").order_by("id")
    assert [row.type for row in told] == ["return.requested", "return.approved", "return.received"]
    assert {row.to for row in told} == {sent.viewer_key}
    assert told.last().data["refund_minor"] == 2000  # type: ignore[union-attr]


def test_what_arrives_damaged_is_paid_in_part_and_not_put_on_sale(sent: Order) -> None:
    ret = receive_return(return_id=ask(sent, 1).pk, restock=False, amount=300, actor=WHO)
    assert ret.refund is not None
    assert (ret.refund.amount_minor, line_of(sent).returned) == (300, 0)
    nothing = receive_return(return_id=ask(sent, 1).pk, restock=True, amount=0, actor=WHO)
    assert (nothing.status, nothing.refund) == ("received", None)


def test_no_more_comes_back_than_went_out(shop: Brand, provider: Provider) -> None:
    order = make_paid_order(variant_id=make_variant(price=1000, stock=5).pk, quantity=3)
    with pytest.raises(OrderStepRefused):
        ask(order, 1)
    ship_order(order_id=order.pk, pieces={line_of(order).pk: 2}, actor=WHO)
    ret = ask(order, 1)
    with pytest.raises(TooManyPieces) as refused:
        ask(order, 2)
    assert refused.value.data["left"] == 1
    withdraw_return(return_id=ret.pk, actor=BUYER)
    decline_return(return_id=ask(order, 2).pk, note="Worn.", actor=WHO)
    assert [each.left for each in returnable_lines(order)] == [2]  # neither counts any more
    with pytest.raises(InvalidInput):
        ask(order, 0)


def test_buyers_have_thirty_days_and_the_team_has_no_last_day(sent: Order) -> None:
    Shipment.objects.update(sent_at=F("sent_at") - dt.timedelta(days=RETURN_DAYS, hours=1))
    with pytest.raises(ReturnTooLate):
        ask(sent, 1)
    assert returnable_lines(sent) == []
    assert ask(sent, 1, by_team=True).status == "approved"


def test_each_step_is_taken_once(sent: Order) -> None:
    ret = ask(sent, 1)
    decline_return(return_id=ret.pk, note="", actor=WHO)
    for step in (approve_return, decline_return):
        with pytest.raises(ReturnStepRefused):
            step(return_id=ret.pk, note="", actor=WHO)
    with pytest.raises(ReturnStepRefused):
        receive_return(return_id=ret.pk, restock=True, amount=None, actor=WHO)
    assert not sent.refunds.exists()


def test_what_was_paid_back_already_is_not_paid_twice(sent: Order) -> None:
    refund_order(order_id=sent.pk, pieces={line_of(sent).pk: 2}, reason="Scratched", actor=WHO)
    ret = receive_return(return_id=ask(sent, 3).pk, restock=True, amount=None, actor=WHO)
    assert ret.refund is not None
    assert ret.refund.amount_minor == 1000


def test_eight_who_take_in_one_return_pay_once(open_shops: dict[str, Brand], provider: Provider) -> None:
    brand = open_shops["aurora"]
    with brand_context(brand):
        order = make_paid_order(variant_id=make_variant(price=1000, stock=5).pk, quantity=2)
        ship_order(order_id=order.pk, actor=WHO)
        ret = ask(order, 2)

    def take_in(_: int) -> str:
        try:
            with brand_context(brand):
                receive_return(return_id=ret.pk, restock=True, amount=None, actor=WHO)
        except Problem as problem:
            return problem.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(8) as staff:
        outcomes = list(staff.map(take_in, range(8)))
    with brand_context(brand):
        assert outcomes.count("done") == 1
        assert set(outcomes) == {"done", "return_step_refused"}
        assert [refund.amount_minor for refund in order.refunds.all()] == [2000]
        assert line_of(order).returned == 2
        assert verify_stock().faults == []


def test_each_step_is_mailed_once(sent: Order) -> None:
    def tell() -> list[str]:
        order_pending()
        drain(READER)
        mail.outbox.clear()
        send_due_mails()
        return sorted(each.subject.replace(sent.number, "N") for each in mail.outbox)

    tell()
    ret = ask(sent, 1)
    assert tell() == ["Your return for order N"]
    approve_return(return_id=ret.pk, note="Dock 4 <b>north</b>", actor=WHO)
    assert tell() == ["Send back a part of order N"]
    (letter,) = mail.outbox
    assert "Dock 4 <b>north</b>" in str(letter.body)
    assert "Dock 4 &lt;b&gt;north&lt;/b&gt;" in page_of(letter)
    receive_return(return_id=ret.pk, restock=True, amount=None, actor=WHO)
    assert tell() == ["Money back for order N", "Your return for order N has arrived"]
    ask(sent, 1, by_team=True)
    assert tell() == ["Send back a part of order N"]  # not that it was asked for
    decline_return(return_id=ask(sent, 1).pk, note="Worn.", actor=WHO)
    assert "About your return for order N" in tell()
    assert tell() == []
