"""Parcels, returns, refunds of pieces and the packing list over the API, as a warehouse calls it."""

import uuid

import pytest
from django.test import Client

from checkout.models import Order
from checkout.services.returns import request_return
from tenants.models import Brand
from tenants.services.api_keys import create_api_key
from tests.checkout.provider import Provider
from tests.checkout.test_api import Caller
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_paid_order


@pytest.fixture
def partner(shop: Brand, client: Client) -> Caller:
    scopes = ["orders:read", "orders:write"]
    _, text = create_api_key(brand=shop, name="Warehouse", scopes=scopes, created_by=None)
    return Caller(client, key=text)


@pytest.fixture
def order(shop: Brand, provider: Provider) -> Order:
    """Three of one thing at €10, paid."""
    return make_paid_order(variant_id=make_variant(name="Dawn Serum", price=1000, stock=9).pk, quantity=3)


def pieces(order: Order, quantity: int) -> list[dict[str, object]]:
    return [{"line": order.lines.get().public_id, "quantity": quantity}]


def test_a_warehouse_packs_sends_and_delivers(partner: Caller, order: Order) -> None:
    (waiting,) = partner.get("/packing-list/").json()["data"]
    assert (waiting["id"], waiting["lines"][0]["to_send"], waiting["fulfilment"]) == (order.public_id, 3, "unfulfilled")
    asked = {"carrier": "DHL", "tracking": "0034", "lines": pieces(order, 1)}
    path = f"/orders/{order.public_id}/shipments/"
    first = partner.post(path, asked, key="one")
    assert first.status_code == 201
    parcel = first.json()
    assert parcel["url"].endswith("AWB=0034")
    assert [line["quantity"] for line in parcel["lines"]] == [1]
    assert partner.post(path, asked, key="one").content == first.content  # the same key sends no second one
    assert partner.post(path, {"lines": pieces(order, 1) * 2}, key="two").json()["lines"][0]["quantity"] == 2
    assert partner.get("/packing-list/").json()["data"] == []
    seen = partner.get(f"/orders/{order.public_id}/").json()
    assert (seen["status"], seen["fulfilment"], seen["lines"][0]["shipped"]) == ("fulfilled", "shipped", 3)
    for nth, each in enumerate(partner.get(path).json()["data"]):
        assert partner.post(f"{path}{each['id']}/deliver/", {}, key=f"d{nth}").json()["status"] == "delivered"
    assert partner.get(f"/orders/{order.public_id}/").json()["fulfilment"] == "delivered"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"lines": []}, 422),
        ({"lines": [{"line": "lne_nonsense", "quantity": 1}]}, 422),
        ({"lines": [{"line": f"lne_{uuid.uuid4().hex}", "quantity": 1}]}, 422),
        ({"url": "javascript:alert(1)"}, 422),
        ({"parcels": 1}, 422),
    ],
)
def test_a_parcel_that_cannot_be_is_refused(
    partner: Caller, order: Order, body: dict[str, object], status: int
) -> None:
    answer = partner.post(f"/orders/{order.public_id}/shipments/", body, key="x")
    assert answer.status_code == status, answer.content
    assert not order.shipments.exists()


def test_a_parcel_of_another_order_is_not_found(partner: Caller, order: Order) -> None:
    parcel = partner.post(f"/orders/{order.public_id}/shipments/", {}, key="x").json()["id"]
    other = make_paid_order()
    answer = partner.post(f"/orders/{other.public_id}/shipments/{parcel}/deliver/", {}, key="y")
    assert answer.status_code == 404


def test_the_packing_list_is_a_file_too(partner: Caller, order: Order) -> None:
    answer = partner.get("/packing-list/export.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert f"{order.number}," in answer.content.decode()
    assert order.number not in partner.get("/packing-list/export.csv?day=2020-01-01").content.decode()
    assert partner.get("/packing-list/?day=soon").status_code == 422
    assert partner.get("/packing-list/?show=shw_x").status_code == 422


def test_pieces_are_paid_back(partner: Caller, order: Order) -> None:
    path = f"/orders/{order.public_id}/refunds/"
    given = partner.post(path, {"lines": pieces(order, 2), "reason": "Broken", "restock": True}, key="r")
    assert (given.status_code, given.json()["amount_minor"]) == (201, 2000)
    assert (
        partner.post(path, {"lines": pieces(order, 2), "reason": "Again"}, key="s").json()["code"] == "too_many_pieces"
    )
    assert partner.post(path, {"reason": "Nothing"}, key="t").status_code == 422
    line = partner.get(f"/orders/{order.public_id}/").json()["lines"][0]
    assert (line["withdrawn"], line["to_send"], line["returned"]) == (2, 1, 2)


def test_a_return_is_answered_and_taken_in(partner: Caller, order: Order) -> None:
    partner.post(f"/orders/{order.public_id}/shipments/", {}, key="s")
    asked = request_return(order_id=order.pk, pieces={order.lines.get().pk: 1}, reason="Too small", actor="viewer:v")
    (waiting,) = partner.get("/returns/").json()["data"]
    assert (waiting["id"], waiting["status"], waiting["reason"]) == (asked.public_id, "requested", "Too small")
    path = f"/returns/{asked.public_id}"
    assert partner.post(f"{path}/approve/", {"note": "Dock 4"}, key="a").json()["status"] == "approved"
    assert partner.post(f"{path}/decline/", {}, key="b").json()["code"] == "return_step_refused"
    taken = partner.post(f"{path}/receive/", {"restock": True}, key="c").json()
    assert (taken["status"], taken["refund_minor"], taken["lines"][0]["restocked"]) == ("received", 1000, 1)
    assert partner.get("/returns/").json()["data"] == []
    assert len(partner.get("/returns/?view=all").json()["data"]) == 1
    noted = partner.post(f"/orders/{order.public_id}/returns/", {"lines": pieces(order, 1), "reason": "Call"}, key="d")
    assert (noted.status_code, noted.json()["status"]) == (201, "approved")
    assert len(partner.get(f"/orders/{order.public_id}/returns/").json()["data"]) == 2
    assert partner.get("/returns/?view=strange").status_code == 422
    assert partner.post(f"/returns/rtn_{uuid.uuid4().hex}/approve/", {}, key="e").status_code == 404
