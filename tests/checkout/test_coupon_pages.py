"""Coupons in the studio, over the API, and in the checkout without script."""

import pytest
from django.test import Client

from checkout.models import Coupon, Order
from checkout.services.coupons import CouponTerms, save_coupon
from kernel import ids
from kernel.viewers import COOKIE, new_viewer, ticket_of
from tenants.models import Brand
from tenants.services.api_keys import create_api_key
from tests.catalog.conftest import shop_client
from tests.checkout.test_api import Caller
from tests.factories.catalog import ACTOR, make_product, make_variant
from tests.factories.checkout import make_hold

FIELDS = {
    "code": "summer-26", "kind": "percent", "percent": "12.5", "currency": "", "amount": "", "minimum": "",
    "most_uses": "100", "most_per_person": "1", "starts_at": "", "ends_at": "2099-01-31T18:00", "is_active": "on",
}  # fmt: skip


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_staff_makes_and_changes_one_in_a_form(shop: Brand) -> None:
    owner = shop_client(shop, "owner")
    product = make_product(name="Dawn Serum")
    assert owner.post("/studio/orders/coupons/", {**FIELDS, "products": [product.public_id]}).status_code == 302
    coupon = Coupon.objects.get()
    assert (coupon.code, coupon.basis_points, coupon.product_ids) == ("SUMMER-26", 1250, [product.pk])
    assert coupon.ends_at is not None
    assert coupon.ends_at.isoformat() == "2099-01-31T17:00:00+00:00", "on the brand's clock"
    page = text(owner.get(f"/studio/orders/coupons/{coupon.public_id}/"))
    for words in ("SUMMER-26", "12.5 % off", "1 product, 1 a person", "0 of 100", 'value="2099-01-31T18:00"'):
        assert words in page
    changed = {**FIELDS, "kind": "amount", "amount": "5", "currency": "EUR", "minimum": "20", "is_active": ""}
    assert owner.post(f"/studio/orders/coupons/{coupon.public_id}/", changed).status_code == 302
    coupon.refresh_from_db()
    assert (coupon.basis_points, coupon.amount_minor, coupon.minimum_minor, coupon.is_active) == (0, 500, 2000, False)
    assert "€5 off" in text(owner.get("/studio/orders/coupons/"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "A B"}, "A code has 3 to 40 letters"),
        ({"percent": ""}, "takes 0.01 to 100 %"),
        ({"kind": "amount", "amount": "5"}, "An amount needs its currency"),
        ({"kind": "amount", "amount": "5.001", "currency": "EUR"}, "EUR has fewer decimals"),
        ({"starts_at": "2099-02-01T00:00"}, "It would end before it begins"),
        ({"products": ["prd_x"]}, "Select a valid choice"),
        ({"code": "taken"}, "There is a coupon TAKEN already"),
    ],
)
def test_what_is_wrong_stands_at_its_field(shop: Brand, change: dict[str, str], words: str) -> None:
    save_coupon(coupon_id=None, terms=CouponTerms("TAKEN", "percent", 100), actor=ACTOR)
    refused = shop_client(shop, "owner").post("/studio/orders/coupons/", {**FIELDS, **change})
    assert refused.status_code == 422
    assert words in text(refused)
    assert Coupon.objects.count() == 1


def test_only_owners_come_in(shop: Brand) -> None:
    assert shop_client(shop, "host").get("/studio/orders/coupons/").status_code == 403
    strange = ids.public_id("cpn", ids.uuid7())
    assert shop_client(shop, "owner").get(f"/studio/orders/coupons/{strange}/").status_code == 404


def test_partners_make_and_change_them(shop: Brand, client: Client) -> None:
    _, key = create_api_key(brand=shop, name="P", scopes=["orders:read", "orders:write"], created_by=None)
    partner = Caller(client, key=key)
    made = partner.post("/coupons/", {"code": "ten", "kind": "amount", "amount_minor": 1000, "currency": "EUR"})
    assert (made.status_code, made.json()["code"], made.json()["uses"]) == (201, "TEN", 0)
    path = f"/api/v1/coupons/{made.json()['id']}/"
    headers = partner.headers
    changed = client.patch(path, '{"is_active": false}', content_type="application/json", headers=headers)
    assert (changed.json()["is_active"], changed.json()["amount_minor"]) == (False, 1000)
    assert partner.get("/coupons/?code=ten").json()["data"] == [changed.json()]
    for body, code in (({"uses": 5}, "invalid_input"), ({"kind": "percent"}, "invalid_input")):
        refused = partner.post("/coupons/", {"code": "new", "kind": "percent", **body}, key=str(body))
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert partner.get(f"/coupons/{ids.public_id('cpn', ids.uuid7())}/").status_code == 404


def test_a_code_is_entered_without_script(shop: Brand) -> None:
    viewer = new_viewer()
    make_hold(viewer=viewer, variant_id=make_variant(price=4000).pk)
    browser = Client(headers={"host": "aurora.localhost"})
    browser.cookies[COOKIE] = ticket_of(viewer)
    save_coupon(coupon_id=None, terms=CouponTerms("TEN", "percent", 1000), actor=ACTOR)
    typed = {"email": "noor@example.test", "name": "Noor", "country": "FR", "coupon": "ten", "act": "coupon"}
    page = browser.post("/checkout/", typed)
    assert page.status_code == 200
    for words in ("Saves €4.", "−<span", "€40.90", 'value="ten"', 'value="noor@example.test"'):
        assert words in text(page)
    assert not Order.objects.exists()
    refused = browser.post("/checkout/", {**typed, "coupon": "nine"})
    assert refused.status_code == 422
    assert "This code is not one of this shop&#x27;s." in text(refused)
    assert "€44.90" in text(refused), "the sums without it still stand there"
    address = {"line1": "14 rue des Lilas", "postal_code": "69003", "city": "Lyon", "total_minor": "4090"}
    placed = browser.post("/checkout/", {**typed, **address, "act": ""})
    assert placed.status_code == 302
    order = Order.objects.get()
    assert (order.discount_minor, order.coupon_code, order.total_minor) == (400, "TEN", 4090)
    assert "Coupon TEN" in text(browser.get(order.page_url))
