"""Prices, quantities, currencies and ids that a client makes up change nothing: over the API and by the forms."""

import json
from typing import Any

import pytest
from django.test import Client

from checkout.models import Coupon, Hold, Order, Payment, ShippingMethod
from checkout.services.coupons import CouponTerms, save_coupon
from checkout.services.shipping import add_first_shipping
from kernel import ids
from kernel.money import Money
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, Viewer, new_viewer, ticket_of
from tenants.models import Brand
from tests.checkout.conftest import _provider, provider, shop
from tests.factories.catalog import ACTOR, make_drop, make_variant
from tests.factories.checkout import make_hold

__all__ = ["_provider", "provider", "shop"]

PRICE, DELIVERY = 4000, 490
TOTAL = PRICE + DELIVERY
# Every column that decides what is paid, and what people try instead.
MADE_UP = (
    "price", "price_minor", "unit_price", "unit_price_minor", "unit_minor", "amount", "amount_minor", "discount",
    "discount_minor", "items_minor", "shipping_minor", "shipping", "tax", "tax_minor", "tax_included", "saved_minor",
    "total", "basis_points", "status", "paid_at", "viewer", "viewer_key", "customer", "customer_id", "expires_at",
    "coupon_code", "show_id", "drop_id", "brand", "id",
)  # fmt: skip
VALUES: tuple[Any, ...] = (1, 0, -1, "0.01", None, True, 1e308, {"minor": 1}, [1])
ADDRESS = {"line1": "14 rue des Lilas", "postal_code": "69003", "city": "Lyon", "country": "FR"}


class Shopper:
    """A browser with a viewer's cookie."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer, self.client, self.calls = viewer, Client(headers={"host": "aurora.localhost"}), 0
        self.client.cookies[COOKIE] = ticket_of(viewer)

    def api(self, path: str, body: Any) -> Any:
        self.calls += 1
        headers = {"Idempotency-Key": f"call-{self.calls}"}
        return self.client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)

    def form(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, fields)


@pytest.fixture
def shopper(shop: Brand) -> Shopper:
    return Shopper(new_viewer())


@pytest.fixture
def hold(shopper: Shopper) -> Hold:
    return make_hold(viewer=shopper.viewer, variant_id=make_variant(price=PRICE).pk)


def order_body(hold: Hold, **changes: Any) -> dict[str, Any]:
    known = {
        "holds": [hold.public_id], "email": "noor@example.test", "name": "Noor Haddad", "address": ADDRESS,
        "total_minor": TOTAL, "currency": "EUR",
    }  # fmt: skip
    return {**known, **changes}


def form_fields(**changes: Any) -> dict[str, Any]:
    return {"email": "noor@example.test", "name": "Noor Haddad", **ADDRESS, "total_minor": TOTAL, **changes}


def nothing_is_different(hold: Hold) -> None:
    before = (hold.unit_minor, hold.quantity, hold.currency, hold.expires_at, hold.viewer_key, hold.status)
    hold.refresh_from_db()
    assert before == (hold.unit_minor, hold.quantity, hold.currency, hold.expires_at, hold.viewer_key, hold.status)
    assert not Order.objects.exists()
    assert not Payment.objects.exists()


@pytest.mark.parametrize("name", MADE_UP)
def test_no_made_up_field_is_taken(shopper: Shopper, hold: Hold, name: str) -> None:
    variant = make_variant(price=PRICE)
    for value in VALUES:
        held = shopper.api("/holds/", {"variant": variant.public_id, name: value})
        quoted = shopper.api("/checkout/quote/", {"country": "FR", name: value})
        placed = shopper.api("/checkout/", order_body(hold, **{name: value}))
        inside = shopper.api("/checkout/", order_body(hold, address={**ADDRESS, name: value}))
        assert {answer.status_code for answer in (held, quoted, placed, inside)} <= {400, 422}, (name, value)
    assert Hold.objects.count() == 1
    nothing_is_different(hold)


@pytest.mark.parametrize(
    "change",
    [
        {"total_minor": 1},
        {"total_minor": TOTAL - 1},
        {"total_minor": TOTAL + 1},
        {"total_minor": 0},
        {"total_minor": -TOTAL},
        {"total_minor": 1e308},
        {"total_minor": float("inf")},
        {"total_minor": "44.90"},
        {"total_minor": None},
        {"currency": "JPY"},
        {"currency": "eur"},
        {"currency": "XXX"},
        {"currency": None},
        {"coupon": "NOT-A-CODE"},
        {"coupon": {"discount_minor": 4000}},
        {"coupon": "' OR 1=1 --"},
        {"holds": []},
        {"holds": ["hld_00000000000000000000000000"]},
        {"holds": "all"},
        {"shipping_method": "shp_00000000000000000000000000"},
        {"shipping_method": "var_00000000000000000000000000"},
        {"address": {**ADDRESS, "country": "US"}},
        {"address": {**ADDRESS, "country": "fr"}},
        {"address": "free"},
    ],
    ids=str,
)
def test_no_made_up_value_is_charged(shopper: Shopper, hold: Hold, change: dict[str, Any]) -> None:
    answer = shopper.api("/checkout/", order_body(hold, **change))
    assert 400 <= answer.status_code < 500, answer.content
    nothing_is_different(hold)


def test_holds_of_somebody_else_and_of_another_brand_are_nobodys(shopper: Shopper, hold: Hold, fjord: Brand) -> None:
    other = make_hold(variant_id=make_variant(price=1).pk)
    with brand_context(fjord):
        add_first_shipping(country="DE", currency="EUR")
        abroad = make_hold(viewer=shopper.viewer, variant_id=make_variant(price=1).pk)
    for foreign in (other, abroad):
        for holds in ([foreign.public_id], [hold.public_id, foreign.public_id]):
            answer = shopper.api("/checkout/", order_body(hold, holds=holds))
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    nothing_is_different(hold)
    nothing_is_different(other)


def test_a_way_of_delivery_of_elsewhere_is_refused(shopper: Shopper, hold: Hold) -> None:
    for changes in ({"countries": ["US"]}, {"currency": "USD"}, {"is_active": False}):
        known = {"name": "Free", "countries": ["FR"], "currency": "EUR", "price_minor": 0}
        method = ShippingMethod.objects.create(**{**known, **changes})
        body = order_body(hold, shipping_method=method.public_id, total_minor=PRICE)
        answer = shopper.api("/checkout/", body)
        assert answer.json()["code"] == "shipping_method_unknown"
    nothing_is_different(hold)


def test_the_price_of_a_drop_is_for_those_in_it(shopper: Shopper) -> None:
    """A drop of another product, one that is closed, one of another brand: none lends its price."""
    dear = make_variant(price=PRICE)
    cheap = make_drop(price=100, opened=True)
    planned = make_drop(variant_id=dear.pk, price=100)
    for name in (cheap.public_id, planned.public_id, ids.public_id("drp", ids.uuid7())):
        answer = shopper.api("/holds/", {"variant": dear.public_id, "drop": name})
        assert answer.status_code in (404, 409, 422)
    answer = shopper.api("/holds/", {"variant": dear.public_id, "show": ids.public_id("shw", ids.uuid7())})
    assert answer.status_code == 422
    assert not Hold.objects.exists()


def test_a_quantity_is_the_holds_and_no_order_changes_it(shopper: Shopper, hold: Hold) -> None:
    for body in (
        order_body(hold, quantity=5),
        order_body(hold, holds=[{"id": hold.public_id, "quantity": 5}]),
        order_body(hold, holds=[hold.public_id] * 21),
    ):
        assert 400 <= shopper.api("/checkout/", body).status_code < 500
    nothing_is_different(hold)
    twice = shopper.api("/checkout/", order_body(hold, holds=[hold.public_id] * 2))
    assert twice.status_code == 201
    assert Order.objects.get().lines.get().quantity == 1


@pytest.mark.parametrize("name", MADE_UP)
def test_the_forms_take_no_made_up_field(shopper: Shopper, name: str) -> None:
    """A form's unknown fields are not read: the hold and the order are what they would be without."""
    variant = make_variant(price=PRICE)
    answer = shopper.form("/checkout/hold/", variant=variant.public_id, currency="JPY", **{name: "1"})
    assert answer.status_code == 302
    hold = Hold.objects.get()
    assert (hold.unit_minor, hold.quantity, hold.currency) == (PRICE, 1, "EUR")
    assert hold.viewer_key == shopper.viewer.key
    answer = shopper.form("/checkout/", **form_fields(**{name: "1"}))
    assert answer.status_code == 302, answer.content
    order = Order.objects.get()
    assert (order.items_minor, order.discount_minor, order.shipping_minor) == (PRICE, 0, DELIVERY)
    assert (order.total_minor, order.status, order.viewer_key) == (TOTAL, "pending", shopper.viewer.key)
    assert Payment.objects.get().amount_minor == TOTAL


