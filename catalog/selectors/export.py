"""All products as the file that an import takes.

Not here: the columns (product_rows).
"""

from collections.abc import Iterator

from catalog.models import Variant
from catalog.product_rows import COLUMNS, amount, write_rows


def export_products(currency: str) -> str:
    """A CSV of every variant, by product; prices in this currency. Three queries."""
    return write_rows(COLUMNS, _rows(currency))


def _rows(currency: str) -> Iterator[dict[str, object]]:
    variants = (
        Variant.objects.select_related("product", "stock")
        .prefetch_related("prices", "product__collections")
        .order_by("product__name", "product_id", "position", "id")
    )
    for variant in variants:
        product = variant.product
        price = next((price for price in variant.prices.all() if price.currency == currency), None)
        yield {
            "name": product.name,
            "sku": variant.sku,
            "variant": variant.name,
            "price": amount(price.money) if price else "",
            "compare_at": amount(price.compare_at) if price and price.compare_at else "",
            "stock": variant.stock.available,
            "detail": product.detail,
            "description": product.description,
            "collections": "|".join(collection.name for collection in product.collections.all()),
            "status": product.status,
        }
