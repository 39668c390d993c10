"""The public page of a product: readable without script, honest about prices, its brand's own."""

import io
import json
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from catalog.models import Product
from catalog.services.images import add_image
from catalog.services.prices import set_price
from catalog.services.products import NewVariant, add_variant, create_product
from kernel.money import Money
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.catalog.conftest import shop_client
from tests.factories.catalog import ACTOR, fill_catalog, make_product


def serum(brand: Brand) -> Product:
    with brand_context(brand):
        product = create_product(
            name="Dawn </script> Serum",
            slug="dawn-serum",
            detail="30 ml",
            description="<p>Oat</p><script>alert(1)</script>",
            status="active",
            variants=[NewVariant(sku="DS-30", name="30 ml", price=Money(4600, "EUR"), stock=12)],
            actor=ACTOR,
        )
        variant = product.variants.get()
        set_price(variant_id=variant.pk, price=Money(3800, "EUR"), compare_at_minor=4600, actor=ACTOR)
        add_variant(
            product_id=product.pk,
            new=NewVariant(sku="DS-50", name="50 ml", price=Money(6000, "EUR")),
            position=1,
            actor=ACTOR,
        )
        target = io.BytesIO()
        Image.new("RGB", (900, 900)).save(target, "PNG")
        target.seek(0)
        add_image(product_id=product.pk, file=target, alt="The bottle", actor=ACTOR)
    return product


def test_the_page_tells_all_without_script(aurora: Brand) -> None:
    product = serum(aurora)
    response = shop_client(aurora).get("/products/dawn-serum/")
    assert response.status_code == 200
    html = response.content.decode()
    for part in ("€38", "<s>€46</s>", "30-day low €46", 'alt="The bottle"', "<p>Oat</p>", "12 left", "sold out"):
        assert part in html, part
    assert "alert(1)" not in html
    with brand_context(aurora):
        first = product.variants.get(sku="DS-30")
    assert f'name="variant" value="{first.public_id}" checked' in html
    assert 'rel="canonical" href="http' in html
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    facts = json.loads(data)
    assert facts["name"] == "Dawn </script> Serum"
    assert [(one["price"], one["priceCurrency"], one["availability"][-10:]) for one in facts["offers"]] == [
        ("38.00", "EUR", "rg/InStock"),
        ("60.00", "EUR", "OutOfStock"),
    ]


def test_the_sheet_gets_the_middle_alone(aurora: Brand) -> None:
    serum(aurora)
    html = shop_client(aurora).get("/products/dawn-serum/", headers={"X-Vitrine-Sheet": "1"}).content.decode()
    assert "data-vt-sheet-title" in html
    assert "<html" not in html


def test_drafts_archived_and_foreign_products_have_no_page(aurora: Brand, fjord: Brand) -> None:
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            fill_catalog(index)
    with brand_context(aurora):
        make_product(name="Only here")
        make_product(name="Not yet", status="draft")
    assert shop_client(aurora).get("/products/only-here/").status_code == 200
    assert shop_client(fjord).get("/products/only-here/").status_code == 404
    assert shop_client(aurora).get("/products/not-yet/").status_code == 404
    assert b"Serum of brand 1" in shop_client(fjord).get("/products/serum/").content


def test_a_product_without_a_price_says_so(aurora: Brand) -> None:
    with brand_context(aurora):
        make_product(name="Elsewhere", currency="USD")
    html = shop_client(aurora).get("/products/elsewhere/", headers={"X-Vitrine-Sheet": "1"}).content.decode()
    assert "This is not for sale here yet." in html


def test_the_page_asks_little_of_the_database(aurora: Brand) -> None:
    serum(aurora)
    client = shop_client(aurora)
    client.get("/products/dawn-serum/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/products/dawn-serum/")
    assert len(queries) <= 10, [query["sql"] for query in queries]
