"""Products as pages show them: the public page of one, the studio's table of all.

Not here: the offers themselves (offers).
"""

import uuid
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q

from catalog.media import media_url
from catalog.models import Drop, Product, ProductImage, Variant
from catalog.selectors.offers import Offer, first_images, offers
from kernel.money import Money

_BAR = 112  # the table's stock bar is so many units wide
_ROWS = 50


@dataclass(frozen=True, slots=True)
class PageImage:
    """A picture in its three widths."""

    small_url: str
    medium_url: str
    large_url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class ProductPage:
    """What /products/<slug>/ shows: `offers` are the variants that have a price here."""

    product: Product
    images: list[PageImage]
    offers: list[Offer]


@dataclass(frozen=True, slots=True)
class StudioRow:
    """A variant in the studio's table. `sold_to` and `held_to` are where the parts of its bar end."""

    variant: Variant
    image_url: str
    price: Money | None
    drop: Drop | None
    sold_to: int
    held_to: int

    @property
    def held_width(self) -> int:
        return self.held_to - self.sold_to

    @property
    def free_width(self) -> int:
        return _BAR - self.held_to


def product_page(slug: str, currency: str) -> ProductPage | None:
    """The public page of an active product, or None: drafts and archived ones have none."""
    product = Product.objects.filter(slug=slug, status=Product.Status.ACTIVE).first()
    if product is None:
        return None
    variant_ids = product.variants.values_list("pk", flat=True)
    return ProductPage(
        product=product,
        images=[_page_image(image) for image in product.images.all()],
        offers=list(offers(variant_ids, currency).values()),
    )


def variant_ids_of(product_id: uuid.UUID) -> list[uuid.UUID]:
    """The variants of a product."""
    return list(Variant.objects.filter(product_id=product_id).values_list("pk", flat=True))


def active_slugs() -> list[str]:
    """The addresses of all products on sale, for the sitemap."""
    return list(Product.objects.filter(status=Product.Status.ACTIVE).order_by("slug").values_list("slug", flat=True))


def studio_table(
    currency: str, *, words: str = "", status: str = "", page: int | str = 1
) -> "tuple[Page[Variant], list[StudioRow]]":
    """One page of variants by product name. Archived products show only when asked for. Six queries."""
    variants = Variant.objects.select_related("product", "stock").prefetch_related("prices")
    if status:
        variants = variants.filter(product__status=status)
    else:
        variants = variants.exclude(product__status=Product.Status.ARCHIVED)
    if words:
        variants = variants.filter(Q(product__name__icontains=words) | Q(sku__icontains=words))
    ordered = variants.order_by("product__name", "product_id", "position", "id")
    found = Paginator(ordered, _ROWS).get_page(page)
    images = first_images({variant.product_id for variant in found})
    open_drops = Drop.objects.filter(variant__in=[variant.pk for variant in found], status=Drop.Status.OPEN)
    drops = {drop.variant_id: drop for drop in open_drops}
    return found, [_studio_row(variant, currency, images, drops) for variant in found]


def _studio_row(
    variant: Variant, currency: str, images: dict[uuid.UUID, ProductImage], drops: dict[uuid.UUID, Drop]
) -> StudioRow:
    stock, image = variant.stock, images.get(variant.product_id)
    price = next((price.money for price in variant.prices.all() if price.currency == currency), None)
    whole = max(stock.total, 1)
    return StudioRow(
        variant=variant,
        image_url=media_url(image.small) if image else "",
        price=price,
        drop=drops.get(variant.pk),
        sold_to=round(stock.sold * _BAR / whole),
        held_to=round((stock.sold + stock.held) * _BAR / whole) if stock.total else 0,
    )


def _page_image(image: ProductImage) -> PageImage:
    return PageImage(
        small_url=media_url(image.small),
        medium_url=media_url(image.medium),
        large_url=media_url(image.large),
        width=image.width,
        height=image.height,
        alt=image.alt,
    )
