"""Fifty buyers and ten pieces at the same moment: with the guard off more is held than there is, with it never."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import F, Sum
from django.test import Client

from catalog.errors import SoldOut
from catalog.models import Drop, Stock
from catalog.selectors import verify_stock
from checkout.errors import CapReached, RefundTooHigh
from checkout.models import Customer, Hold, Order, Refund
from checkout.services import caps
from checkout.services.ending import expire_holds
from checkout.services.holds import create_hold
from checkout.services.payments import confirm_payment
from checkout.services.refunds import refund_order
from checkout.services.sandbox_purchases import pay
from kernel.errors import Problem
from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, Viewer, new_viewer, ticket_of
from tenants.models import Brand
from tests.checkout.conftest import _provider, eager_tasks, open_shops, provider
from tests.checkout.provider import Provider
from tests.factories.catalog import make_drop, make_variant
from tests.factories.checkout import make_hold, make_paid_order, make_payment

__all__ = ["_provider", "eager_tasks", "open_shops", "provider"]  # fixtures of the shop that can sell


def together(brand: Brand, acts: list[Callable[[], Any]]) -> list[Any]:
    """Run all acts at the same moment, each on a thread and connection of its own. Refusals are results."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            with brand_context(brand):
                connection.ensure_connection()
                barrier.wait(timeout=60)
                results[place] = act()
        except Problem as problem:
            results[place] = problem
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture(autouse=True)
def _room_for_all() -> Iterator[None]:
    """One connection a thread: the pool of a process is smaller than the crowd of these tests."""
    database: Any = connections["default"]
    options = database.settings_dict["OPTIONS"]
    pool = options["pool"]
    database.close()
    database.close_pool()
    options["pool"] = {**pool, "max_size": 60, "timeout": 60}
    yield
    database.close()
    database.close_pool()
    options["pool"] = pool


def hold_by_reading_first(variant_id: uuid.UUID, barrier: threading.Barrier) -> None:
    """What the service would be without the guard: look, then take."""
    with transaction.atomic():
        stock = Stock.objects.get(pk=variant_id)
        barrier.wait(timeout=30)
        if stock.available < 1:
            raise SoldOut(available=0, quantity=1)
        Hold.objects.create(
            variant_id=variant_id,
            quantity=1,
            unit_minor=100,
            currency="EUR",
            viewer_key=new_viewer().key,
            expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1),
        )
        Stock.objects.filter(pk=variant_id).update(available=stock.available - 1, held=stock.held + 1)


def test_without_the_guard_more_is_held_than_there_is(live_brands: dict[str, Brand]) -> None:
    with brand_context(live_brands["aurora"]):
        variant = make_variant(stock=10)
    barrier = threading.Barrier(20)
    together(live_brands["aurora"], [lambda: hold_by_reading_first(variant.pk, barrier)] * 20)
    with brand_context(live_brands["aurora"]):
        assert (Hold.objects.aggregate(pieces=Sum("quantity"))["pieces"] or 0) > 10


def test_fifty_buyers_of_ten_pieces_get_ten(live_brands: dict[str, Brand]) -> None:
    brand = live_brands["aurora"]
    with brand_context(brand):
        variant = make_variant(stock=10)
    results = together(brand, [lambda: make_hold(variant_id=variant.pk)] * 50)
    with brand_context(brand):
        stock = Stock.objects.get(pk=variant.pk)
        assert (stock.available, stock.held) == (0, 10)
        assert Hold.objects.count() == sum(isinstance(result, Hold) for result in results) == 10
        assert sum(isinstance(result, SoldOut) for result in results) == 40
        assert verify_stock().faults == []


def test_one_viewer_who_asks_ten_times_at_once_has_one_hold(live_brands: dict[str, Brand]) -> None:
    brand, viewer = live_brands["aurora"], new_viewer()
    with brand_context(brand):
        variant = make_variant(stock=10)
    results = together(brand, [lambda: make_hold(viewer=viewer, variant_id=variant.pk)] * 10)
    assert {result.pk for result in results} == {results[0].pk}
    with brand_context(brand):
        assert Stock.objects.get(pk=variant.pk).held == 1


def test_one_key_sent_ten_times_at_once_holds_once(live_brands: dict[str, Brand]) -> None:
    """Over HTTP: one request runs, the others get its answer or are told that it still runs."""
    brand, viewer = live_brands["aurora"], new_viewer()
    with brand_context(brand):
        body = {"variant": make_variant(stock=50).public_id, "quantity": 2}
        cookie = ticket_of(viewer)

    def post() -> int:
        client = Client(headers={"Host": "aurora.localhost", "Idempotency-Key": "same"})
        client.cookies[COOKIE] = cookie
        return int(client.post("/api/v1/holds/", body, content_type="application/json").status_code)

    results = together(brand, [post] * 10)
    assert set(results) <= {201, 409}
    assert 201 in results
    with brand_context(brand):
        assert Stock.objects.get().held == 2
        assert Hold.objects.count() == 1


