"""Thousands of purchases under a provider at its worst: notices doubled, reordered, dropped, days late, forged and of
strangers, racing with the buyer's return, the end of holds, refunds and reconciliation. All seeded.
"""

import uuid
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from catalog.models import Stock
from checkout.models import Order, OrderMail, Payment, Refund
from checkout.parking.models import ParkedNotice
from checkout.services.mails import TEMPLATES, mail_about
from kernel.eventlog.models import EventRecord
from kernel.eventlog.store import Recorded
from kernel.tenancy import public_context
from tenants.models import Brand
from tests.checkout.evenings_of_money import Provided, Purchase
from tests.checkout.provider import Post, Provider
from tests.factories.catalog import make_variant

BLOCK = 250


def live_through(seeds: range, *, provider: Provider, client: Client, capture: object) -> list[Purchase]:
    """Each seed's purchase, to its end; a failure names the seed and its steps."""

    def deliver(post: Post) -> int:
        with public_context(), capture(execute=True):  # type: ignore[operator]
            status: int = post.deliver(client).status_code
        return status

    variant = make_variant(stock=len(seeds) * 2)
    provided, lived = Provided(provider), []
    provided.fresh()
    for seed in seeds:
        purchase = Purchase(seed, provider=provider, provided=provided, deliver=deliver, variant=variant)
        with capture(execute=True):  # type: ignore[operator]
            purchase.run()
            purchase.settle()
        provided.fresh()
        made = provided.intents.get(Order.objects.get(pk=purchase.order_id).public_id, [])
        intents = [provider.call("GET", f"/v1/payment_intents/{name}").json() for name in made]
        assert_sound(purchase, provider, intents, f"seed {seed}: {purchase.done}")
        lived.append(purchase)
    assert_stock_adds_up(variant.pk)
    return lived


def assert_sound(purchase: Purchase, provider: Provider, intents: list[dict[str, Any]], story: str) -> None:
    order = Order.objects.get(pk=purchase.order_id)
    assert order.status != Order.Status.PENDING, f"stuck, {story}"
    captured = sum(Payment.objects.filter(order=order).values_list("captured_minor", flat=True))
    refunds = Refund.objects.filter(order=order)
    ours_back = sum(refund.amount_minor for refund in refunds if refund.status in ("pending", "succeeded"))
    assert not refunds.filter(status="requested").exists(), f"a refund is stuck, {story}"
    assert sum(intent["status"] == "succeeded" for intent in intents) <= 1, f"captured twice, {story}"
    assert captured == sum(intent["amount_received"] for intent in intents), f"other sums, {story}"
    theirs_back = sum(
        refund["amount"]
        for intent in intents
        for refund in provider.call("GET", f"/v1/refunds?limit=100&payment_intent={intent['id']}").json()["data"]
        if refund["status"] not in ("failed", "canceled")
    )
    assert ours_back == theirs_back <= captured, f"other refunds, {story}"
    if order.status == Order.Status.CANCELLED:
        assert captured == ours_back, f"money kept for nothing, {story}"
    told = Counter(EventRecord.objects.filter(data__order_id=order.public_id).values_list("type", flat=True))
    assert told["order.placed"] == 1 >= told["order.paid"], story
    assert told["order.paid"] == (order.paid_at is not None), story
    assert told["refund.issued"] == refunds.exclude(status="failed").count(), story
    for _ in range(2):  # the reader of the log may meet an event twice
        for record in EventRecord.objects.filter(data__order_id=order.public_id, type__in=TEMPLATES):
            mail_about(recorded(record))
    mails = Counter(OrderMail.objects.filter(order=order).values_list("template", flat=True))
    assert mails["order_paid"] == told["order.paid"], f"mails {mails}, {story}"


def recorded(record: EventRecord) -> Recorded:
    """As the reader of the log gets it; mails look at what happened, not at where it stands in the log."""
    names = ("event_id", "topic", "type", "version", "data", "actor", "to", "at", "media_time")
    return Recorded(position=0, seq=0, **{name: getattr(record, name) for name in names})


def assert_stock_adds_up(variant_id: uuid.UUID) -> None:
    stock = Stock.objects.get(variant_id=variant_id)
    kept = Order.objects.filter(lines__variant_id=variant_id, paid_at__isnull=False).exclude(status="cancelled")
    assert (stock.held, stock.sold) == (0, kept.distinct().count())


@pytest.mark.usefixtures("eager_tasks")
def test_a_hundred_purchases_end_well(
    shop: Brand, provider: Provider, client: Client, django_capture_on_commit_callbacks: object
) -> None:
    lived = live_through(range(100), provider=provider, client=client, capture=django_capture_on_commit_callbacks)
    ends = Counter(Order.objects.values_list("status", flat=True))
    assert ends["paid"] > 10 < ends["cancelled"], "the seeds must lead to different ends"
    assert Refund.objects.count() > 10
    assert ParkedNotice.objects.exists()
    steps = Counter(step for purchase in lived for step in purchase.done)
    assert min(steps.values()) > 5
    assert len(steps) == 8


@pytest.mark.slow
@pytest.mark.usefixtures("eager_tasks")
@pytest.mark.parametrize("block", range(8))
def test_two_thousand_purchases_end_well(
    shop: Brand, provider: Provider, client: Client, django_capture_on_commit_callbacks: object, block: int
) -> None:
    first = 1000 + block * BLOCK
    live_through(
        range(first, first + BLOCK), provider=provider, client=client, capture=django_capture_on_commit_callbacks
    )
