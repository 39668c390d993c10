"""The pages as a browser without script meets them, in a sheet, and as strangers try them."""

import re
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core import mail
from django.test import Client

from checkout import newcomers
from checkout.models import Customer, Hold, Order, ShippingMethod, SignInCode
from checkout.services.mails import mail_about
from checkout.services.outbox import send_due_mails
from checkout.services.sandbox_purchases import pay
from kernel.eventlog.sequencer import order_pending
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, Viewer, new_viewer, ticket_of
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.factories.catalog import make_drop, make_variant
from tests.factories.checkout import make_buyer, make_hold, make_paid_order, make_payment
from tests.sandbox.running import free_port

HOST = "aurora.localhost"
ADDRESS = {
    "email": "Noor@Example.test",
    "name": "Noor Haddad",
    "line1": "14 rue des Lilas",
    "line2": "",
    "postal_code": "69003",
    "city": "Lyon",
    "country": "FR",
}


@pytest.fixture
def viewer(shop: Brand, client: Client) -> Viewer:
    """Somebody whose browser the client is."""
    viewer = new_viewer()
    client.cookies[COOKIE] = ticket_of(viewer)
    client.defaults |= {"HTTP_HOST": HOST, "HTTP_ACCEPT": "text/html"}
    return viewer


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_purchase_without_script_up_to_the_payment(viewer: Viewer, client: Client, provider: Provider) -> None:
    variant = make_variant(name="Dawn Serum", price=3800)
    link = client.get("/checkout/", {"variant": variant.public_id})
    assert "Dawn Serum" in text_of(link)
    assert not Hold.objects.exists()  # opening a link holds nothing
    client.post("/checkout/hold/", {"variant": variant.public_id})
    page = text_of(client.get("/checkout/"))
    assert "€42.90" in page  # with €4.90 for the parcel
    answer = client.post("/checkout/", {**ADDRESS, "total_minor": "4290"})
    order = Order.objects.get()
    assert answer.headers["Location"] == f"/checkout/pay/{order.public_id}/"
    assert (order.email, order.city, order.total_minor) == ("noor@example.test", "Lyon", 4290)
    paying = text_of(client.get(answer.headers["Location"]))
    assert order.payments.get().client_secret in paying
    assert "needs JavaScript" in paying
    pay(payment=order.payments.get())
    back = client.get(f"/checkout/return/{order.public_id}/")
    order.refresh_from_db()
    assert (back.status_code, back.headers["Location"]) == (302, order.page_url)
    assert "Paid" in text_of(client.get(order.page_url))


def test_a_browser_without_a_cookie_gets_one_with_its_first_hold(shop: Brand, client: Client) -> None:
    variant = make_variant()
    answer = client.post("/checkout/hold/", {"variant": variant.public_id}, HTTP_HOST=HOST)
    assert answer.cookies[COOKIE]["httponly"]
    assert client.get("/checkout/", HTTP_HOST=HOST).context["lines"][0].hold.variant_id == variant.pk