def hold_by_counting_first(viewer: Viewer, drop: Drop, barrier: threading.Barrier) -> None:
    """What the cap would be without the guard: count what this buyer has, then take."""
    with transaction.atomic():
        taken = caps.pieces_taken(viewer=viewer, drop_id=drop.pk)
        barrier.wait(timeout=30)
        if taken + 1 > drop.per_buyer:
            raise CapReached(cap=drop.per_buyer, taken=taken)
        Hold.objects.create(
            variant_id=drop.variant_id,
            drop=drop,
            quantity=1,
            unit_minor=100,
            currency="EUR",
            viewer_key=viewer.key,
            customer_id=viewer.customer_id,
            expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1),
        )


def ask_as(viewers: list[Viewer], drop: Drop) -> list[Callable[[], Hold]]:
    def ask(viewer: Viewer) -> Hold:
        return create_hold(
            viewer=viewer, variant_id=drop.variant_id, quantity=1, drop_id=drop.pk, actor=f"viewer:{viewer.key}"
        )

    return [partial(ask, viewer) for viewer in viewers]


def test_a_customer_on_many_browsers_gets_one_each(live_brands: dict[str, Brand]) -> None:
    brand = live_brands["aurora"]
    with brand_context(brand):
        customer = Customer.objects.create(email="noor@example.test")
        unguarded, guarded = (make_drop(opened=True, units=30, per_buyer=1) for _ in range(2))
    browsers = [new_viewer().signed_in(customer.pk) for _ in range(10)]
    barrier = threading.Barrier(10)
    together(brand, [partial(hold_by_counting_first, viewer, unguarded, barrier) for viewer in browsers])
    results = together(brand, ask_as(browsers, guarded))
    with brand_context(brand):
        assert Hold.objects.filter(drop=unguarded).count() > 1
        assert Hold.objects.filter(drop=guarded).count() == 1
        assert sum(isinstance(result, CapReached) for result in results) == 9


def test_sweeps_that_run_at_once_return_pieces_once(live_brands: dict[str, Brand]) -> None:
    brand = live_brands["aurora"]
    with brand_context(brand):
        variant = make_variant(stock=20)
        for _ in range(20):
            make_hold(variant_id=variant.pk)
        Hold.objects.update(expires_at=F("expires_at") - dt.timedelta(hours=1))
    results = together(brand, [expire_holds] * 4)
    with brand_context(brand):
        assert sum(results) == 20
        assert Stock.objects.get(pk=variant.pk).available == 20
        assert EventRecord.objects.filter(type="hold.expired").count() == 20
        assert verify_stock().faults == []


@pytest.mark.usefixtures("eager_tasks")
def test_expiry_and_payment_at_once_sell_or_give_back_and_never_both(
    open_shops: dict[str, Brand], provider: Provider
) -> None:
    brand = open_shops["aurora"]
    for _ in range(5):
        viewer = new_viewer()
        with brand_context(brand):
            hold = make_hold(viewer=viewer, variant_id=make_variant(stock=1).pk)
            payment = make_payment(viewer=viewer, holds=[hold])
            pay(payment=payment)
            Hold.objects.filter(pk=hold.pk).update(expires_at=F("expires_at") - dt.timedelta(hours=1))
        together(brand, [expire_holds, partial(confirm_payment, payment_id=payment.pk)])
        with brand_context(brand):
            stock, order = Stock.objects.get(pk=hold.variant_id), Order.objects.get(pk=payment.order_id)
            assert (order.status, stock.sold, stock.held, stock.available) == ("paid", 1, 0, 0)
            assert verify_stock().faults == []


@pytest.mark.usefixtures("eager_tasks")
def test_return_page_and_hook_at_once_pay_once(open_shops: dict[str, Brand], provider: Provider) -> None:
    """Ten who confirm the same payment at the same moment: one order paid, one event, one sale."""
    brand = open_shops["aurora"]
    for round_ in range(1, 4):
        viewer = new_viewer()
        with brand_context(brand):
            payment = make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
            pay(payment=payment)
        results = together(brand, [partial(confirm_payment, payment_id=payment.pk)] * 10)
        assert {result.status for result in results} == {"captured"}
        with brand_context(brand):
            assert EventRecord.objects.filter(type="order.paid").count() == round_
            assert EventRecord.objects.filter(type="sale.announced").count() == round_
            assert verify_stock().faults == []


def test_twenty_refunds_at_once_give_back_what_there_was(open_shops: dict[str, Brand], provider: Provider) -> None:
    brand = open_shops["aurora"]
    with brand_context(brand):
        order = make_paid_order(variant_id=make_variant(price=9000).pk)
    results = together(brand, [lambda: refund_order(order_id=order.pk, amount=1000, reason="x", actor="member:x")] * 20)
    assert sum(isinstance(result, Refund) for result in results) == 9
    assert sum(isinstance(result, RefundTooHigh) for result in results) == 11
    listed = provider.call("GET", f"/v1/refunds?limit=100&payment_intent={_intent_of(brand, order)}").json()["data"]
    assert sum(refund["amount"] for refund in listed) == 9000


def _intent_of(brand: Brand, order: Order) -> str | None:
    with brand_context(brand):
        assert Order.objects.get(pk=order.pk).refunded_minor == 9000
        return order.payments.get().provider_intent
