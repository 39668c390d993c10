"""What the provider posts: real signed bodies, delivered twice, late, forged and for strangers."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from itertools import permutations

import pytest
from django.conf import settings
from django.test import Client

from checkout.models import Order, Payment, ProviderEvent
from checkout.parking.models import ParkedNotice
from checkout.services.hooks import handle_open, handle_stored
from checkout.services.payments import confirm_payment
from checkout.services.sandbox_purchases import pay
from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context, public_context
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.checkout.provider import Post, Provider
from tests.factories.checkout import make_hold, make_paid_order, make_payment
from tests.sandbox.running import wait_until

Deliver = Callable[[Post], int]


@pytest.fixture
def deliver(shop: Brand, client: Client, eager_tasks: None, django_capture_on_commit_callbacks: object) -> Deliver:
    """Post to our hook, run its task, come back into the brand."""

    def send(post: Post) -> int:
        with public_context(), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            status: int = post.deliver(client).status_code
        return status

    return send


def open_payment() -> Payment:
    viewer = new_viewer()
    return make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])


def paid_events() -> int:
    return EventRecord.objects.filter(type="order.paid").count()


def test_the_hook_alone_pays_an_order_when_the_browser_never_comes_back(provider: Provider, deliver: Deliver) -> None:
    payment = open_payment()
    pay(payment=payment)
    assert deliver(provider.box.wait_for("payment_intent.succeeded", payment.provider_intent or "")) == 200
    assert Order.objects.get().status == Order.Status.PAID
    assert ProviderEvent.objects.get().handled_at is not None


def test_the_same_event_twice_has_one_effect(provider: Provider, deliver: Deliver) -> None:
    payment = open_payment()
    pay(payment=payment)
    post = provider.box.wait_for("payment_intent.succeeded", payment.provider_intent or "")
    assert [deliver(post) for _ in range(3)] == [200, 200, 200]
    assert ProviderEvent.objects.count() == 1
    assert paid_events() == 1


def test_events_in_any_order_end_in_the_same_ledger(provider: Provider, deliver: Deliver) -> None:
    """Declined, then paid: every order of the two events, each delivered twice, leaves one paid order."""
    for order in permutations(range(2)):
        payment = open_payment()
        intent = payment.provider_intent or ""
        with pytest.raises(Exception, match="declined"):
            pay(payment=payment, card="pm_card_chargeDeclined")
        pay(payment=payment)
        posts = [
            provider.box.wait_for("payment_intent.payment_failed", intent),
            provider.box.wait_for("payment_intent.succeeded", intent),
        ]
        before = paid_events()
        for index in (*order, *order):
            assert deliver(posts[index]) == 200
        payment.refresh_from_db()
        assert (payment.status, payment.captured_minor) == ("captured", payment.amount_minor)
        assert paid_events() == before + 1


def test_an_event_whose_task_was_lost_is_handled_later(provider: Provider, shop: Brand, client: Client) -> None:
    payment = open_payment()
    pay(payment=payment)
    with public_context():
        provider.box.wait_for("payment_intent.succeeded", payment.provider_intent or "").deliver(client)
    assert Order.objects.get().status == Order.Status.PENDING  # its task was never run
    ProviderEvent.objects.update(received_at="2026-01-01T00:00:00Z")
    assert handle_open() == 1
    assert Order.objects.get().status == Order.Status.PAID
    assert handle_open() == 0


def test_handling_a_stored_event_again_changes_nothing(provider: Provider, deliver: Deliver) -> None:
    payment = open_payment()
    pay(payment=payment)
    deliver(provider.box.wait_for("payment_intent.succeeded", payment.provider_intent or ""))
    ProviderEvent.objects.update(handled_at=None)
    handle_stored(event_id=ProviderEvent.objects.get().pk)
    assert paid_events() == 1


def test_events_we_do_not_know_are_thanked_and_forgotten(provider: Provider, deliver: Deliver) -> None:
    payment = open_payment()
    assert deliver(provider.box.wait_for("payment_intent.created", payment.provider_intent or "")) == 200
    assert not ProviderEvent.objects.exists()


def signed(body: bytes, *, secret: str = "", at: float | None = None, scheme: str = "v1") -> str:
    moment = int(at if at is not None else time.time())
    key = (secret or settings.STRIPE_WEBHOOK_SECRET).encode()
    return f"t={moment},{scheme}={hmac.new(key, f'{moment}.'.encode() + body, hashlib.sha256).hexdigest()}"


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: (body, ""),
        lambda body: (body, "t=1,v1=" + "0" * 64),
        lambda body: (body, signed(body, secret="whsec_another")),
        lambda body: (body, signed(body, at=time.time() - 301)),
        lambda body: (body, signed(body, scheme="v0")),
        lambda body: (body + b" ", signed(body)),
        lambda body: (json.dumps(json.loads(body)).encode(), signed(body)),
        lambda body: (b"{}", signed(body)),
        lambda body: (body, "garbage"),
        lambda body: (body, signed(body).replace("v1=", "v1=\u00e9")),
    ],
    ids=["none", "zeros", "other secret", "301 s old", "v0", "one byte more", "re-encoded", "other body", "noise", "é"],
)
def test_a_forged_body_is_refused_without_effect(
    provider: Provider, deliver: Deliver, forge: Callable[[bytes], tuple[bytes, str]]
) -> None:
    payment = open_payment()
    pay(payment=payment)
    real = provider.box.wait_for("payment_intent.succeeded", payment.provider_intent or "")
    body, signature = forge(real.body)
    assert deliver(Post(body, signature, real.type)) == 400
    assert not ProviderEvent.objects.exists()
    assert Order.objects.get().status == Order.Status.PENDING


def test_a_stranger_account_is_parked_and_no_brand_hears_of_it(provider: Provider, deliver: Deliver) -> None:
    payment = open_payment()
    pay(payment=payment)
    real = json.loads(provider.box.wait_for("payment_intent.succeeded", payment.provider_intent or "").body)
    body = json.dumps({**real, "account": "acct_stranger"}).encode()
    assert deliver(Post(body, signed(body), real["type"])) == 200
    assert not ProviderEvent.objects.exists()
    assert Order.objects.get().status == Order.Status.PENDING
    with public_context():
        assert ParkedNotice.objects.get().account == "acct_stranger"


def test_an_event_that_names_another_brand_does_not_touch_this_one(
    provider: Provider, deliver: Deliver, fjord: Brand
) -> None:
    """The schema in the metadata decides where it is stored; the intent is not known there."""
    payment = open_payment()
    pay(payment=payment)
    real = json.loads(provider.box.wait_for("payment_intent.succeeded", payment.provider_intent or "").body)
    real["data"]["object"]["metadata"]["vitrine_schema"] = fjord.schema_name
    body = json.dumps(real).encode()
    assert deliver(Post(body, signed(body), real["type"])) == 200
    assert Order.objects.get().status == Order.Status.PENDING
    with brand_context(fjord):
        assert ProviderEvent.objects.get().handled_at is not None
        assert not Order.objects.exists()


def test_a_refund_that_fails_later_gives_its_claim_back(provider: Provider, deliver: Deliver) -> None:
    from checkout.services.refunds import refund_order

    order = make_paid_order(card="pm_card_refundFail")
    refund = refund_order(order_id=order.pk, amount=100, reason="A scratch", actor="member:x")
    assert refund.status == "succeeded"
    post = provider.box.wait_for("refund.failed", refund.provider_refund or "")
    assert [deliver(post), deliver(post)] == [200, 200]
    order.refresh_from_db()
    refund.refresh_from_db()
    assert (refund.status, order.refunded_minor) == ("failed", 0)
    assert order.payments.get().reserved_minor == 0
    assert "failed" in order.attention
    assert EventRecord.objects.filter(type="refund.failed").count() == 1


def test_the_hook_takes_posts_alone_and_lives_on_the_platform(client: Client, db: None) -> None:
    assert client.get("/hooks/stripe/", HTTP_HOST="localhost").status_code == 405
    assert client.post("/hooks/stripe/", HTTP_HOST="aurora.localhost").status_code == 404


def test_the_return_page_and_the_hook_agree(provider: Provider, deliver: Deliver) -> None:
    payment = open_payment()
    pay(payment=payment)
    confirm_payment(payment_id=payment.pk)
    deliver(provider.box.wait_for("payment_intent.succeeded", payment.provider_intent or ""))
    wait_until(lambda: paid_events() == 1, "one paid event")
    assert EventRecord.objects.filter(type="sale.announced").count() == 1
