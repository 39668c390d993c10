"""What a plan of a show may choose from: variants that can be sold, drops planned for it.

Not here: what viewers see of them (offers).
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from catalog.models import Drop, Product, SpecialPrice, Variant
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class VariantChoice:
    """A variant by its words; `name` is product and variant."""

    id: uuid.UUID
    public_id: str
    name: str
    sku: str


@dataclass(frozen=True, slots=True)
class DropChoice:
    """A drop of a show by its words."""

    id: uuid.UUID
    public_id: str
    variant_id: uuid.UUID
    title: str
    status: str
    units: int
    units_left: int
    price: Money
    per_buyer: int
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    run_seconds: int | None
    mode: str
    window_seconds: int | None
    list_state: str
    entered: int

    @property
    def is_announceable(self) -> bool:
        """Whether viewers may be told of it before it opens."""
        return self.status == Drop.Status.SCHEDULED

    @property
    def is_over(self) -> bool:
        return self.status == Drop.Status.CLOSED

    @property
    def is_changeable(self) -> bool:
        """Whether no viewer has heard of it."""
        return self.status == Drop.Status.SCHEDULED


@dataclass(frozen=True, slots=True)
class SpecialChoice:
    """A special price of a show by its words."""

    id: uuid.UUID
    public_id: str
    variant_id: uuid.UUID
    kind: str
    words: str
    status: str
    money: Money
    run_seconds: int | None


def sellable_variants(currency: str, *, limit: int = 500) -> list[VariantChoice]:
    """Variants of active products with a price in this currency, by name. One query."""
    rows = (
        Variant.objects.filter(product__status=Product.Status.ACTIVE, prices__currency=currency)
        .select_related("product")
        .order_by("product__name", "position", "id")[:limit]
    )
    return [
        VariantChoice(
            id=row.pk,
            public_id=row.public_id,
            name=f"{row.product.name}, {row.name}" if row.name else row.product.name,
            sku=row.sku,
        )
        for row in rows
    ]


def drops_of_show(show_id: uuid.UUID) -> list[DropChoice]:
    """The drops planned for a show, oldest first. One query."""
    return [
        DropChoice(
            id=drop.pk,
            public_id=drop.public_id,
            variant_id=drop.variant_id,
            title=drop.title,
            status=drop.status,
            units=drop.units,
            units_left=drop.units_left,
            price=drop.price,
            per_buyer=drop.per_buyer,
            opens_at=drop.opens_at,
            closes_at=drop.closes_at,
            run_seconds=drop.run_seconds,
            mode=drop.mode,
            window_seconds=drop.window_seconds,
            list_state=drop.list_state,
            entered=drop.entered,
        )
        for drop in Drop.objects.filter(show_id=show_id).order_by("id")
    ]


def special_prices_of_show(show_id: uuid.UUID) -> list[SpecialChoice]:
    """The prices planned for a show, oldest first. One query."""
    return [
        SpecialChoice(
            id=special.pk,
            public_id=special.public_id,
            variant_id=special.variant_id,
            kind=special.kind,
            words=special.get_kind_display(),
            status=special.status,
            money=special.money,
            run_seconds=special.run_seconds,
        )
        for special in SpecialPrice.objects.filter(show_id=show_id).order_by("pk")
    ]


def known_products(product_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these are products of this brand. One query."""
    return set(Product.objects.filter(pk__in=product_ids).values_list("pk", flat=True)) if product_ids else set()


def product_names() -> list[tuple[str, str]]:
    """(public id, name) of every product that is not archived, by name, at most 500. One query."""
    rows = Product.objects.exclude(status=Product.Status.ARCHIVED).order_by("name", "id")[:500]
    return [(row.public_id, row.name) for row in rows]
