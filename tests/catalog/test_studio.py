"""The studio's pages of products, as a host uses them: lists, editor, stock, files."""

import io
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from catalog.models import ImportRun, Price, Product, Stock, StockMove, Variant
from catalog.services.stock import hold_stock
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.catalog.conftest import shop_client
from tests.factories.catalog import PRODUCT_ID, VARIANT_ID, fill_catalog, make_drop, make_product


@pytest.fixture
def host(aurora: Brand, fjord: Brand) -> Client:
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            fill_catalog(index)
    return shop_client(aurora, "host")


@pytest.fixture
def ids(host: Client, in_aurora: Brand) -> dict[str, str]:
    return {
        "product": Product(pk=PRODUCT_ID).public_id,
        "variant": Variant(pk=VARIANT_ID).public_id,
    }


def html_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content[:600]
    return response.content.decode()


def post(client: Client, path: str, data: Mapping[str, object], status: int = 200) -> str:
    response = client.post(path, data, follow=True)
    assert response.status_code == status, response.content[:600]
    return response.content.decode()


def test_only_hosts_and_owners_come_in(aurora: Brand, host: Client) -> None:
    assert shop_client(aurora).get("/studio/products/").status_code == 302
    assert shop_client(aurora, "moderator").get("/studio/products/").status_code == 403
    assert shop_client(aurora, "owner").get("/studio/products/").status_code == 200


def test_the_table_shows_where_units_stand(host: Client, in_aurora: Brand, ids: dict[str, str]) -> None:
    hold_stock(variant_id=VARIANT_ID, quantity=4, reference="h")
    make_drop(variant_id=VARIANT_ID, units=5, price=800, opened=True)
    html = html_of(host, "/studio/products/")
    assert "0 sold, 4 held, 96 free" in html
    assert "€10" in html
    assert "Drop, €8" in html
    assert "style=" not in html.partition("<main")[2]  # the page's policy runs no inline style
    assert "Nothing found" in html_of(host, "/studio/products/?q=nothing")
    assert "SERUM-30" in html_of(host, "/studio/products/?q=serum&status=active")
    assert "Nothing found" in html_of(host, "/studio/products/?status=archived")


def test_the_table_asks_no_more_for_more_rows(host: Client, in_aurora: Brand) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            html_of(host, "/studio/products/")
        return len(queries)

    ask()
    few = ask()
    for _ in range(10):
        make_product()
    assert ask() == few


def test_a_panel_checks_the_journal(host: Client, in_aurora: Brand, ids: dict[str, str]) -> None:
    html = html_of(host, f"/studio/products/{ids['product']}/")
    assert "100 + 0 + 0 = 100, as put in." in html
    assert "Delivery" in html
    Stock.objects.filter(pk=VARIANT_ID).update(available=99, total=99)
    assert "The journal adds up to 100 free" in html_of(host, f"/studio/products/{ids['product']}/")


def test_the_journal_says_how_far_it_was_verified_and_where_it_was_changed(
    host: Client, in_aurora: Brand, ids: dict[str, str]
) -> None:
    hold_stock(variant_id=VARIANT_ID, quantity=4, reference="h")
    first, last = StockMove.objects.filter(variant=VARIANT_ID).order_by("id").values_list("pk", flat=True)
    path = f"/studio/stock/{ids['variant']}/"
    assert f"Verified to move {last}" in html_of(host, path)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE catalog_stockmove SET actor = 'member:nobody' WHERE id = %s", [first])
        cursor.execute("SET session_replication_role = origin")
    html = html_of(host, path)
    assert f"Move {first} is not the one that was written" in html
    assert "Verified to move" not in html


def test_stock_is_received_and_corrected(host: Client, in_aurora: Brand, ids: dict[str, str]) -> None:
    path = f"/studio/stock/{ids['variant']}/"
    assert "5 received. 105 are free." in post(host, f"{path}receive/", {"quantity": 5, "reference": "Van 7"})
    assert "The count is 90 now." in post(host, f"{path}correct/", {"total": 90, "reason": "Counted"})
    hold_stock(variant_id=VARIANT_ID, quantity=10, reference="h")
    refused = post(host, f"{path}correct/", {"total": 3, "reason": "Counted"})
    assert "10 units are held or sold, so the count cannot be below that. Enter 10 or more." in refused
    assert "Units that arrived:" in post(host, f"{path}receive/", {"quantity": 0})
    journal = html_of(host, path)
    for words in ("Van 7", "Count corrected", "−15", "Held"):
        assert words in journal
    assert StockMove.objects.latest("id").available == 80
    assert StockMove.objects.filter(kind="receive", reference="Van 7").get().actor.startswith("member:mem_")


