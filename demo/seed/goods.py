"""A brand's products with pictures, prices and their history, units, delivery and taxes.

Not here: drops, which belong to shows. Everything may be run again; what is there stays, and units are refilled.
"""

import datetime as dt
import uuid

from django.core.files.storage import default_storage

from catalog.models import Product, Stock, Variant
from catalog.services.images import add_image, remove_image
from catalog.services.prices import set_price
from catalog.services.products import NewVariant, archive_product, create_product
from catalog.services.stock import receive_stock
from checkout.models import ShippingMethod
from checkout.services.shipping import save_method, save_tax_rate
from demo.film import ART
from demo.seed.moments import living_at
from demo.stage.pieces import StagedBrand, StagedProduct, StagedVariant
from kernel import clock
from kernel.money import Money

ACTOR = "system"
_FIRST_DAY = 60  # days ago
_SAMPLES = "SAMPLE-"


def ensure_goods(staged: StagedBrand) -> None:
    """All of it, in the current brand."""
    _archive_samples()
    known = variants_by_sku()
    gone = {staged.past.show.drop.sku} if staged.past.show.drop else set()
    for product in staged.products:
        if product.sku not in known:
            _create(product, staged.currency)
    known = variants_by_sku()
    for product in staged.products:
        _ensure_picture(product)
        for variant in product.variants:
            # What sold out in the past show stays so: a shop has such things.
            if variant.sku not in gone:
                _refill(known[variant.sku], variant)
    _ensure_delivery(staged)


def _archive_samples() -> None:
    """What every new brand finds in its studio would look odd on this one's shelves."""
    for product in Product.objects.filter(variants__sku__startswith=_SAMPLES).exclude(status=Product.Status.ARCHIVED):
        archive_product(product_id=product.pk, actor=ACTOR)


def variants_by_sku() -> dict[str, uuid.UUID]:
    """The ids of the current brand's variants."""
    return dict(Variant.objects.values_list("sku", "id"))


def _create(product: StagedProduct, currency: str) -> None:
    begun = clock.now() - dt.timedelta(days=_FIRST_DAY)
    with living_at(begun):
        create_product(
            name=product.name,
            detail=product.detail,
            description=product.description,
            status=Product.Status.ACTIVE,
            collections=[product.collection],
            actor=ACTOR,
            variants=[
                NewVariant(variant.sku, variant.name, price=_first_price(variant, currency), stock=variant.stock)
                for variant in product.variants
            ],
        )
    known = variants_by_sku()
    for variant in product.variants:
        for days_ago, minor in variant.earlier[1:]:
            with living_at(clock.now() - dt.timedelta(days=days_ago)):
                set_price(variant_id=known[variant.sku], price=Money(minor, currency), actor=ACTOR)
        set_price(
            variant_id=known[variant.sku],
            price=Money(variant.price, currency),
            compare_at_minor=variant.compare_at,
            actor=ACTOR,
        )


def _first_price(variant: StagedVariant, currency: str) -> Money:
    return Money(variant.earlier[0][1] if variant.earlier else variant.price, currency)


def _ensure_picture(product: StagedProduct) -> None:
    """One picture, with its files: a database may outlive the folder beside it."""
    row = Product.objects.prefetch_related("images").get(variants__sku=product.sku)
    images = list(row.images.all())
    if images and default_storage.exists(images[0].large):
        return
    for image in images:
        remove_image(image_id=image.pk, actor=ACTOR)
    with (ART / f"{product.picture}.jpg").open("rb") as file:
        add_image(product_id=row.pk, file=file, alt=product.alt, actor=ACTOR)


def _refill(variant_id: uuid.UUID, staged: StagedVariant) -> None:
    """Back to what the stage wants once less than half of it is free, so that no start finds empty shelves."""
    if available(variant_id) * 2 < staged.stock:
        fill_up(variant_id, staged.stock)


def fill_up(variant_id: uuid.UUID, units: int) -> None:
    """Have so many free units, if there are fewer."""
    if (missing := units - available(variant_id)) > 0:
        receive_stock(variant_id=variant_id, quantity=missing, reference="Restocked", actor=ACTOR)


def available(variant_id: uuid.UUID) -> int:
    """Free units of a variant."""
    return Stock.objects.values_list("available", flat=True).get(pk=variant_id)


def _ensure_delivery(staged: StagedBrand) -> None:
    names = [delivery.name for delivery in staged.deliveries]
    for delivery in staged.deliveries:
        if not ShippingMethod.objects.filter(name=delivery.name).exists():
            # The one that every new brand begins with becomes the first of its own.
            first = ShippingMethod.objects.exclude(name__in=names).first()
            save_method(
                method_id=first.pk if first else None,
                name=delivery.name,
                countries=list(delivery.countries),
                price=Money(delivery.price, staged.currency),
                free_over=Money(delivery.free_over, staged.currency) if delivery.free_over else None,
                days=delivery.days,
                is_active=True,
            )
    for country, basis_points in staged.tax_rates.items():
        save_tax_rate(country=country, basis_points=basis_points, included=True)
