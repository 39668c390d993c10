"""The API of viewers and staff: keys that repeat, prices that cannot be sent, rights, bounded queries."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Stock
from catalog.services.prices import set_price
from checkout.models import Hold, Order, Refund
from checkout.services.sandbox_purchases import pay
from kernel.money import Money
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, Viewer, new_viewer, ticket_of
from tenants.models import Brand
from tenants.services.api_keys import create_api_key
from tests.checkout.provider import Provider
from tests.conftest import PASSWORD
from tests.factories.catalog import ACTOR, fill_catalog, make_drop, make_variant
from tests.factories.checkout import (
    EMAIL,
    HOLD_ID,
    ORDER_ID,
    VIEWER_ID,
    fill_checkout,
    make_hold,
    make_paid_order,
)

HOST = "aurora.localhost"
BUYER = {
    "email": "noor@example.test",
    "name": "Noor Haddad",
    "address": {"line1": "14 rue des Lilas", "postal_code": "69003", "city": "Lyon", "country": "FR"},
}


class Caller:
    """A browser or a partner that speaks JSON."""

    def __init__(self, client: Client, *, viewer: Viewer | None = None, key: str = "", host: str = HOST) -> None:
        self.client = client
        self.headers = {"Host": host, **({"Authorization": f"Bearer {key}"} if key else {})}
        if viewer:
            client.cookies[COOKIE] = ticket_of(viewer)

    def post(self, path: str, body: Any, key: str = "k1") -> Any:
        raw = body if isinstance(body, str) else json.dumps(body)
        headers = {**self.headers, "Idempotency-Key": key} if key else self.headers
        return self.client.post(f"/api/v1{path}", raw, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1{path}", headers=self.headers)


@pytest.fixture
def browser(shop: Brand, client: Client) -> Caller:
    return Caller(client, viewer=new_viewer())


@pytest.fixture
def partner(shop: Brand, client: Client) -> Caller:
    scopes = ["orders:read", "orders:write", "customers:read"]
    _, text = create_api_key(brand=shop, name="Partner", scopes=scopes, created_by=None)
    return Caller(client, key=text)


def test_hold_quote_order_pay_confirm(browser: Caller, provider: Provider) -> None:
    variant = make_variant(price=3800, name="Dawn Serum")
    held = browser.post("/holds/", {"variant": variant.public_id})
    assert (held.status_code, held.json()["unit_price_minor"], held.json()["name"]) == (201, 3800, "Dawn Serum")
    assert browser.get("/me/").json()["bag_count"] == 1
    quote = browser.post("/checkout/quote/", {"country": "FR"}, key="").json()
    assert (quote["total_minor"], quote["formatted"]["total"]) == (4290, "€42.90")
    placed = browser.post(
        "/checkout/",
        {**BUYER, "holds": [held.json()["id"]], "total_minor": quote["total_minor"], "currency": "EUR"},
    )
    assert placed.status_code == 201, placed.content
    order = Order.objects.get()
    asked = {"order": order.public_id}
    assert browser.post("/checkout/confirm/", asked, key="").json()["status"] == "processing"
    pay(payment=order.payments.get())
    outcome = browser.post("/checkout/confirm/", asked, key="").json()
    assert (outcome["status"], outcome["page"]) == ("paid", order.page_url)
    assert browser.get("/me/").json()["bag_count"] == 0


def test_the_same_key_gives_the_same_bytes_and_one_hold(browser: Caller) -> None:
    body = {"variant": make_variant(stock=5).public_id, "quantity": 2}
    first, again = (browser.post("/holds/", body, key="same") for _ in range(2))
    assert first.content == again.content
    assert Stock.objects.get().held == 2
    assert browser.post("/holds/", {**body, "quantity": 3}, key="same").status_code == 422
    assert browser.post("/holds/", body, key="").status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"price_minor": 1},
        {"unit_price": "0.01"},
        {"amount": 1},
        {"expires_at": "2099-01-01T00:00:00Z"},
        {"viewer_key": "vwr_x"},
        {"colour": "red"},
        {"quantity": -1},
        {"quantity": 0},
        {"quantity": 1e308},
        {"quantity": "NaN"},
        {"quantity": 10**30},
        {"quantity": 1.5},
        {"quantity": None},
        {"variant": "var_00000000000000000000000000"},
        {"variant": "prd_00000000000000000000000000"},
        {"variant": None},
        {"variant": {"id": 1}},
        {"drop": "drp_00000000000000000000000000"},
        {"drop": "1; DROP TABLE"},
    ],
    ids=str,
)
def test_what_a_client_may_not_decide_is_refused_and_changes_nothing(browser: Caller, change: dict[str, Any]) -> None:
    answer = browser.post("/holds/", {"variant": make_variant().public_id, "quantity": 1, **change})
    assert answer.status_code in (404, 409, 422), answer.content
    assert answer.json()["code"]
    assert not Hold.objects.exists()
    assert Stock.objects.get().held == 0


def test_bodies_that_are_no_json_are_refused(browser: Caller) -> None:
    for raw in ("", "{", "NaN", '{"quantity": NaN}', "[]", "1", '"x"', "null"):
        assert browser.post("/holds/", raw, key=f"key {raw}").status_code in (400, 422), raw
    form = browser.client.post("/api/v1/holds/", {"variant": "x"}, headers={**browser.headers, "Idempotency-Key": "f"})
    assert form.status_code == 415  # so that no form of another site can hold
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"total_minor": 1},
        {"total_minor": 0},
        {"total_minor": -4290},
        {"currency": "USD"},
        {"currency": "XXX"},
        {"status": "paid"},
        {"price_minor": 1},
        {"holds": []},
        {"holds": ["hld_00000000000000000000000000"]},
        {"email": "nobody"},
        {"shipping_method": "shp_00000000000000000000000000"},
        {"address": {"line1": "x", "postal_code": "1", "city": "y", "country": "US"}},
        {"address": {"line1": "x", "postal_code": "1", "city": "y", "country": "fr"}},
    ],
    ids=str,
)
def test_a_tampered_order_is_refused_and_changes_nothing(
    browser: Caller, provider: Provider, change: dict[str, Any]
) -> None:
    held = browser.post("/holds/", {"variant": make_variant(price=3800).public_id}).json()
    order = {**BUYER, "holds": [held["id"]], "total_minor": 4290, "currency": "EUR", **change}
    answer = browser.post("/checkout/", order, key="o1")
    assert answer.status_code in (404, 409, 422), answer.content
    assert not Order.objects.exists()
    assert Hold.objects.get().order_id is None


def test_a_stale_price_stays_the_price_of_the_hold(browser: Caller, provider: Provider) -> None:
    variant = make_variant(price=3800)
    held = browser.post("/holds/", {"variant": variant.public_id}).json()
    set_price(variant_id=variant.pk, price=Money(9900, "EUR"), actor=ACTOR)
    order = {**BUYER, "holds": [held["id"]], "total_minor": 4290, "currency": "EUR"}
    assert browser.post("/checkout/", order, key="o1").status_code == 201


def test_another_viewers_hold_cannot_be_paid_extended_or_let_go(browser: Caller, provider: Provider) -> None:
    hold = make_hold()
    order = {**BUYER, "holds": [hold.public_id], "total_minor": 4290, "currency": "EUR"}
    assert browser.post("/checkout/", order).status_code == 404
    assert browser.post(f"/holds/{hold.public_id}/extend/", {}).status_code == 404
    assert browser.delete(f"/holds/{hold.public_id}/").status_code == 404
    hold.refresh_from_db()
    assert hold.status == "active"


def test_an_email_counts_for_the_cap_of_a_drop(browser: Caller, provider: Provider) -> None:
    from tests.factories.checkout import make_buyer

    drop = make_drop(opened=True, units=5, price=6000, per_buyer=1)
    make_paid_order(variant_id=drop.variant_id, drop_id=drop.pk, buyer=make_buyer(email=BUYER["email"]))  # type: ignore[arg-type]
    held = browser.post("/holds/", {"variant": drop.variant.public_id, "drop": drop.public_id}).json()
    order = {**BUYER, "holds": [held["id"]], "total_minor": 6000, "currency": "EUR"}
    answer = browser.post("/checkout/", order, key="o1")
    assert (answer.status_code, answer.json()["code"]) == (409, "cap_reached")


def test_a_look_at_the_bag_makes_nobody(shop: Brand, client: Client) -> None:
    answer = Caller(client).get("/me/")
    assert answer.json()["holds"] == []
    assert COOKIE not in answer.cookies


def test_partners_read_and_refund_with_their_scopes(partner: Caller, provider: Provider) -> None:
    order = make_paid_order()
    listed = partner.get("/orders/").json()["data"]
    assert [row["number"] for row in listed] == [order.number]
    body = {"amount_minor": 100, "reason": "A scratch"}
    first, again = (partner.post(f"/orders/{order.public_id}/refunds/", body, key="r") for _ in range(2))
    assert first.status_code == 201
    assert first.content == again.content
    assert Refund.objects.count() == 1
    sent = partner.post(f"/orders/{order.public_id}/fulfil/", {"tracking": "1Z"}, key="f")
    assert sent.json()["status"] == "fulfilled"
    assert partner.post(f"/orders/{order.public_id}/cancel/", {"reason": "x"}, key="c").status_code == 409
    assert partner.get("/customers/").json()["data"][0]["email"] == order.email
    assert partner.get("/shipping-methods/").json()["data"][0]["price_minor"] == 490
    assert partner.get("/orders/ord_nonsense/").status_code == 404


def test_who_has_no_key_and_no_role_gets_nothing(shop: Brand, client: Client, provider: Provider) -> None:
    order = make_paid_order()
    nobody = Caller(client)
    assert nobody.get("/orders/").status_code == 401
    assert nobody.get("/customers/").status_code == 401
    _, text = create_api_key(brand=shop, name="Shows", scopes=["shows:read"], created_by=None)
    narrow = Caller(client, key=text)
    assert narrow.get("/orders/").json()["code"] == "scope_missing"
    assert narrow.post(f"/orders/{order.public_id}/refunds/", {"amount_minor": 1, "reason": "x"}).status_code == 403
    assert not Refund.objects.exists()


def test_lists_take_the_same_queries_for_one_row_and_for_many(partner: Caller, provider: Provider) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert partner.get(path).status_code == 200
        return len(captured)

    make_paid_order()
    partner.get("/orders/")
    few = {path: queries(path) for path in ("/orders/", "/customers/", "/shipping-methods/")}
    for _ in range(4):
        make_paid_order()
    assert {path: queries(path) for path in few} == few


def test_the_bag_takes_the_same_queries_for_one_hold_and_for_many(browser: Caller) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/me/")
        return len(captured)

    browser.post("/holds/", {"variant": make_variant().public_id}, key="0")
    few = queries()
    for number in range(1, 6):
        browser.post("/holds/", {"variant": make_variant().public_id}, key=str(number))
    assert queries() == few


def test_ids_that_exist_in_both_brands_show_each_brand_its_own(
    aurora: Brand, fjord: Brand, client: Client, provider: Provider
) -> None:
    for index, brand in enumerate((aurora, fjord), start=1):
        with brand_context(brand):
            fill_catalog(index)
            fill_checkout(index)
    with brand_context(aurora):
        _, key = create_api_key(
            brand=aurora, name="A", scopes=["orders:read", "orders:write", "customers:read"], created_by=None
        )
        mine = Order.objects.get(pk=ORDER_ID)
        hold = Hold.objects.get(pk=HOLD_ID)
    here = Caller(client, key=key)
    assert here.get(f"/orders/{mine.public_id}/").json()["total_minor"] == 1001
    assert here.get(f"/customers/?email={EMAIL}").json()["data"][0]["name"] == "Noor of brand 1"
    there = Caller(client, key=key, host="fjord.localhost")
    for path in ("/orders/", f"/orders/{mine.public_id}/", "/customers/", "/shipping-methods/"):
        assert there.get(path).status_code == 401
    assert there.post(f"/orders/{mine.public_id}/cancel/", {"reason": "x"}).status_code == 401
    with brand_context(aurora):
        stranger = Caller(client, viewer=Viewer(id=VIEWER_ID), host="fjord.localhost")
    assert stranger.get("/me/").json()["holds"] == []  # Aurora's cookie names nobody in Fjord
    assert stranger.delete(f"/holds/{hold.public_id}/").status_code == 404
    with brand_context(fjord):
        assert Order.objects.get(pk=ORDER_ID).status == "paid"
        assert Hold.objects.get(pk=HOLD_ID).status == "active"
        own = Caller(client, viewer=Viewer(id=VIEWER_ID), host="fjord.localhost")
        assert own.get("/me/").json()["holds"][0]["unit_price_minor"] == 1002


@pytest.fixture
def studio(shop: Brand, client: Client) -> Client:
    client.defaults |= {"HTTP_HOST": HOST, "HTTP_ACCEPT": "text/html"}
    client.post("/accounts/login/", {"login": "host@aurora.test", "password": PASSWORD})
    return client


def test_staff_finds_packs_refunds_and_exports(studio: Client, provider: Provider) -> None:
    from tests.factories.checkout import make_buyer

    order = make_paid_order(buyer=make_buyer(name="=HYPERLINK(1)", line1="@SUM(A1)"))
    page = studio.get("/studio/orders/", {"q": order.number})
    assert order.number in page.content.decode()
    assert studio.get("/studio/orders/", {"q": "nobody at all"}).status_code == 200
    panel = studio.get(f"/studio/orders/{order.public_id}/")
    assert "From hold to parcel" in panel.content.decode()
    assert "France" in panel.content.decode()
    studio.post(f"/studio/orders/{order.public_id}/refund/", {"amount": "1.50", "reason": "A scratch"})
    order.refresh_from_db()
    assert order.refunded_minor == 150
    wrong = studio.post(f"/studio/orders/{order.public_id}/refund/", {"amount": "1.505", "reason": "x"})
    assert wrong.status_code == 422
    too_much = studio.post(f"/studio/orders/{order.public_id}/refund/", {"amount": "9999", "reason": "x"}, follow=True)
    assert "too much" in too_much.content.decode()
    parcel = {f"piece-{order.lines.get().public_id}": "1", "tracking": "1Z 999", "parcels": "0"}
    studio.post(f"/studio/orders/{order.public_id}/ship/", parcel)
    order.refresh_from_db()
    assert (order.status, order.tracking) == ("fulfilled", "1Z 999")
    file = studio.get("/studio/orders/export.csv").content.decode()
    assert ",'=HYPERLINK(1)," in file
    assert ",'@SUM(A1)," in file


def test_shipping_is_the_owners_and_refuses_nonsense(studio: Client) -> None:
    assert studio.get("/studio/orders/shipping/").status_code == 403
    studio.post("/accounts/logout/")
    studio.post("/accounts/login/", {"login": "owner@aurora.test", "password": PASSWORD})
    assert studio.get("/studio/orders/shipping/").status_code == 200
    good = {
        "name": "Express",
        "currency": "EUR",
        "countries": "de FR",
        "price": "9.90",
        "days_min": "1",
        "days_max": "2",
        "is_active": "on",
    }
    assert studio.post("/studio/orders/shipping/", good).status_code == 302
    for wrong in ({"countries": "Germany"}, {"price": "-1"}, {"price": "1.999"}, {"days_max": "0"}):
        assert studio.post("/studio/orders/shipping/", {**good, **wrong}).status_code == 422
    from checkout.models import ShippingMethod, TaxRate

    express = ShippingMethod.objects.get(name="Express")
    assert (express.price_minor, express.countries) == (990, ["DE", "FR"])
    studio.post("/studio/orders/shipping/tax/", {"country": "ch", "percent": "8.10", "included": "on"})
    assert TaxRate.objects.get(country="CH").basis_points == 810
