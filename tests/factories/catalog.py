"""Products, stock and drops for tests, made by the services.

Not here: orders and shows. `fill_catalog` makes the same ids in every brand, so that a query that
forgot its brand is caught by the values.
"""

import itertools
import uuid
from typing import Any

from catalog.models import Drop, Product, Stock, Variant
from catalog.services.drops import open_drop, plan_drop
from catalog.services.prices import set_price
from catalog.services.products import NewVariant, create_product
from catalog.services.stock import receive_stock
from kernel.money import Money

ACTOR = "member:mem_test"
_numbers = itertools.count(1)

PRODUCT_ID = uuid.UUID("01900000-0000-7000-8000-0000000000a1")
VARIANT_ID = uuid.UUID("01900000-0000-7000-8000-0000000000b1")
DROP_ID = uuid.UUID("01900000-0000-7000-8000-0000000000c1")


def make_product(
    *, name: str = "", sku: str = "", price: int = 4600, currency: str = "EUR", stock: int = 10, **fields: Any
) -> Product:
    """An active product with one variant; `product.variants.get()` is it."""
    number = next(_numbers)
    fields.setdefault("status", Product.Status.ACTIVE)
    compare_at = fields.pop("compare_at_minor", None)
    new = NewVariant(sku=sku or f"SKU-{number}", price=Money(price, currency), compare_at_minor=compare_at, stock=stock)
    return create_product(name=name or f"Product {number}", variants=[new], actor=ACTOR, **fields)


def make_variant(**fields: Any) -> Variant:
    """The variant of a new product; takes what `make_product` takes."""
    return make_product(**fields).variants.get()


def make_drop(
    *, variant_id: uuid.UUID | None = None, units: int = 5, price: int = 3800, opened: bool = False, **fields: Any
) -> Drop:
    """A planned drop, open when `opened`."""
    drop = plan_drop(
        variant_id=variant_id or make_variant(stock=units).pk,
        title=fields.pop("title", "First batch"),
        units=units,
        price=Money(price, fields.pop("currency", "EUR")),
        actor=ACTOR,
        **fields,
    )
    return open_drop(drop_id=drop.pk, actor=ACTOR) if opened else drop


def fill_catalog(brand_index: int) -> None:
    """One product, variant, price, stock and drop with the same ids in each brand, and values that
    tell the brands apart: prices and counts rise with `brand_index`."""
    product = Product.objects.create(
        id=PRODUCT_ID, name=f"Serum of brand {brand_index}", slug="serum", status=Product.Status.ACTIVE
    )
    variant = Variant.objects.create(id=VARIANT_ID, product=product, sku="SERUM-30")
    Stock.objects.create(variant=variant)
    set_price(variant_id=VARIANT_ID, price=Money(1000 + brand_index, "EUR"), actor=ACTOR)
    receive_stock(variant_id=VARIANT_ID, quantity=100 + brand_index, reference="Delivery", actor=ACTOR)
    Drop.objects.create(
        id=DROP_ID,
        variant=variant,
        title=f"Drop of brand {brand_index}",
        units=10 + brand_index,
        units_left=10 + brand_index,
        price_minor=900 + brand_index,
        currency="EUR",
    )
