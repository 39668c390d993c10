"""What things cost: the server's price, and the lowest of the 30 days before a reduction.

Not here: setting prices (services/prices.py).
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import DateTimeField, ExpressionWrapper, OuterRef, Q, Subquery, Value

from catalog.errors import DropNotFound, PriceMissing
from catalog.models import Drop, Price, PriceChange
from kernel.money import Money

# Directive 98/6/EC, article 6a: a reduction is told beside the lowest price of the 30 days before.
LOW_WINDOW = dt.timedelta(days=30)


def price_of(variant_id: uuid.UUID, currency: str, drop_id: uuid.UUID | None = None) -> Money:
    """What one unit costs now; with `drop_id`, in that drop. Raises PriceMissing, DropNotFound."""
    if drop_id is not None:
        drop = Drop.objects.filter(pk=drop_id, variant_id=variant_id).first()
        if drop is None:
            raise DropNotFound
        if drop.currency != currency:
            raise PriceMissing(currency=currency)
        return drop.price
    price = Price.objects.filter(variant_id=variant_id, currency=currency).first()
    if price is None:
        raise PriceMissing(currency=currency)
    return price.money


def lowest_before(variant_ids: Sequence[uuid.UUID], currency: str) -> dict[tuple[uuid.UUID, uuid.UUID | None], int]:
    """For each price that holds now, by (variant, drop or None): the lowest that held in the 30
    days before it began. A first price has none. One query."""
    window = ExpressionWrapper(OuterRef("at") - Value(LOW_WINDOW), output_field=DateTimeField())
    before = (
        PriceChange.objects.filter(variant=OuterRef("variant"), currency=currency, at__lt=OuterRef("at"))
        .filter(Q(until__isnull=True) | Q(until__gt=window))
        .order_by("minor")
        .values("minor")[:1]
    )
    rows = (
        PriceChange.objects.filter(variant__in=variant_ids, currency=currency, until__isnull=True)
        .annotate(low=Subquery(before))
        .exclude(low=None)
    )
    return {(variant, drop): low for variant, drop, low in rows.values_list("variant_id", "drop_id", "low")}
