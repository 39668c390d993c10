"""The API of the catalog: scopes and roles, pages and filters, keys that repeat, the other brand."""

import io
import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from PIL import Image

from catalog.models import Product, Stock
from kernel.ids import public_id
from kernel.tenancy import brand_context, public_context
from tenants.models import Brand
from tenants.services.api_keys import create_api_key
from tests.catalog.conftest import shop_client
from tests.factories.catalog import DROP_ID, PRODUCT_ID, VARIANT_ID, fill_catalog, make_drop, make_product

SCOPES = ["products:read", "products:write", "stock:read", "stock:write", "drops:read", "drops:write"]
PRODUCT, VARIANT, DROP = (
    public_id("prd", PRODUCT_ID),
    public_id("var", VARIANT_ID),
    public_id("drp", DROP_ID),
)


class Partner:
    """Calls the API of a brand with a key, as a partner's program does."""

    def __init__(self, brand: Brand, scopes: list[str]) -> None:
        with brand_context(brand):
            _, text = create_api_key(brand=brand, name="Partner", scopes=scopes, created_by=None)
        self.client = Client(
            headers={"host": f"{brand.slug}.localhost", "authorization": f"Bearer {text}", "accept": "application/json"}
        )

    def get(self, path: str, status: int = 200) -> Any:
        return self._read(self.client.get(f"/api/v1/{path}"), status)

    def send(self, verb: str, path: str, body: object = None, status: int = 200, key: str | None = None) -> Any:
        response = getattr(self.client, verb)(
            f"/api/v1/{path}",
            data=json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"idempotency-key": key or str(uuid.uuid4())},
        )
        return self._read(response, status)

    def _read(self, response: Any, status: int) -> Any:
        assert response.status_code == status, response.content
        return json.loads(response.content) if response.content else None


@pytest.fixture
def filled(aurora: Brand, fjord: Brand) -> dict[str, Brand]:
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            fill_catalog(index)
    return {"aurora": aurora, "fjord": fjord}


@pytest.fixture
def partner(filled: dict[str, Brand]) -> Partner:
    return Partner(filled["aurora"], SCOPES)


def test_a_product_is_made_changed_and_archived(partner: Partner) -> None:
    body = {
        "name": " Dawn  Serum ",
        "detail": "30 ml",
        "description": '<p onclick="x">Oat<script>alert(1)</script></p>',
        "status": "active",
        "collections": ["Winter"],
        "variants": [
            {"sku": "AUR-DS30", "price": {"currency": "EUR", "minor": 3800, "compare_at_minor": 4600}, "stock": 12}
        ],
    }
    made = partner.send("post", "products/", body, 201)
    assert (made["name"], made["slug"], made["description"]) == ("Dawn Serum", "dawn-serum", "<p>Oat</p>")
    assert made["collections"] == ["Winter"]
    [variant] = made["variants"]
    assert variant["prices"] == [{"currency": "EUR", "minor": 3800, "compare_at_minor": 4600}]
    assert variant["stock"] == {"total": 12, "available": 12, "held": 0, "sold": 0}
    path = f"products/{made['id']}/"
    changed = partner.send("patch", path, {"detail": "50 ml", "collections": []})
    assert (changed["detail"], changed["name"], changed["collections"]) == ("50 ml", "Dawn Serum", [])
    assert partner.send("post", f"{path}archive/")["status"] == "archived"
    refused = partner.send("post", f"{path}archive/", status=200)
    assert refused["status"] == "archived"  # archiving twice is archiving
    assert partner.get(path) == refused


def test_variants_and_prices(partner: Partner) -> None:
    made = partner.send("post", f"products/{PRODUCT}/variants/", {"sku": "SERUM-50", "name": "50 ml"}, 201)
    assert (made["product"], made["position"], made["prices"]) == (PRODUCT, 1, [])
    price = partner.send("put", f"variants/{made['id']}/prices/USD/", {"minor": 5200})
    assert price == {"currency": "USD", "minor": 5200, "compare_at_minor": None}
    assert partner.send("patch", f"variants/{made['id']}/", {"name": "Large"})["name"] == "Large"
    assert [row["sku"] for row in partner.get("variants/?sku=SERUM-50")["data"]] == ["SERUM-50"]
    assert len(partner.get(f"variants/?product={PRODUCT}")["data"]) == 2
    taken = partner.send("post", f"products/{PRODUCT}/variants/", {"sku": "SERUM-30", "name": "x"}, 409)
    assert (taken["code"], taken["param"]) == ("sku_taken", "sku")
    assert "Serum of brand 0" in taken["detail"]
    twice = partner.send("post", f"products/{PRODUCT}/variants/", {"sku": "SERUM-51", "name": "Large"}, 409)
    assert twice["code"] == "variant_name_taken"
    wrong = partner.send("put", f"variants/{made['id']}/prices/XXX/", {"minor": 5200}, 422)
    assert wrong["param"] == "currency"
    lower = partner.send("put", f"variants/{made['id']}/prices/USD/", {"minor": 5200, "compare_at_minor": 5200}, 422)
    assert lower["param"] == "compare_at_minor"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"variants": [{"sku": "A"}]}, "name"),
        ({"name": "A", "variants": []}, "variants"),
        ({"name": "A", "variants": [{"sku": "has space"}]}, "sku"),
        ({"name": "A", "variants": [{"sku": "A", "price": {"currency": "EUR", "minor": 0}}]}, None),
        ({"name": "A", "slug": "No Slug", "variants": [{"sku": "A"}]}, "slug"),
        ({"name": "A", "prize": 1, "variants": [{"sku": "A"}]}, "prize"),
    ],
)
def test_wrong_input_is_named_and_nothing_is_made(partner: Partner, body: object, param: str | None) -> None:
    before = len(partner.get("products/")["data"])
    refused = partner.send("post", "products/", body, 422)
    if param:
        assert refused["param"] == param
    assert len(partner.get("products/")["data"]) == before


