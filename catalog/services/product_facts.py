"""A product as its events tell of it.

Not here: when they are told (products, images).
"""

from catalog.models import Product


def product_facts(product: Product) -> dict[str, str]:
    """The data of every event of a product."""
    return {"product_id": product.public_id, "name": product.name, "slug": product.slug, "status": product.status}
