"""Products and their variants: made, changed, put on sale, archived.

Not here: prices (prices), units (stock), pictures (images), files of products (imports).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import nh3
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.text import slugify

from catalog import states
from catalog.errors import ProductNotFound, ProductStepRefused, SkuTaken, SlugTaken, VariantNameTaken, VariantNotFound
from catalog.events import ProductArchived, ProductCreated, ProductUpdated
from catalog.models import Collection, Product, Stock, Variant
from catalog.services.prices import set_price
from catalog.services.product_facts import product_facts
from catalog.services.showing import tell_how_it_stands
from catalog.services.stock import receive_stock
from kernel.constraints import broken_rule
from kernel.errors import Conflict, InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import lock_timeout
from kernel.money import Money

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h3", "h4", "a", "blockquote"}
_LONGEST_TEXT = 20_000
MOST_VARIANTS = 100


@dataclass(frozen=True, slots=True)
class NewVariant:
    """A variant to be made: its code, and perhaps a first price and first units."""

    sku: str
    name: str = ""
    price: Money | None = None
    compare_at_minor: int | None = None
    stock: int = 0


@transaction.atomic
def create_product(
    *,
    name: str,
    variants: Sequence[NewVariant],
    actor: str,
    slug: str = "",
    detail: str = "",
    description: str = "",
    status: str = Product.Status.DRAFT,
    collections: Sequence[str] = (),
) -> Product:
    """Make a product with its variants, first prices and first units.

    Without a slug one is made from the name. Raises InvalidInput, SlugTaken, SkuTaken,
    VariantNameTaken; then nothing was made.
    """
    if not variants:
        raise InvalidInput(param="variants", reason="A product has at least one variant, with a code of its own.")
    if len(variants) > MOST_VARIANTS:
        raise InvalidInput(param="variants", reason=f"A product has at most {MOST_VARIANTS} variants.")
    if status == Product.Status.ARCHIVED:
        raise InvalidInput(param="status", reason="A new product is a draft or active.")
    product = Product(
        name=_name(name), slug=slug or _free_slug(name), detail=detail.strip(), description=clean_html(description),
        status=status,
    )  # fmt: skip
    _save(product)
    _set_collections(product, collections)
    for position, variant in enumerate(variants):
        add_variant(product_id=product.pk, new=variant, position=position, actor=actor)
    append(ProductCreated(**product_facts(product)), topic=SHOP_TOPIC, actor=actor)
    return product


@transaction.atomic
def add_variant(*, product_id: uuid.UUID, new: NewVariant, actor: str, position: int = 0) -> Variant:
    """Add a variant with its stock row. Raises ProductNotFound, SkuTaken, VariantNameTaken, InvalidInput."""
    if not Product.objects.filter(pk=product_id).exists():
        raise ProductNotFound
    variant = Variant(product_id=product_id, sku=new.sku.strip(), name=new.name.strip(), position=position)
    _save(variant)
    Stock.objects.create(variant=variant)
    if new.price is not None:
        set_price(variant_id=variant.pk, price=new.price, compare_at_minor=new.compare_at_minor, actor=actor)
    if new.stock:
        receive_stock(variant_id=variant.pk, quantity=new.stock, reference="First units", actor=actor)
    return variant


@transaction.atomic
def update_product(
    *,
    product_id: uuid.UUID,
    actor: str,
    name: str | None = None,
    slug: str | None = None,
    detail: str | None = None,
    description: str | None = None,
    status: str | None = None,
    collections: Sequence[str] | None = None,
) -> Product:
    """Change what is given; None leaves a field as it is. A product that comes on sale is told of with
    its prices and counts. Raises ProductNotFound, SlugTaken, ProductStepRefused, InvalidInput. Locks the
    product's row, and when it comes on sale its variants and their stock."""
    product = _locked(product_id)
    comes_on_sale = status == Product.Status.ACTIVE and product.status != status
    if name is not None:
        product.name = _name(name)
    if slug is not None:
        product.slug = slug
    if detail is not None:
        product.detail = detail.strip()
    if description is not None:
        product.description = clean_html(description)
    if status is not None and status != product.status:
        _step(product, status)
    product.updated_at = Now()
    _save(product)
    if collections is not None:
        _set_collections(product, collections)
    event = ProductArchived if status == Product.Status.ARCHIVED else ProductUpdated
    append(event(**product_facts(product)), topic=SHOP_TOPIC, actor=actor)
    if comes_on_sale:
        tell_how_it_stands(product, actor=actor)
    return product