@pytest.mark.parametrize("total", ["1", "0", "-4490", "4489", "4490.00", "", "x", "9" * 40, "٤٤٩٠"])
def test_the_form_charges_no_other_total_than_the_one_on_the_page(shopper: Shopper, hold: Hold, total: str) -> None:
    answer = shopper.form("/checkout/", **form_fields(total_minor=total))
    assert answer.status_code == 409
    nothing_is_different(hold)


def test_a_coupon_counts_by_the_servers_own_words(shopper: Shopper, hold: Hold) -> None:
    """Its discount cannot be named, and one that does not count here is refused with nothing charged."""
    terms = CouponTerms("TEN", "amount", amount_minor=1000, currency="EUR", minimum_minor=PRICE + 1)
    coupon = save_coupon(coupon_id=None, terms=terms, actor=ACTOR)
    refused = shopper.api("/checkout/", order_body(hold, coupon="TEN", total_minor=TOTAL - 1000))
    assert (refused.status_code, refused.json()["code"]) == (422, "coupon_below_minimum")
    refused = shopper.form("/checkout/", **form_fields(coupon="TEN", total_minor=TOTAL - 1000))
    assert refused.status_code == 422
    nothing_is_different(hold)
    Coupon.objects.filter(pk=coupon.pk).update(minimum_minor=0)
    refused = shopper.api("/checkout/", order_body(hold, coupon="TEN", total_minor=TOTAL - 2000))
    assert refused.json()["code"] == "total_changed"
    nothing_is_different(hold)
    taken = shopper.form("/checkout/", **form_fields(coupon=" ten ", total_minor=TOTAL - 1000))
    assert taken.status_code == 302
    assert Payment.objects.get().amount == Money(TOTAL - 1000, "EUR")


def test_codes_cannot_be_found_by_trying(shopper: Shopper, hold: Hold) -> None:
    codes = [shopper.api("/checkout/quote/", {"country": "FR", "coupon": f"TRY-{n}"}).status_code for n in range(40)]
    assert codes[:30] == [422] * 30
    assert set(codes[30:]) == {429}
