"""Pages after the order: the studio sends, packs, pays back and takes in; the buyer follows and sends back."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client

from checkout.export import orders_csv
from checkout.models import Order, Return
from checkout.packing_csv import packing_csv
from checkout.selectors import orders_list
from checkout.selectors.packing import orders_to_pack, packing_groups
from checkout.services.fulfilment import deliver_shipment, ship_order
from checkout.services.returns import approve_return, request_return
from kernel.viewers import COOKIE, Viewer, new_viewer, ticket_of
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_buyer, make_paid_order
from tests.factories.streams import make_live_show
from tests.tenants.browsing import body, studio

WHO = "member:mem_test"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "=HYPERLINK(1)")


@pytest.fixture
def order(shop: Brand, provider: Provider) -> Order:
    """Three of one thing at €10, paid."""
    return make_paid_order(variant_id=make_variant(name="Dawn Serum", price=1000, stock=9).pk, quantity=3)


@pytest.fixture
def host(shop: Brand) -> Client:
    return studio("host", shop)


def piece(order: Order) -> str:
    return f"piece-{order.lines.get().public_id}"


def post(staff: Client, order: Order, path: str, **form: Any) -> str:
    return body(staff.post(f"/studio/orders/{order.public_id}/{path}/", form, follow=True))


def test_the_team_sends_a_part_then_the_rest(host: Client, order: Order) -> None:
    page = body(host.get(f"/studio/orders/{order.public_id}/"))
    assert 'name="parcels" value="0"' in page
    sent = post(host, order, "ship", **{piece(order): "1", "carrier": "DHL", "tracking": "0034", "parcels": "0"})
    assert "The buyer gets a mail" in sent
    assert "Send the rest" in sent
    assert 'href="https://www.dhl.com/en/express/tracking.html?AWB=0034"' in sent
    assert "Somebody changed this" in post(host, order, "ship", **{piece(order): "1", "parcels": "0"})  # sent twice
    assert "Send the rest" not in post(host, order, "ship", **{piece(order): "2", "parcels": "1"})
    for parcel in order.shipments.all():
        post(host, order, f"parcels/{parcel.public_id}")
    assert "Delivered" in body(host.get("/studio/orders/"))
    order.refresh_from_db()
    assert order.fulfilment == "delivered"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"parcels": "0"}, "Choose one piece at least"),
        ({"piece": "4", "parcels": "0"}, "less than or equal to 3"),
        ({"piece": "-1", "parcels": "0"}, "greater than or equal to 0"),
        ({"piece": "1", "parcels": "0", "url": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_a_parcel_that_cannot_be_is_said_in_its_form(
    host: Client, order: Order, form: dict[str, str], words: str
) -> None:
    sent = {(piece(order) if name == "piece" else name): value for name, value in form.items()}
    answer = host.post(f"/studio/orders/{order.public_id}/ship/", sent)
    assert answer.status_code == 422
    assert words in body(answer)
    assert not order.shipments.exists()


def test_the_team_pays_pieces_back(host: Client, order: Order) -> None:
    reserved = {"reserved": "0", "reason": "Broken"}
    assert "on its way" in post(host, order, "pieces", **{piece(order): "2", **reserved})
    order.refresh_from_db()
    assert order.refunded_minor == 2000
    assert "2 not sent any more" in body(host.get(f"/studio/orders/{order.public_id}/"))
    assert "Somebody changed this" in post(host, order, "pieces", **{piece(order): "1", **reserved})


def test_the_team_answers_and_takes_in_a_return(host: Client, order: Order) -> None:
    ship_order(order_id=order.pk, actor=WHO)
    first = request_return(order_id=order.pk, pieces={order.lines.get().pk: 1}, reason="Too small", actor="viewer:v")
    assert order.number in body(host.get("/studio/orders/?view=returns"))
    page = post(host, order, f"returns/{first.public_id}", step="approve", note="To our studio.")
    assert "On its way back" in page
    page = post(host, order, f"returns/{first.public_id}", step="receive", amount="10.00", restock="on")
    assert "€10 went back." in page
    assert order.lines.get().returned == 1
    again = post(host, order, f"returns/{first.public_id}", step="receive", amount="10.00", restock="on")
    assert "A return that is received cannot be received" in again
    noted = post(host, order, "returns", **{piece(order): "1", "reason": "Called us"})
    assert "The return is noted" in noted
    second = order.returns.get(status="approved")
    late = post(host, order, f"returns/{second.public_id}", step="decline", note="")
    assert "A return that is approved cannot be declined" in late


def buyers(client: Client, viewer: Viewer) -> Client:
    client.cookies[COOKIE] = ticket_of(viewer)
    client.defaults |= {"HTTP_HOST": "aurora.localhost", "HTTP_ACCEPT": "text/html"}
    return client


def test_the_buyer_follows_the_parcel_and_sends_something_back(order: Order, client: Client) -> None:
    browser = buyers(client, new_viewer())
    assert "Send something back" not in body(browser.get(order.page_url))
    parcel = ship_order(order_id=order.pk, carrier="UPS", tracking="1Z", actor=WHO)
    page = body(browser.get(order.page_url))
    assert 'href="https://www.ups.com/track?tracknum=1Z"' in page
    assert "Send something back" in page
    deliver_shipment(shipment_id=parcel.pk, actor=WHO)
    assert "Delivered" in body(browser.get(order.page_url))
    wrong = browser.post(f"{order.page_url}returns/", {piece(order): "4", "reason": "x"})
    assert wrong.status_code == 422
    assert browser.post(f"{order.page_url}returns/", {piece(order): "1", "reason": ""}).status_code == 422
    assert browser.post(f"{order.page_url}returns/", {piece(order): "2", "reason": "Too small"}).status_code == 302
    assert "please wait with the parcel" in body(browser.get(order.page_url))
    ret = Return.objects.get()
    approve_return(return_id=ret.pk, note="Dock 4", actor=WHO)
    page = body(browser.get(order.page_url))
    assert "Approved." in page
    assert "Dock 4" in page
    assert browser.post(f"{order.page_url}returns/{ret.public_id}/").status_code == 302
    assert "Withdrawn." in body(browser.get(order.page_url))


def test_a_return_needs_the_orders_own_link(order: Order, client: Client, shop: Brand, provider: Provider) -> None:
    browser = buyers(client, new_viewer())
    ship_order(order_id=order.pk, actor=WHO)
    wrong = f"/orders/{order.number}/no-such-token/"
    assert browser.post(f"{wrong}returns/", {piece(order): "1", "reason": "x"}).status_code == 404
    ret = request_return(order_id=order.pk, pieces={order.lines.get().pk: 1}, reason="x", actor="viewer:v")
    other = make_paid_order()
    assert browser.post(f"{other.page_url}returns/{ret.public_id}/").status_code == 404
    ret.refresh_from_db()
    assert ret.status == "requested"


def test_the_account_shows_how_far_each_order_is(order: Order, client: Client) -> None:
    browser = buyers(client, new_viewer().signed_in(order.customer_id))
    assert "Paid" in body(browser.get("/account/"))
    ship_order(order_id=order.pk, pieces={order.lines.get().pk: 1}, actor=WHO)
    assert "A part is on its way" in body(browser.get("/account/"))
    request_return(order_id=order.pk, pieces={order.lines.get().pk: 1}, reason="x", actor="viewer:v")
    assert "return asked for" in body(browser.get("/account/"))


def test_the_packing_list_groups_what_is_left(host: Client, order: Order) -> None:
    show, _ = make_live_show(title="Dawn evening")
    variant = make_variant(name="Night Oil", sku="OIL-1", price=2000, stock=9)
    for _ in range(2):
        bought = make_paid_order(variant_id=variant.pk, quantity=2)
        Order.objects.filter(pk=bought.pk).update(show_id=show.pk)
    ship_order(order_id=order.pk, pieces={order.lines.get().pk: 1}, actor=WHO)
    page = body(host.get("/studio/orders/packing/"))
    assert page.index("Shop page") < page.index("Dawn evening")
    groups = packing_groups(orders_to_pack(), by="show")
    assert [[(pick.name, pick.quantity) for pick in group.picks] for group in groups] == [
        [("Dawn Serum", 2)],
        [("Night Oil", 4)],
    ]
    alone = body(host.get(f"/studio/orders/packing/?show={show.public_id}"))
    assert "Night Oil" in alone
    assert "Dawn Serum" not in alone
    by_day = packing_groups(orders_to_pack(), by="day")
    assert [len(group.orders) for group in by_day] == [3]
    assert list(orders_to_pack(day=dt.date(2020, 1, 1))) == []
    ship_order(order_id=order.pk, actor=WHO)
    assert "Dawn Serum" not in body(host.get("/studio/orders/packing/"))
    strange = host.get("/studio/orders/packing/?show=nonsense&day=2026-99-99&by=moon")
    assert strange.status_code == 200


@pytest.mark.parametrize("role", ["moderator"])
def test_moderators_see_no_addresses(shop: Brand, order: Order, role: str) -> None:
    person = studio(role, shop)
    for path in ("packing/", "packing/export.csv", "export.csv", f"{order.public_id}/"):
        assert person.get(f"/studio/orders/{path}").status_code == 403


def cells_of(text: str) -> list[str]:
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    return [cell for row in rows[1:] for cell in row]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_column_of_a_file_is_computed_by_a_spreadsheet(shop: Brand, provider: Provider, formula: str) -> None:
    """Every text of an order and its lines, whoever may type it, in both files."""
    order = make_paid_order(variant_id=make_variant(stock=5).pk, buyer=make_buyer())
    fields = ("name", "line1", "line2", "postal_code", "city", "region", "shipping_name", "coupon_code", "tracking")
    texts = dict.fromkeys(fields, formula)
    Order.objects.filter(pk=order.pk).update(**texts, email=f"{formula}@example.test")
    order.lines.update(product_name=formula, variant_name=formula, sku=formula)
    for text in (orders_csv(orders_list()), packing_csv(orders_to_pack())):
        cells = cells_of(text)
        assert any(formula.strip() in cell for cell in cells)
        assert [
            cell for cell in cells if cell.lstrip(" \t\r\n").startswith(("=", "+", "-", "@")) and cell[0] != "'"
        ] == []
        assert [cell for cell in cells if cell.startswith(("\t", "\r", "\n"))] == []


def test_the_export_has_a_column_for_each_heading(order: Order) -> None:
    rows = list(csv.DictReader(io.StringIO(orders_csv(orders_list()).removeprefix("\ufeff"))))
    assert len(rows) == 1
    assert None not in rows[0]
    assert (rows[0]["fulfilment"], rows[0]["goods_minor"], rows[0]["items"][:3]) == ("unfulfilled", "3000", "3 x")
