"""What a page shows of a variant: name, picture, price, stock, drop, for many variants at once.

Not here: holding or buying (services/stock.py, checkout).
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, When

from catalog.media import media_url
from catalog.models import Drop, Price, Product, ProductImage, SpecialPrice, Variant
from catalog.selectors.prices import lowest_before, open_specials, winning
from kernel import ids
from kernel.money import Money

Lows = dict[tuple[uuid.UUID, uuid.UUID | None], int]
_VISIBLE = (Drop.Status.OPEN, Drop.Status.SOLD_OUT, Drop.Status.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class DropOffer:
    """A drop that viewers may know of. `low_30d` is the lowest price of the 30 days before it opened."""

    id: uuid.UUID
    public_id: str
    show_id: uuid.UUID | None
    title: str
    status: str
    price: Money
    low_30d: Money | None
    units: int
    units_left: int
    per_buyer: int
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Tag:
    """A price as it is shown: what it is struck out from, and the lowest of the 30 days before it began."""

    price: Money
    was: Money | None = None
    low_30d: Money | None = None


@dataclass(frozen=True, slots=True)
class SpecialOffer:
    """A special price that holds now. `show_id` is None for one that holds everywhere."""

    id: uuid.UUID
    public_id: str
    kind: str
    show_id: uuid.UUID | None
    price: Money
    low_30d: Money | None
    ends_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Offer:
    """One variant with its price in one currency. `was` and `low_30d` go together: a reduction is
    never shown without the lowest price of the 30 days before, when there was one. `price` is what a
    buyer pays; while a `special` one is it, `was` is the ordinary price."""

    variant_id: uuid.UUID
    product_id: uuid.UUID
    variant_public_id: str
    product_public_id: str
    slug: str
    sku: str
    name: str
    variant_name: str
    detail: str
    image_url: str
    image_small_url: str
    image_alt: str
    price: Money
    was: Money | None
    low_30d: Money | None
    until: dt.datetime | None
    ordinary: Tag
    specials: tuple[SpecialOffer, ...]
    available: int
    total: int
    drop: DropOffer | None
    is_active: bool


def offers(
    variant_ids: Iterable[uuid.UUID], currency: str, *, show_id: uuid.UUID | None = None
) -> dict[uuid.UUID, Offer]:
    """Offers by variant, in the order asked for. Without one are: a variant that has no price in
    this currency, and one whose product is archived. With `show_id`, drops of other shows are left
    out, and the show's own prices hold. Five queries, however many variants."""
    wanted = list(dict.fromkeys(variant_ids))
    if not wanted:
        return {}
    prices = {
        price.variant_id: price
        for price in Price.objects.filter(variant__in=wanted, currency=currency)
        .exclude(variant__product__status=Product.Status.ARCHIVED)
        .select_related("variant__product", "variant__stock")
    }
    images = first_images({price.variant.product_id for price in prices.values()})
    drops = _visible_drops(wanted, currency, show_id)
    lows = lowest_before(wanted, currency)
    specials: dict[uuid.UUID, list[SpecialPrice]] = {}
    for special in open_specials(wanted, currency, show_id=show_id):
        specials.setdefault(special.variant_id, []).append(special)
    return {
        variant_id: _offer(prices[variant_id], images, drops.get(variant_id), specials.get(variant_id, []), lows)
        for variant_id in wanted
        if variant_id in prices
    }


def active_drop(variant_id: uuid.UUID, show_id: uuid.UUID | None = None) -> Drop | None:
    """The drop of this variant from which units can be had now, in this show or outside of shows."""
    return Drop.objects.filter(
        Q(show_id=show_id) | Q(show_id__isnull=True), variant_id=variant_id, status=Drop.Status.OPEN
    ).first()


def first_images(product_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, ProductImage]:
    """The first picture of each product that has one. One query."""
    rows = ProductImage.objects.filter(product__in=product_ids).order_by("product_id", "position", "id")
    return {image.product_id: image for image in rows.distinct("product_id")}


def _visible_drops(variant_ids: list[uuid.UUID], currency: str, show_id: uuid.UUID | None) -> dict[uuid.UUID, Drop]:
    rank = Case(
        *(When(status=status, then=place) for place, status in enumerate(_VISIBLE)), output_field=IntegerField()
    )
    drops = Drop.objects.filter(variant__in=variant_ids, currency=currency, status__in=_VISIBLE)
    if show_id is not None:
        drops = drops.filter(Q(show_id=show_id) | Q(show_id__isnull=True))
    rows = drops.annotate(rank=rank).order_by("variant_id", "rank", "opens_at", "id").distinct("variant_id")
    return {drop.variant_id: drop for drop in rows}


def _offer(
    price: Price,
    images: dict[uuid.UUID, ProductImage],
    drop: Drop | None,
    specials: list[SpecialPrice],
    lows: Lows,
) -> Offer:
    variant, product, stock = price.variant, price.variant.product, price.variant.stock
    image = images.get(product.pk)
    tag, until = _tag(price, specials, lows)
    return Offer(
        variant_id=variant.pk,
        product_id=product.pk,
        variant_public_id=ids.public_id(Variant.id_prefix, variant.pk),
        product_public_id=product.public_id,
        slug=product.slug,
        sku=variant.sku,
        name=product.name,
        variant_name=variant.name,
        detail=product.detail,
        image_url=media_url(image.medium) if image else "",
        image_small_url=media_url(image.small) if image else "",
        image_alt=image.alt if image else "",
        price=tag.price,
        was=tag.was,
        low_30d=tag.low_30d,
        until=until,
        ordinary=_ordinary(price, lows),
        specials=tuple(_special(special, lows) for special in specials),
        available=stock.available,
        total=stock.total,
        drop=_drop_offer(drop, lows.get((variant.pk, drop.pk))) if drop else None,
        is_active=product.status == Product.Status.ACTIVE,
    )


def _tag(price: Price, specials: list[SpecialPrice], lows: Lows) -> tuple[Tag, dt.datetime | None]:
    """What a buyer pays as it is shown, and until when."""
    now = winning(price.money, specials)
    if now.source_id is None:
        return _ordinary(price, lows), None
    return Tag(now.money, price.money, _low(price, now.source_id, lows)), now.ends_at


def _ordinary(price: Price, lows: Lows) -> Tag:
    low = _low(price, None, lows) if price.compare_at_minor is not None else None
    return Tag(price.money, price.compare_at, low)


def _low(price: Price, source: uuid.UUID | None, lows: Lows) -> Money | None:
    low = lows.get((price.variant_id, source))
    return Money(low, price.currency) if low is not None else None


def _special(special: SpecialPrice, lows: Lows) -> SpecialOffer:
    low = lows.get((special.variant_id, special.pk))
    return SpecialOffer(
        id=special.pk,
        public_id=special.public_id,
        kind=special.kind,
        show_id=special.show_id,
        price=special.money,
        low_30d=Money(low, special.currency) if low is not None else None,
        ends_at=special.ends_at,
    )


def _drop_offer(drop: Drop, low: int | None) -> DropOffer:
    return DropOffer(
        id=drop.pk,
        public_id=drop.public_id,
        show_id=drop.show_id,
        title=drop.title,
        status=drop.status,
        price=drop.price,
        low_30d=Money(low, drop.currency) if low is not None else None,
        units=drop.units,
        units_left=drop.units_left,
        per_buyer=drop.per_buyer,
        opens_at=drop.opens_at,
        closes_at=drop.closes_at,
    )
