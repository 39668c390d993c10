"""/studio/products/: the table, one product in a panel, the editor, its pictures.

Not here: moves of stock (studio_stock) and files (studio_imports).
"""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.errors import ProductNotFound
from catalog.forms import CorrectForm, ImageForm, NewVariantForm, ProductForm, ReceiveForm, VariantForm
from catalog.models import Product, ProductImage, StockMove, Variant
from catalog.selectors.products import studio_table
from catalog.selectors.stock import moves_of, verify_stock
from catalog.services.images import add_image, remove_image
from catalog.services.prices import set_price
from catalog.services.products import (
    NewVariant,
    add_variant,
    archive_product,
    create_product,
    update_product,
    update_variant,
)
from catalog.states import STOCK_MOVES
from kernel.errors import NotFound, Problem
from kernel.money import Money
from tenants.api.actors import actor_of
from tenants.forms import blame
from tenants.models import Role
from tenants.studio import StudioRequest, member_required

_KINDS = {
    "receive": "Received",
    "hold": "Held",
    "release": "Hold let go",
    "sell": "Sold, from held",
    "return": "Returned",
    "correct": "Count corrected",
}


@member_required(Role.HOST)
@require_safe
def products(request: StudioRequest) -> HttpResponseBase:
    """All variants with what is free, held and sold."""
    return render(request, "studio/products/list.html", _table(request))


@member_required(Role.HOST)
@require_safe
def product(request: StudioRequest, product_id: str) -> HttpResponseBase:
    """The table with one product's panel: counts, checked against the journal; its newest moves."""
    row = product_by_id(product_id)
    variants = list(row.variants.select_related("stock"))
    chosen = next((one for one in variants if one.public_id == request.GET.get("variant")), variants[0])
    context = {
        **_table(request),
        "product": row,
        "variants": variants,
        "chosen": chosen,
        "check": verify_stock(chosen.pk),
        "moves": [described(move) for move in moves_of(chosen.pk)],
        "receive_form": ReceiveForm(auto_id="receive_%s"),
        "correct_form": CorrectForm(auto_id="correct_%s", initial={"total": chosen.stock.total}),
    }
    return render(request, "studio/products/list.html", context)


@member_required(Role.HOST)
@require_http_methods(["GET", "POST"])
def new_product(request: StudioRequest) -> HttpResponseBase:
    """A product with its first variant, price and units."""
    currency = request.brand.currency
    form = ProductForm(request.POST or None)
    variant_form = NewVariantForm(request.POST or None, currency=currency, prefix="variant")
    if request.method == "POST" and form.is_valid() & variant_form.is_valid():
        try:
            made = create_product(
                variants=[_new_variant(variant_form, currency)], actor=actor_of(request), **form.fields_for_service()
            )
        except Problem as problem:
            blame(variant_form if problem.param in variant_form.fields and problem.param != "name" else form, problem)
        else:
            messages.success(request, f"{made.name} is in the list.")
            return redirect("studio-product-edit", made.public_id)
    context = {"form": form, "variant_form": variant_form}
    is_refused = bool(form.errors or variant_form.errors)
    return render(request, "studio/products/new.html", context, status=422 if is_refused else 200)


@member_required(Role.HOST)
@require_http_methods(["GET", "POST"])
def edit_product(request: StudioRequest, product_id: str) -> HttpResponseBase:
    """Texts, variants with their prices, pictures: each part is saved by its own button."""
    row = product_by_id(product_id)
    form = ProductForm(request.POST or None, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            update_product(product_id=row.pk, actor=actor_of(request), **form.fields_for_service())
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, "Saved.")
            return redirect("studio-product-edit", row.public_id)
    return _editor(request, row, form=form)


@member_required(Role.HOST)
@require_POST
def add_product_variant(request: StudioRequest, product_id: str) -> HttpResponseBase:
    """One more variant."""
    row, currency = product_by_id(product_id), request.brand.currency
    form = NewVariantForm(request.POST, currency=currency, prefix="variant")
    if form.is_valid():
        try:
            add_variant(
                product_id=row.pk,
                new=_new_variant(form, currency),
                position=row.variants.count(),
                actor=actor_of(request),
            )
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, "Added.")
            return redirect("studio-product-edit", row.public_id)
    return _editor(request, row, new_form=form)