def test_stock_moves_once_under_one_key(partner: Partner) -> None:
    path = f"variants/{VARIANT}/stock/"
    first = partner.send("post", f"{path}receive/", {"quantity": 5, "reference": "Van"}, key="one")
    again = partner.send("post", f"{path}receive/", {"quantity": 5, "reference": "Van"}, key="one")
    assert first == again == {"total": 105, "available": 105, "held": 0, "sold": 0}
    assert partner.get(path) == first
    reused = partner.send("post", f"{path}receive/", {"quantity": 6}, 422, key="one")
    assert reused["code"] == "idempotency_key_reused"
    assert partner.send("post", f"{path}correct/", {"total": 90, "reason": "Counted"})["available"] == 90
    assert [(move["kind"], move["quantity"]) for move in partner.get(f"{path}moves/")["data"]] == [
        ("correct", -15),
        ("receive", 5),
        ("receive", 100),
    ]
    missing = partner.client.post(f"/api/v1/{path}receive/", {"quantity": 1}, content_type="application/json")
    assert missing.json()["code"] == "idempotency_key_missing"


def test_a_drop_by_its_steps(partner: Partner) -> None:
    body = {"variant": VARIANT, "title": "Evening", "units": 50, "price_minor": 900, "currency": "EUR", "per_buyer": 2}
    drop = partner.send("post", "drops/", body, 201, key="plan")
    assert partner.send("post", "drops/", body, 201, key="plan")["id"] == drop["id"]
    path = f"drops/{drop['id']}/"
    assert partner.send("post", f"{path}announce/")["status"] == "announced"
    opened = partner.send("post", f"{path}open/", key="open")
    assert (opened["status"], opened["units_left"], opened["per_buyer"]) == ("open", 50, 2)
    assert partner.send("post", f"{path}open/", key="open") == opened
    assert partner.send("post", f"{path}open/", status=409)["code"] == "drop_step_refused"
    assert [row["id"] for row in partner.get("drops/?status=open")["data"]] == [drop["id"]]
    assert partner.send("post", f"{path}close/")["status"] == "closed"
    assert {row["id"] for row in partner.get(f"drops/?variant={VARIANT}")["data"]} == {drop["id"], DROP}
    too_many = partner.send("post", "drops/", {**body, "units": 101}, 422)
    assert too_many["detail"] == "100 are free. Lower it to 100, or restock first."


def test_a_planned_drop_is_changed_until_viewers_hear_of_it(partner: Partner) -> None:
    path = f"drops/{DROP}/"
    before = partner.get(path)
    opens_at = "2099-11-26T19:30:00Z"
    changed = partner.send("patch", path, {"title": "Late", "units": 7, "price_minor": 700, "opens_at": opens_at})
    assert changed == {
        **before, "title": "Late", "units": 7, "units_left": 7, "price_minor": 700, "opens_at": opens_at,
    }  # fmt: skip
    assert partner.send("patch", path, {"opens_at": None, "per_buyer": 3}) == {
        **changed, "opens_at": None, "per_buyer": 3,
    }  # fmt: skip
    assert partner.send("patch", path, {})["title"] == "Late"
    for body, param in (
        ({"units": 101}, "units"),
        ({"per_buyer": 8}, "per_buyer"),
        ({"currency": "XXX"}, "currency"),
        ({"status": "open"}, "status"),
        ({"variant": VARIANT}, "variant"),
        ({"opens_at": "9999-12-31T23:59:59Z"}, "opens_at"),
        ({"run_seconds": 60, "closes_at": opens_at}, "run_seconds"),
    ):
        assert partner.send("patch", path, body, 422)["param"] == param
    assert partner.send("patch", f"drops/{PRODUCT}/", {"title": "x"}, 404)["code"] == "not_found"
    partner.send("post", f"{path}open/")
    refused = partner.send("patch", path, {"title": "Too late"}, 409)
    assert refused["code"] == "drop_not_planned"
    assert partner.get(path)["title"] == "Late"


