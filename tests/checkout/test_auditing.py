"""Our books beside the provider's lists: every gap that can be closed is, and the rest is put before a person."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe
from django.core.management import CommandError, call_command
from django.db.models import F

from checkout.errors import PaymentProviderAway
from checkout.gateway.stripe import cancel_intent, create_intent, create_refund
from checkout.models import Order, Payment, Refund
from checkout.services.auditing import Audit, audit_books
from checkout.services.cancelling import cancel_pending
from checkout.services.refunds import refund_order
from checkout.services.sandbox_purchases import pay
from kernel.tenancy import public_context
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.factories.checkout import make_hold, make_paid_order, make_payment


@pytest.fixture
def _provider(tmp_path: Path) -> Iterator[Provider]:
    """A provider that lists the payments of one test alone."""
    server = Provider(tmp_path / "state.sqlite")
    server.start()
    yield server
    server.stop()


def audit() -> Audit:
    """The look as it is a quarter of an hour later, when nothing is on its way any more."""
    Payment.objects.update(created_at=F("created_at") - dt.timedelta(minutes=16))
    return audit_books()


def open_payment() -> Payment:
    viewer = new_viewer()
    return make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])


def test_books_that_agree_are_left_alone(shop: Brand) -> None:
    make_paid_order()
    open_payment()
    found = audit()
    assert (found.mended, found.strange) == (0, [])
    assert found.looked >= 2


def test_a_payment_that_nobody_told_us_of_is_booked(shop: Brand) -> None:
    payment = open_payment()
    pay(payment=payment)
    assert audit().mended == 1
    assert Order.objects.get().status == Order.Status.PAID
    assert audit().mended == 0


def test_a_young_payment_is_left_to_its_return_and_its_notice(shop: Brand) -> None:
    pay(payment=open_payment())
    assert audit_books().mended == 0


def test_money_for_an_order_that_was_given_up_goes_back(shop: Brand) -> None:
    payment = open_payment()
    cancel_pending(order_id=payment.order_id, reason="x", actor="system")
    pay(payment=payment)
    assert audit().mended == 1
    payment.refresh_from_db()
    assert (payment.status, payment.is_late) == ("captured", True)
    assert Refund.objects.get().amount_minor == payment.amount_minor


def test_what_was_given_up_here_is_closed_there(shop: Brand) -> None:
    payment = open_payment()
    cancel_pending(order_id=payment.order_id, reason="x", actor="system")
    assert audit().mended == 1
    with pytest.raises(Exception, match="cancel"):
        pay(payment=payment)
    assert audit().mended == 0


def test_a_payment_whose_answer_never_came_is_known_by_its_name(shop: Brand) -> None:
    payment = open_payment()
    pay(payment=payment)
    intent = payment.provider_intent
    Payment.objects.filter(pk=payment.pk).update(provider_intent=None, client_secret="", status="created")
    assert audit().mended == 1
    payment.refresh_from_db()
    assert (payment.provider_intent, payment.status) == (intent, "captured")


def test_one_that_was_paid_twice_is_put_before_a_person(shop: Brand) -> None:
    order = make_paid_order()
    payment = order.payments.get()
    words = {"vitrine_schema": "b_aurora", "order": order.public_id, "payment": payment.public_id}
    double = create_intent(
        key="another",
        amount=payment.amount_minor,
        currency=payment.currency,
        account="",
        description="",
        metadata=words,
    )
    Payment.objects.filter(pk=payment.pk).update(provider_intent=double.id)
    pay(payment=order.payments.get())
    Payment.objects.filter(pk=payment.pk).update(provider_intent=payment.provider_intent)
    assert len(audit().strange) == 1
    order.refresh_from_db()
    assert "Paid twice" in order.attention


def test_a_payment_of_nobody_is_told(shop: Brand) -> None:
    payment = open_payment()
    pay(payment=payment)
    Payment.objects.filter(pk=payment.pk).update(provider_intent=None)
    intent = payment.provider_intent or ""
    payment.order.holds.update(order=None)
    Payment.objects.filter(pk=payment.pk).delete()
    found = audit()
    assert [intent in words for words in found.strange] == [True]


def test_another_amount_than_booked_is_put_before_a_person(shop: Brand) -> None:
    order = make_paid_order()
    order.payments.update(captured_minor=F("captured_minor") + 1)
    assert len(audit().strange) == 1
    order.refresh_from_db()
    assert order.attention


def test_a_refund_made_in_the_dashboard_is_put_before_a_person(shop: Brand) -> None:
    order = make_paid_order()
    payment = order.payments.get()
    create_refund(key="by-hand", intent_id=payment.provider_intent or "", amount=100, account="", metadata={})
    assert len(audit().strange) == 1
    order.refresh_from_db()
    assert "given back at the provider" in order.attention


def test_a_refund_without_an_answer_is_finished(shop: Brand, provider: Provider) -> None:
    order = make_paid_order()
    provider.fault("drop_after", "/v1/refunds", times=3)
    assert refund_order(order_id=order.pk, amount=100, reason="x", actor="member:x").status == "requested"
    assert audit().mended == 1
    assert Refund.objects.get().provider_refund
    assert audit().strange == []


def test_money_that_the_provider_does_not_list_is_put_before_a_person(shop: Brand) -> None:
    order = make_paid_order()
    order.payments.update(provider_intent="pi_of_nobody")
    found = audit()
    assert any("does not list" in words for words in found.strange)


def test_another_brands_payments_are_none_of_ours(shop: Brand) -> None:
    intent = create_intent(
        key="fjords", amount=500, currency="EUR", account="", description="", metadata={"vitrine_schema": "b_fjord"}
    )
    looked = audit().looked
    cancel_intent(intent_id=intent.id, account="")
    assert audit().looked == looked


def test_a_provider_that_is_away_is_said_and_changes_nothing(shop: Brand, provider: Provider) -> None:
    pay(payment=open_payment())
    provider.fault("error_before", "/v1/payment_intents", method="GET", times=3)
    with pytest.raises(PaymentProviderAway):
        audit()


def test_all_pages_of_the_list_are_read(shop: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checkout.gateway.books._PAGE", 2)
    payments = [open_payment() for _ in range(5)]
    pay(payment=payments[0])  # the oldest, on the last page
    assert audit().mended == 1


def test_the_command_names_what_needs_a_person(shop: Brand) -> None:
    order = make_paid_order()
    order.payments.update(captured_minor=F("captured_minor") + 1, created_at=F("created_at") - dt.timedelta(hours=1))
    out = io.StringIO()
    with public_context(), pytest.raises(CommandError, match="1 things"):
        call_command("books", "check", "--brand", "aurora", stdout=out)
    assert order.number in out.getvalue()
    assert stripe.api_key is None, "keys are handed over with each call"
