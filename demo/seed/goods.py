"""A brand's products with pictures, prices and their history, units, delivery and taxes.

Not here: drops, which belong to shows. Everything may be run again; what is there stays, and units are refilled.
"""

import datetime as dt
import uuid

from django.core.files.storage import default_storage

from catalog.models import Product, Stock, Variant
from catalog.services.images import add_image, remove_image
from catalog.services.prices import set_price
from catalog.services.products import NewVariant, create_product
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


def ensure_goods(staged: StagedBrand) -> None:
    """All of it, in the current brand."""
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
    available = Stock.objects.values_list("available", flat=True).get(pk=variant_id)
    if available * 2 < staged.stock:
        receive_stock(variant_id=variant_id, quantity=staged.stock - available, reference="Restocked", actor=ACTOR)


def _ensure_delivery(staged: StagedBrand) -> None:
    for delivery in staged.deliveries:
        known = ShippingMethod.objects.filter(name=delivery.name).first()
        if known is None:
            save_method(
                method_id=None,
                name=delivery.name,
                countries=list(delivery.countries),
                price=Money(delivery.price, staged.currency),
                free_over=Money(delivery.free_over, staged.currency) if delivery.free_over else None,
                days=delivery.days,
                is_active=True,
            )
    for country, basis_points in staged.tax_rates.items():
        save_tax_rate(country=country, basis_points=basis_points, included=True)