@member_required(Role.HOST)
@require_POST
def edit_variant(request: StudioRequest, product_id: str, variant_id: str) -> HttpResponseBase:
    """A variant's code, name and price, together or not at all."""
    row, currency = product_by_id(product_id), request.brand.currency
    variant = next((one for one in row.variants.all() if one.public_id == variant_id), None)
    if variant is None:
        raise NotFound
    form = VariantForm(request.POST, currency=currency, prefix=variant.public_id)
    if form.is_valid():
        fields, actor = form.cleaned_data, actor_of(request)
        try:
            with transaction.atomic():
                update_variant(variant_id=variant.pk, sku=fields["sku"], name=fields["name"], actor=actor)
                set_price(
                    variant_id=variant.pk,
                    price=Money(fields["minor"], currency),
                    compare_at_minor=fields["compare_at_minor"],
                    actor=actor,
                )
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, "Saved.")
            return redirect("studio-product-edit", row.public_id)
    return _editor(request, row, changed={variant.pk: form})


@member_required(Role.HOST)
@require_POST
def add_picture(request: StudioRequest, product_id: str) -> HttpResponseBase:
    """One more picture, behind the others."""
    row = product_by_id(product_id)
    form = ImageForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            add_image(
                product_id=row.pk,
                file=form.cleaned_data["file"],
                alt=form.cleaned_data["alt"],
                actor=actor_of(request),
            )
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, "The picture is on.")
            return redirect("studio-product-edit", row.public_id)
    return _editor(request, row, image_form=form)


@member_required(Role.HOST)
@require_POST
def remove_picture(request: StudioRequest, product_id: str, image_id: str) -> HttpResponseBase:
    """Take a picture off this product."""
    row = product_by_id(product_id)
    image = next((one for one in row.images.all() if one.public_id == image_id), None)
    if image is not None:
        remove_image(image_id=image.pk, actor=actor_of(request))
    messages.success(request, "The picture is off.")
    return redirect("studio-product-edit", row.public_id)


@member_required(Role.HOST)
@require_POST
def archive(request: StudioRequest, product_id: str) -> HttpResponseBase:
    """Off sale and out of the list; saving it as a draft or on sale brings it back."""
    row = product_by_id(product_id)
    archive_product(product_id=row.pk, actor=actor_of(request))
    messages.success(request, f"{row.name} is archived. Its orders and figures stay.")
    return redirect("studio-products")


def product_by_id(text: str) -> Product:
    """The product behind an id in the address. Raises ProductNotFound."""
    try:
        return Product.by_public_id(text)
    except Product.DoesNotExist:
        raise ProductNotFound from None


def described(move: StockMove) -> dict[str, object]:
    """A line of the journal in words, with the change of what is free."""
    free = STOCK_MOVES[move.kind][0] * move.quantity
    return {"move": move, "words": _KINDS[move.kind], "free": f"{free:+d}".replace("-", "−") if free else "0"}


def _table(request: StudioRequest) -> dict[str, object]:
    words, status = request.GET.get("q", "")[:80], request.GET.get("status", "")
    status = status if status in Product.Status.values else ""
    page, rows = studio_table(request.brand.currency, words=words, status=status, page=request.GET.get("page", "1"))
    return {"page": page, "rows": rows, "words": words, "status": status}


def _editor(
    request: StudioRequest,
    row: Product,
    *,
    form: ProductForm | None = None,
    new_form: NewVariantForm | None = None,
    image_form: ImageForm | None = None,
    changed: dict[uuid.UUID, VariantForm] | None = None,
) -> HttpResponseBase:
    """The editor with the one form that was sent, and fresh ones for the other parts."""
    currency = request.brand.currency
    faulty = any(one is not None and one.errors for one in (form, new_form, image_form, *(changed or {}).values()))
    context = {
        "product": row,
        "form": form or ProductForm(initial=_initial(row)),
        "variants": [
            (variant, (changed or {}).get(variant.pk) or _variant_form(variant, currency))
            for variant in row.variants.prefetch_related("prices")
        ],
        "new_form": new_form or NewVariantForm(currency=currency, prefix="variant"),
        "image_form": image_form or ImageForm(),
        "images": list(ProductImage.objects.filter(product=row)),
    }
    return render(request, "studio/products/edit.html", context, status=422 if faulty else 200)


def _initial(row: Product) -> dict[str, str]:
    return {
        "name": row.name,
        "detail": row.detail,
        "description": row.description,
        "status": row.status,
        "collections": ", ".join(collection.name for collection in row.collections.all()),
    }


def _variant_form(variant: Variant, currency: str) -> VariantForm:
    price = next((price for price in variant.prices.all() if price.currency == currency), None)
    initial = {
        "sku": variant.sku,
        "name": variant.name,
        "minor": price.minor if price else None,
        "compare_at_minor": price.compare_at_minor if price else None,
    }
    return VariantForm(initial=initial, currency=currency, prefix=variant.public_id)


def _new_variant(form: NewVariantForm, currency: str) -> NewVariant:
    fields = form.cleaned_data
    return NewVariant(
        sku=fields["sku"],
        name=fields["name"],
        price=Money(fields["minor"], currency),
        compare_at_minor=fields["compare_at_minor"],
        stock=fields["stock"] or 0,
    )