def test_pages_and_filters(partner: Partner, filled: dict[str, Brand]) -> None:
    with brand_context(filled["aurora"]):
        for number in range(5):
            make_product(name=f"Balm {number}", status=Product.Status.DRAFT, collections=["Winter"])
    seen: list[str] = []
    cursor = ""
    while True:
        page = partner.get(f"products/?limit=2&status=draft{cursor}")
        seen += [row["name"] for row in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [f"Balm {number}" for number in (4, 3, 2, 1, 0)]
    assert len(partner.get("products/?collection=winter&q=balm")["data"]) == 5
    assert [row["id"] for row in partner.get("products/?sku=SERUM-30")["data"]] == [PRODUCT]
    assert partner.get("products/?status=gone", 422)["param"] == "status"
    assert partner.get("drops/?variant=prd_1", 422)["param"] == "variant"


def test_queries_of_a_page_do_not_grow(partner: Partner, filled: dict[str, Brand]) -> None:
    def ask(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            partner.get(path)
        return len(queries)

    ask("products/")
    few = [ask(path) for path in ("products/", "variants/", "drops/")]
    with brand_context(filled["aurora"]):
        for _ in range(12):
            make_drop(variant_id=make_product(collections=["Winter"]).variants.get().pk)
    assert [ask(path) for path in ("products/", "variants/", "drops/")] == few


def test_scopes_open_their_own_doors_only(filled: dict[str, Brand]) -> None:
    reader = Partner(filled["aurora"], ["products:read"])
    reader.get("products/")
    assert reader.send("post", "products/", {}, 403)["detail"].startswith("This API key lacks the scope products:write")
    assert reader.get("drops/", 403)["code"] == "scope_missing"
    assert reader.get(f"variants/{VARIANT}/stock/", 403)["code"] == "scope_missing"


def test_roles(filled: dict[str, Brand]) -> None:
    aurora = filled["aurora"]
    path = f"/api/v1/variants/{VARIANT}/stock/receive/"

    def receive(client: Client) -> int:
        body = {"quantity": 1}
        response = client.post(
            path, body, content_type="application/json", headers={"idempotency-key": str(uuid.uuid4())}
        )
        return response.status_code

    assert receive(shop_client(aurora, "host")) == 200
    assert receive(shop_client(aurora, "moderator")) == 403
    assert shop_client(aurora, "moderator").get("/api/v1/products/").status_code == 200
    assert receive(shop_client(aurora)) == 401
    strict = shop_client(aurora, "host")
    strict.handler.enforce_csrf_checks = True
    assert receive(strict) == 403  # a session alone, from another site's form, moves nothing


def test_brands_with_the_same_ids_stay_apart(filled: dict[str, Brand]) -> None:
    ours, theirs = (Partner(brand, SCOPES) for brand in filled.values())
    ours.send("post", f"variants/{VARIANT}/stock/receive/", {"quantity": 7}, key="same")
    assert theirs.send("post", f"variants/{VARIANT}/stock/receive/", {"quantity": 1}, key="same")["total"] == 102
    ours.send("post", f"drops/{DROP}/open/", key="same")
    assert theirs.get(f"drops/{DROP}/")["status"] == "scheduled"
    ours.send("patch", f"products/{PRODUCT}/", {"name": "Renamed"})
    assert theirs.get(f"products/{PRODUCT}/")["name"] == "Serum of brand 1"
    with brand_context(filled["aurora"]):
        only_here = make_product().public_id
    assert theirs.get(f"products/{only_here}/", 404)["code"] == "not_found"
    with public_context(), pytest.raises(Exception, match="does not exist"):
        Stock.objects.count()


def test_a_picture_by_the_api(partner: Partner) -> None:
    target = io.BytesIO()
    Image.new("RGB", (400, 300)).save(target, "PNG")
    target.seek(0)
    target.name = "front.png"
    response = partner.client.post(f"/api/v1/products/{PRODUCT}/images/", {"file": target, "alt": "Front"})
    assert response.status_code == 201, response.content
    image = response.json()
    assert (image["width"], image["height"], image["alt"]) == (400, 300, "Front")
    assert partner.client.get(image["small_url"]).status_code == 200
    bad = io.BytesIO(b"no picture")
    bad.name = "front.png"
    refused = partner.client.post(f"/api/v1/products/{PRODUCT}/images/", {"file": bad})
    assert (refused.status_code, refused.json()["code"]) == (422, "image_refused")
    partner.send("delete", f"images/{image['id']}/", status=204)
    assert partner.get(f"products/{PRODUCT}/")["images"] == []


@pytest.mark.parametrize(
    "path", ["products/prd_1/", "variants/nothing/", f"drops/{PRODUCT}/", "variants/x/stock/moves/"]
)
def test_ids_that_name_nothing_are_not_found(partner: Partner, path: str) -> None:
    assert partner.get(path, 404)["code"] == "not_found"


def test_the_description_of_the_api_has_no_gaps() -> None:
    GENERATOR_STATS.reset()
    generator = SchemaGenerator(urlconf="catalog.api.urls")  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert not GENERATOR_STATS  # a warning or an error was printed
    receive = schema["paths"]["/variants/{variant}/stock/receive/"]["post"]
    assert "Idempotency-Key" in {parameter["name"] for parameter in receive["parameters"]}
