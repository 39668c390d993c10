"""Many orders paid at once: by one commit, as if they had come one by one; what is not simple stays for that."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from catalog.models import Stock, StockMove
from checkout.gateway import stripe as gateway
from checkout.gateway.stripe import Intent
from checkout.models import Hold, Order, Payment, ProviderEvent
from checkout.selectors.stock_agreement import verify_all
from checkout.services.confirming import confirm_payments
from checkout.services.hooks import handle_open
from checkout.services.payments import apply_intent
from checkout.services.sandbox_purchases import pay
from checkout.services.selling import sell_batch
from kernel.eventlog.sequencer import order_pending
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.factories.catalog import make_drop, make_variant
from tests.factories.checkout import make_hold, make_payment

pytestmark = pytest.mark.usefixtures("eager_tasks")


def waiting_payments(number: int, **subject: object) -> list[Payment]:
    payments = []
    for _ in range(number):
        viewer = new_viewer()
        payments.append(make_payment(viewer=viewer, holds=[make_hold(viewer=viewer, **subject)]))  # type: ignore[arg-type]
    return payments


def paid(payment: Payment) -> Intent:
    """The provider's word after the buyer paid."""
    pay(payment=payment)
    assert payment.provider_intent
    return gateway.fetch_intent(intent_id=payment.provider_intent, account=payment.account)


def test_a_batch_says_and_leaves_what_one_by_one_says_and_leaves(shop: Brand, provider: Provider) -> None:
    outcomes = []
    for together in (True, False):
        drop = make_drop(opened=True, units=5)
        payments = waiting_payments(3, variant_id=drop.variant_id, drop_id=drop.pk)
        intents = {payment.pk: paid(payment) for payment in payments}
        while order_pending():
            pass
        if together:
            assert sell_batch(paid=intents) == set(intents)
        else:
            for payment_id, intent in intents.items():
                apply_intent(payment_id=payment_id, intent=intent)
        stock = Stock.objects.get(pk=drop.variant_id)
        moves = StockMove.objects.filter(variant=drop.variant_id, kind="sell").order_by("id")
        rows = Payment.objects.filter(pk__in=intents)
        outcomes.append(
            (
                [(record.type, bool(record.to)) for record in order_pending()],
                (stock.available, stock.held, stock.sold),
                [(move.quantity, move.held, move.sold) for move in moves],
                {(row.status, row.captured_minor == row.amount_minor, bool(row.captured_at)) for row in rows},
                {(order.status, bool(order.paid_at)) for order in Order.objects.filter(payments__in=intents)},
                {hold.status for hold in Hold.objects.filter(drop=drop)},
            )
        )
        assert {move.reference for move in moves} == {payment.order.number for payment in payments}
    assert outcomes[0] == outcomes[1]
    assert verify_all().faults == []


def test_again_it_books_nothing(shop: Brand, provider: Provider) -> None:
    [payment] = waiting_payments(1)
    intents = {payment.pk: paid(payment)}
    assert sell_batch(paid=intents) == {payment.pk}
    while order_pending():
        pass
    assert sell_batch(paid=intents) == set()
    assert order_pending() == []


def test_what_is_not_simple_is_left_and_then_decided(shop: Brand, provider: Provider) -> None:
    simple, lapsed, over = waiting_payments(3, variant_id=make_variant(stock=9).pk)
    intents = {payment.pk: paid(payment) for payment in (simple, lapsed, over)}
    Hold.objects.filter(order=lapsed.order).update(status="expired", ended_at=F("created_at"))
    Stock.objects.filter(pk=Hold.objects.get(order=lapsed.order).variant_id).update(
        held=F("held") - 1, available=F("available") + 1
    )
    Hold.objects.filter(order=over.order).update(
        quantity=F("quantity") + 0, expires_at=F("expires_at") - dt.timedelta(days=1)
    )
    assert sell_batch(paid=intents) == {simple.pk, over.pk}  # over, and not swept: the pieces are still there
    assert Order.objects.get(pk=lapsed.order_id).status == "pending"
    assert confirm_payments(payment_ids=list(intents)) == set(intents)
    assert Order.objects.get(pk=lapsed.order_id).status == "paid"  # held again
    assert Payment.objects.filter(status="captured").count() == 3


def test_a_batch_of_many_costs_few_more_statements_than_one(shop: Brand, provider: Provider) -> None:
    def statements(number: int) -> int:
        payments = waiting_payments(number, variant_id=make_variant(stock=50).pk)
        intents = {payment.pk: paid(payment) for payment in payments}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(sell_batch(paid=intents)) == number
        stock = [query for query in queries if "catalog_book_moves" in query["sql"]]
        assert len(stock) == 1
        return len(queries)

    assert statements(8) - statements(1) <= 7 * 6  # what each order tells, and its card


def test_events_whose_tasks_were_lost_are_handled_together(shop: Brand, provider: Provider) -> None:
    payments = waiting_payments(3)
    for number, payment in enumerate(payments):
        pay(payment=payment)
        Payment.objects.filter(pk=payment.pk).update(status="pending")
        ProviderEvent.objects.create(
            event_id=f"evt_lost_{number}",
            type="payment_intent.succeeded",
            account="",
            object_id=payment.provider_intent or "",
        )
    ProviderEvent.objects.create(event_id="evt_unknown", type="payment_intent.succeeded", object_id="pi_nobody")
    ProviderEvent.objects.update(received_at=F("received_at") - dt.timedelta(minutes=5))
    assert handle_open() == ProviderEvent.objects.count()
    assert ProviderEvent.objects.filter(handled_at=None).count() == 0
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}