def test_wrong_fields_are_told_in_their_place_and_what_was_typed_stays(viewer: Viewer, client: Client) -> None:
    make_hold(viewer=viewer)
    answer = client.post("/checkout/", {**ADDRESS, "email": "nowhere", "city": "", "total_minor": "1"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert "id_email_error" in page
    assert 'value="14 rue des Lilas"' in page
    assert not Order.objects.exists()


def test_a_total_that_was_tampered_with_or_is_old_is_asked_about(viewer: Viewer, client: Client) -> None:
    make_hold(viewer=viewer, variant_id=make_variant(price=3800).pk)
    for total in ("1", "-4290", "0", "4.29e3", "９", "", "9" * 40):
        answer = client.post("/checkout/", {**ADDRESS, "total_minor": total})
        assert answer.status_code == 409
        assert "€42.90" in text_of(answer)
    assert not Order.objects.exists()


def test_a_country_without_delivery_is_refused_in_words(viewer: Viewer, client: Client) -> None:
    make_hold(viewer=viewer)
    ShippingMethod.objects.update(countries=["DE"])
    answer = client.post("/checkout/", {**ADDRESS, "country": "FR", "total_minor": "1"})
    assert answer.status_code == 422
    assert "does not deliver to FR" in text_of(answer)


def test_a_sheet_gets_the_middle_of_the_page_alone(viewer: Viewer, client: Client) -> None:
    make_hold(viewer=viewer)
    answer = client.get("/checkout/", headers={"X-Vitrine-Sheet": "1"})
    page = text_of(answer)
    assert "<html" not in page
    assert "data-vt-sheet-title" in page
    assert "data-vt-sheet-foot" in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert "X-Vitrine-Sheet" in answer.headers["Vary"]


def test_holds_can_be_let_go_and_made_longer_without_script(viewer: Viewer, client: Client) -> None:
    hold = make_hold(viewer=viewer)
    assert client.post(f"/checkout/holds/{hold.public_id}/extend/").status_code == 302
    hold.refresh_from_db()
    assert hold.extended
    client.post(f"/checkout/holds/{hold.public_id}/release/")
    hold.refresh_from_db()
    assert hold.status == "released"
    assert "Nothing is held" in text_of(client.get("/checkout/"))


def test_a_drops_link_shows_the_drops_price(viewer: Viewer, client: Client) -> None:
    drop = make_drop(opened=True, price=1200)
    page = text_of(client.get("/checkout/", {"variant": drop.variant.public_id, "drop": drop.public_id}))
    assert "€12" in page
    client.post("/checkout/hold/", {"variant": drop.variant.public_id, "drop": drop.public_id})
    assert Hold.objects.get().unit_minor == 1200


def test_an_order_opens_by_its_link_and_not_by_guessing(viewer: Viewer, client: Client, provider: Provider) -> None:
    order = make_paid_order()
    page = client.get(order.page_url)
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    for wrong in (f"/orders/{order.number}/x/", f"/orders/{order.number}/{order.token}x/"):
        assert client.get(wrong).status_code == 404
    assert client.get(f"/checkout/pay/{order.public_id}/").status_code == 404  # another viewer's


def test_the_last_address_is_not_asked_for_again(viewer: Viewer, client: Client, provider: Provider) -> None:
    make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)], buyer=make_buyer(line1="3 Canal Street"))
    make_hold(viewer=viewer)
    assert "3 Canal Street" in text_of(client.get("/checkout/"))


def sign_in_as(client: Client, email: str) -> None:
    client.post("/account/code/", {"email": email})
    client.post("/account/sign-in/", {"email": email, "code": code_in(mail.outbox[-1])})


def test_after_signing_out_no_address_is_left_on_a_shared_device(
    viewer: Viewer, client: Client, provider: Provider
) -> None:
    make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)], buyer=make_buyer(line1="5 Guest Lane"))
    sign_in_as(client, "noor@example.test")
    buyer = make_buyer(email="noor@example.test", line1="3 Canal Street")
    make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)], buyer=buyer)
    make_hold(viewer=viewer)
    assert "3 Canal Street" in text_of(client.get("/checkout/"))
    client.post("/account/sign-out/")
    page = text_of(client.get("/checkout/"))
    for private in ("3 Canal Street", "5 Guest Lane", "noor@example.test"):
        assert private not in page
    make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)], buyer=make_buyer(line1="7 Next Road"))
    assert "7 Next Road" in text_of(client.get("/checkout/"))  # whoever comes next is a guest as any other
    sign_in_as(client, "noor@example.test")
    page = text_of(client.get("/checkout/"))
    assert "3 Canal Street" in page
    assert "7 Next Road" not in page


def test_a_refused_card_is_told_on_the_payment_page(viewer: Viewer, client: Client, provider: Provider) -> None:
    payment = make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    with pytest.raises(Exception, match="declined"):
        pay(payment=payment, card="pm_card_chargeDeclined")
    answer = client.get(f"/checkout/return/{payment.order.public_id}/", follow=True)
    assert "Your card was not charged" in text_of(answer)
    assert 'role="alert"' in text_of(answer)


def code_in(message: Any) -> str:
    return str(message.subject[:6])


def test_signing_in_by_code_shows_the_orders_of_that_mailbox(
    viewer: Viewer, client: Client, provider: Provider
) -> None:
    order = make_paid_order(buyer=make_buyer(email="noor@example.test"))
    stranger = make_paid_order()
    client.post("/account/code/", {"email": "NOOR@example.test"})
    (message,) = mail.outbox
    wrong = client.post("/account/sign-in/", {"email": "noor@example.test", "code": "000000"})
    assert wrong.status_code == 422
    client.post("/account/sign-in/", {"email": "noor@example.test", "code": code_in(message)})
    page = text_of(client.get("/account/"))
    assert order.number in page
    assert stranger.number not in page
    again = client.post("/account/sign-in/", {"email": "noor@example.test", "code": code_in(message)})
    assert again.status_code == 422  # a code works once
    client.post("/account/sign-out/")
    assert order.number not in text_of(client.get("/account/"))


