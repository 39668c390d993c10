"""What things cost: the one precedence of prices, and the lowest of the 30 days before a reduction.

Not here: setting prices (services/prices.py, services/special_prices.py) and coupons (checkout).
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import DateTimeField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Now

from catalog.errors import DropNotFound, PriceMissing
from catalog.models import Drop, Price, PriceChange, SpecialPrice
from kernel.money import Money

# Directive 98/6/EC, article 6a: a reduction is told beside the lowest price of the 30 days before.
LOW_WINDOW = dt.timedelta(days=30)

# Which of two equal prices is named: the one that says most about where the viewer is.
_RANK = {"flash": 0, "show": 1}


@dataclass(frozen=True, slots=True)
class SalePrice:
    """What one unit costs, and why. `source_id` is the drop or the special price, None for the ordinary one."""

    money: Money
    kind: str = "ordinary"
    source_id: uuid.UUID | None = None
    ends_at: dt.datetime | None = None


def sale_price(
    variant_id: uuid.UUID, currency: str, *, show_id: uuid.UUID | None = None, drop_id: uuid.UUID | None = None
) -> SalePrice:
    """What one unit costs now: in this drop, else in this show, else anywhere. What a hold is made at.

    Whether units of the drop can be had is not asked here. Raises DropNotFound; PriceMissing when there is
    no price in this currency. Two queries at most.
    """
    if drop_id is not None:
        drop = Drop.objects.filter(pk=drop_id, variant_id=variant_id).first()
        if drop is None:
            raise DropNotFound
        if drop.currency != currency:
            raise PriceMissing(currency=currency)
        return SalePrice(drop.price, "drop", drop.pk, drop.closes_at)
    price = Price.objects.filter(variant_id=variant_id, currency=currency).first()
    if price is None:
        raise PriceMissing(currency=currency)
    return winning(price.money, open_specials([variant_id], currency, show_id=show_id))


def winning(ordinary: Money, specials: Iterable[SpecialPrice]) -> SalePrice:
    """The precedence outside of drops: of the prices that hold for a buyer, the lowest. A special price that
    is not below the ordinary one is none. Of equal ones a flash price is named before a show price, one of
    the show before one of the shop, the earlier before the later. The page's code decides the same
    (frontend/src/room/prices.ts)."""
    reductions = [row for row in specials if row.money < ordinary]
    if not reductions:
        return SalePrice(ordinary)
    row = min(reductions, key=lambda row: (row.minor, _RANK[row.kind], row.show_id is None, row.pk))
    return SalePrice(row.money, row.kind, row.pk, row.ends_at)


def open_specials(
    variant_ids: Sequence[uuid.UUID], currency: str, *, show_id: uuid.UUID | None = None
) -> "QuerySet[SpecialPrice]":
    """The special prices that hold now for buyers in this show, or outside of shows, by PostgreSQL's clock:
    none holds past its time, however late the sweep is."""
    where = Q(show_id__isnull=True) if show_id is None else Q(show_id__isnull=True) | Q(show_id=show_id)
    in_time = Q(ends_at__isnull=True) | Q(ends_at__gt=Now())
    return SpecialPrice.objects.filter(
        where, in_time, variant__in=variant_ids, currency=currency, status=SpecialPrice.Status.OPEN
    ).order_by("pk")


def price_of(variant_id: uuid.UUID, currency: str, drop_id: uuid.UUID | None = None) -> Money:
    """What one unit costs now outside of shows; with `drop_id`, in that drop. Raises as `sale_price`."""
    return sale_price(variant_id, currency, drop_id=drop_id).money


def lowest_before(variant_ids: Sequence[uuid.UUID], currency: str) -> dict[tuple[uuid.UUID, uuid.UUID | None], int]:
    """For each price that holds now, by (variant, its drop or special price, else None): the lowest that
    anybody was offered in the 30 days before it began, be it an ordinary, a show, a flash or a drop price.
    A first price has none. One query."""
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
    found = rows.values_list("variant_id", "drop_id", "special_id", "low")
    return {(variant, special if drop is None else drop): low for variant, drop, special, low in found}
