"""Whether viewers may hear of a product.

Not here: what it costs and how many there are (offers).
"""

import uuid

from catalog.models import Product, Variant


def is_on_sale(variant_id: uuid.UUID) -> bool:
    """Its product is active: no draft, which is the staff's alone, and not archived."""
    return Variant.objects.filter(pk=variant_id, product__status=Product.Status.ACTIVE).exists()