def archive_product(*, product_id: uuid.UUID, actor: str) -> Product:
    """Take a product off sale and out of the lists; its orders, moves and figures stay. Raises
    ProductNotFound, ProductStepRefused."""
    return update_product(product_id=product_id, status=Product.Status.ARCHIVED, actor=actor)


@transaction.atomic
def update_variant(
    *, variant_id: uuid.UUID, actor: str, sku: str | None = None, name: str | None = None, position: int | None = None
) -> Variant:
    """Change a variant's code, name or place. Raises VariantNotFound, SkuTaken, VariantNameTaken."""
    with lock_timeout():
        variant = (
            Variant.objects.select_for_update(of=("self",), no_key=True)
            .select_related("product")
            .filter(pk=variant_id)
            .first()
        )
    if variant is None:
        raise VariantNotFound
    if sku is not None:
        variant.sku = sku.strip()
    if name is not None:
        variant.name = name.strip()
    if position is not None:
        variant.position = position
    _save(variant)
    append(ProductUpdated(**product_facts(variant.product)), topic=SHOP_TOPIC, actor=actor)
    return variant


def clean_html(text: str) -> str:
    """The text with plain formatting only: no script, style, picture or foreign attribute."""
    if len(text) > _LONGEST_TEXT:
        raise InvalidInput(param="description", reason=f"The text is longer than {_LONGEST_TEXT} characters.")
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener nofollow",
    ).strip()


def _locked(product_id: uuid.UUID) -> Product:
    with lock_timeout():
        product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound
    return product


def _step(product: Product, to: str) -> None:
    if to not in states.PRODUCT[product.status]:
        raise ProductStepRefused(product_status=product.status, wanted=to)
    product.status = to


def _save(row: Product | Variant) -> None:
    """Save in a savepoint; a broken unique rule becomes the error that says so."""
    try:
        with transaction.atomic():
            row.save(force_insert=row._state.adding)
    except IntegrityError as error:
        _refuse(row, broken_rule(error), error)


def _refuse(row: Product | Variant, constraint: str, error: IntegrityError) -> NoReturn:
    match constraint:
        case "product_slug_once":
            raise SlugTaken(param="slug", slug=getattr(row, "slug", "")) from error
        case "product_slug_is_plain":
            raise InvalidInput(param="slug", reason="Write the address in a–z, 0–9 and single hyphens.") from error
        case "variant_sku_once":
            sku = getattr(row, "sku", "")
            owner = Variant.objects.select_related("product").filter(sku=sku).first()
            raise SkuTaken(param="sku", sku=sku, product=owner.product.name if owner else "another product") from error
        case "variant_sku_has_no_spaces":
            raise InvalidInput(param="sku", reason="Write the code in letters, digits and signs, no spaces.") from error
        case "variant_name_once_per_product":
            raise VariantNameTaken(param="name") from error
        case "product_status_known":
            raise InvalidInput(param="status", reason="Choose draft, active or archived.") from error
        case _:
            raise Conflict from error


def _name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 120:
        raise InvalidInput(param="name", reason="Give the product a name of 1 to 120 characters.")
    return cleaned


def _free_slug(name: str) -> str:
    base = slugify(name)[:70].strip("-").replace("_", "-") or "product"
    taken = set(Product.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for number in range(1, len(taken) + 2) if (slug := f"{base}-{number}" if number > 1 else base) not in taken
    )


def _set_collections(product: Product, names: Sequence[str]) -> None:
    cleaned = dict.fromkeys(name.strip()[:80] for name in names if name.strip())
    rows = [
        Collection.objects.filter(name__iexact=name).first() or Collection.objects.create(name=name) for name in cleaned
    ]
    product.collections.set(rows)