def test_a_code_is_burnt_after_five_tries(viewer: Viewer, client: Client) -> None:
    client.post("/account/code/", {"email": "noor@example.test"})
    right = code_in(mail.outbox[0])
    wrong = "111111" if right != "111111" else "222222"
    for _ in range(5):
        client.post("/account/sign-in/", {"email": "noor@example.test", "code": wrong})
    answer = client.post("/account/sign-in/", {"email": "noor@example.test", "code": right})
    assert answer.status_code == 422
    assert SignInCode.objects.get().tries == 5
    assert not Customer.objects.exists()


def test_known_and_unknown_mailboxes_get_the_same_answer(viewer: Viewer, client: Client, provider: Provider) -> None:
    make_paid_order(buyer=make_buyer(email="known@example.test"))
    answers = []
    for name in ("known", "other"):
        sent = {"email": f"{name}@example.test"}
        page = text_of(client.post("/account/code/", sent, headers={"X-Vitrine-Sheet": "1"}))
        answers.append(re.sub('value="[A-Za-z0-9]{64}"', "", page).replace(f"{name}@", "x@"))
    assert answers[0] == answers[1]
    assert "x@example.test" in answers[0]


def test_codes_to_one_mailbox_are_limited(viewer: Viewer, client: Client) -> None:
    statuses = [client.post("/account/code/", {"email": "noor@example.test"}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert len(mail.outbox) == 5


def test_a_code_that_could_not_be_mailed_is_said(viewer: Viewer, client: Client, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()  # nobody listens there
    answer = client.post("/account/code/", {"email": "noor@example.test"})
    assert answer.status_code == 503
    assert "could not be sent" in text_of(answer)


def test_newcomers_are_counted_by_address_at_both_doors(
    shop: Brand, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script that drops its cookie at each request would hold the whole stock."""
    monkeypatch.setattr(newcomers, "LIMIT", 2)
    sent = {"variant": make_variant(stock=9).public_id}
    statuses = []
    for _ in range(3):
        client.cookies.clear()
        statuses.append(client.post("/checkout/hold/", sent, HTTP_HOST=HOST).status_code)
    client.cookies.clear()
    headers = {"Idempotency-Key": "k", "Host": HOST}
    asked = client.post("/api/v1/holds/", sent, content_type="application/json", headers=headers)
    assert [*statuses, asked.status_code] == [302, 302, 429, 429]
    assert Hold.objects.count() == 2


def test_each_event_is_mailed_once_with_the_shops_words(shop: Brand, provider: Provider) -> None:
    from checkout.services.refunds import refund_order

    order = make_paid_order(buyer=make_buyer(email="noor@example.test"))
    refund_order(order_id=order.pk, amount=100, reason="x", actor="member:x")
    records = [record for record in order_pending() if record.type in ("order.paid", "refund.issued")]
    for record in [*records, *records]:
        mail_about(record)
    send_due_mails()
    assert [message.subject for message in mail.outbox] == [
        f"Your order {order.number} at Aurora",
        f"Money back for order {order.number}",
    ]
    first: Any = mail.outbox[0]
    assert first.to == ["noor@example.test"]
    assert order.page_url in first.body
    assert order.total.formatted in first.body
    html = first.alternatives[0][0]
    assert shop.theme.ink in html
    assert "evt_" in first.extra_headers["Message-ID"]


def test_what_a_buyer_types_is_shown_and_never_run(viewer: Viewer, client: Client, provider: Provider) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    order = make_paid_order(buyer=make_buyer(name=evil[:120], line1=evil[:120], city=evil[:80]))
    for record in order_pending():
        if record.type == "order.paid":
            mail_about(record)
    send_due_mails()
    message: Any = mail.outbox[0]
    pages = [text_of(client.get(order.page_url)), str(message.alternatives[0][0])]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_same_page_in_another_brand_shows_nothing(
    viewer: Viewer, client: Client, provider: Provider, fjord: Brand
) -> None:
    order = make_paid_order()
    with brand_context(fjord):
        assert client.get(order.page_url, HTTP_HOST="fjord.localhost").status_code == 404
        page = text_of(client.get("/checkout/", HTTP_HOST="fjord.localhost"))
    assert "Nothing is held" in page


def test_payment_secrets_stay_out_of_the_page(viewer: Viewer, client: Client) -> None:
    make_hold(viewer=viewer)
    page = text_of(client.get("/checkout/"))
    assert settings.STRIPE_SECRET_KEY not in page
    assert settings.STRIPE_PUBLISHABLE_KEY in page
