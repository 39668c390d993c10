"""A product comes on sale: viewers, who heard nothing of it before, are told how things stand.

Not here: what they are told while it is on sale (prices, stock).
"""

from catalog.models import Price, Product, Stock, Variant
from catalog.services.prices import tell_price
from catalog.services.stock import tell_stock


def tell_how_it_stands(product: Product, *, actor: str) -> None:
    """Tell the prices and counts of a product that is on sale from now on, in the caller's transaction,
    after its new status is saved. Locks the variants, then the stock rows, by key: a change that runs
    now is either told of here, or sees the new status and tells by itself."""
    of_product = Variant.objects.filter(product=product).order_by("pk")
    variant_ids = list(of_product.select_for_update(no_key=True).values_list("pk", flat=True))
    for price in Price.objects.filter(variant__in=variant_ids).order_by("variant_id", "currency"):
        tell_price(price, actor=actor)
    for stock in Stock.objects.select_for_update().filter(pk__in=variant_ids).order_by("pk"):
        tell_stock(stock.pk, actor)