def test_a_product_is_added_and_edited(host: Client, in_aurora: Brand) -> None:
    new = {
        "name": "Night Balm",
        "status": "active",
        "detail": "40 g",
        "collections": "Winter, Gifts",
        "variant-sku": "NB-40",
        "variant-minor": "29,00",
        "variant-stock": "12",
    }
    assert "This field is required." in post(host, "/studio/products/new/", {**new, "name": ""}, 422)
    taken = post(host, "/studio/products/new/", {**new, "variant-sku": "SERUM-30"}, 422)
    assert "SERUM-30 is the code of Serum of brand 0 already." in taken
    assert "Night Balm is in the list." in post(host, "/studio/products/new/", new)
    product = Product.objects.get(name="Night Balm")
    variant = product.variants.get()
    assert (Price.objects.get(variant=variant).minor, variant.stock.available) == (2900, 12)
    path = f"/studio/products/{product.public_id}/"
    assert 'value="29.00"' in html_of(host, f"{path}edit/")
    post(host, f"{path}edit/", {"name": "Day Balm", "status": "draft", "detail": "", "collections": "Gifts"})
    product.refresh_from_db()
    assert (product.name, product.status, product.collections.count()) == ("Day Balm", "draft", 1)
    key = variant.public_id
    change = {f"{key}-sku": "NB-41", f"{key}-minor": "25.00", f"{key}-compare_at_minor": "29.00"}
    assert "Saved." in post(host, f"{path}variants/{key}/", change)
    assert Price.objects.get(variant=variant).compare_at_minor == 2900
    wrong = post(host, f"{path}variants/{key}/", {**change, f"{key}-compare_at_minor": "20.00"}, 422)
    assert "The struck-out price must be above the price." in wrong
    more = {"variant-sku": "NB-80", "variant-name": "80 g", "variant-minor": "49"}
    assert "Added." in post(host, f"{path}variants/", more)
    assert "is archived" in post(host, f"{path}archive/", {})
    assert Product.objects.get(pk=product.pk).status == "archived"


def test_pictures_come_and_go(host: Client, in_aurora: Brand, ids: dict[str, str]) -> None:
    target = io.BytesIO()
    Image.new("RGB", (400, 300)).save(target, "JPEG")
    path = f"/studio/products/{ids['product']}/pictures/"
    file = SimpleUploadedFile("front.jpg", target.getvalue(), "image/jpeg")
    assert "The picture is on." in post(host, path, {"file": file, "alt": "Front"})
    image = Product.objects.get(pk=PRODUCT_ID).images.get()
    assert image.alt == "Front"
    bad = SimpleUploadedFile("front.jpg", b"nothing", "image/jpeg")
    assert "Use a JPEG, PNG or WebP" in post(host, path, {"file": bad}, 422)
    assert "The picture is off." in post(host, f"{path}{image.public_id}/", {})


def test_a_file_is_checked_shown_and_imported(host: Client, in_aurora: Brand) -> None:
    text = 'name,sku,price\nNight Balm,NB-40,29.00\n<b>Mist</b>,LM-10,"46,oo"\n'
    file = SimpleUploadedFile("winter.csv", text.encode(), "text/csv")
    html = post(host, "/studio/products/import/", {"file": file})
    assert "winter.csv: 1 of 2 rows are ready" in html
    assert "A number above zero, such as 46.00" in html
    assert Product.objects.filter(name="Night Balm").count() == 0
    run = ImportRun.objects.get()
    path = f"/studio/products/import/{run.public_id}/"
    assert "1 added, 0 changed, 1 row left out" in post(host, f"{path}start/", {})
    rows = host.get(f"{path}rows.csv")
    assert rows["Content-Disposition"].startswith("attachment")
    assert "LM-10" in rows.content.decode()
    assert "This import is finished already." in post(host, f"{path}start/", {}, 409)
    assert "NB-40" in host.get("/studio/products/export.csv").content.decode()
    not_a_file = SimpleUploadedFile("x.csv", b"colour\nred\n", "text/csv")
    assert "lacks the columns name, sku, price" in post(host, "/studio/products/import/", {"file": not_a_file}, 422)


def test_another_brands_product_is_not_there(host: Client, fjord: Brand) -> None:
    with brand_context(fjord):
        foreign = make_product().public_id
    for path in ("", "edit/"):
        assert host.get(f"/studio/products/{foreign}/{path}").status_code == 404
    assert host.post(f"/studio/products/{foreign}/archive/").status_code == 404


def test_a_new_product_that_is_refused_is_no_success(host: Client) -> None:
    answer = host.post("/studio/products/new/", {"name": ""})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()
