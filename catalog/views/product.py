"""/products/<slug>/: one product for people and search engines, whole without script; and the same as
the sheet that opens over a video.

Not here: buying it (checkout).
"""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from catalog.errors import ProductNotFound
from catalog.product_rows import amount
from catalog.selectors.offers import Offer
from catalog.selectors.products import PageImage, ProductPage, product_page
from kernel.money import Money
from kernel.tenancy import current_brand
from tenants.currency import chosen_currency
from tenants.models import Brand
from tenants.selectors import primary_address


@dataclass(frozen=True, slots=True)
class Row:
    """A variant as the shop's components show it; `detail` is what tells it from its sisters."""

    product_id: str
    variant_id: str
    detail: str
    image_url: str
    price: Money
    was_price: Money | None
    low_price_30d: Money | None
    available: int


@dataclass(frozen=True, slots=True)
class ProductView:
    """What the templates read. `row` is the chosen variant, None when nothing has a price here."""

    name: str
    detail: str
    description_html: SafeString
    images: list[PageImage]
    image_alt: str
    variants: list[Row]
    row: Row | None


@dataclass(frozen=True, slots=True)
class Links:
    """Where the page's frame and buttons lead."""

    canonical: str
    home: str = "/"
    bag: str = "/bag/"
    checkout: str = "/checkout/"
    sign_in: str = "/account/"


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of its own; a fragment for the sheet. Drafts and archived products are a 404."""
    brand = current_brand()
    page = product_page(slug, chosen_currency(request))
    if page is not None and not page.offers:
        page = product_page(slug, brand.currency)  # not sold in the visitor's: shown in the brand's own
    if page is None:
        raise ProductNotFound
    view = _view(page, request.GET.get("variant", ""))
    canonical = f"{primary_address(brand).base_url}/products/{page.product.slug}/"
    context = {
        "product": view,
        "urls": Links(canonical=canonical),
        "json_ld": _search_data(page, view, brand, canonical),
        "bag_count": 0,
    }
    template = "live/_product.html" if request.headers.get("X-Vitrine-Sheet") and view.row else "catalog/product.html"
    response = render(request, template, context)
    response.headers["Vary"] = "Accept-Language, Cookie, X-Vitrine-Sheet"
    return response


def _view(page: ProductPage, wanted: str) -> ProductView:
    rows = [_row(offer) for offer in page.offers]
    chosen = next((row for row in rows if row.variant_id == wanted), None)
    chosen = chosen or next((row for row in rows if row.available), None) or (rows[0] if rows else None)
    return ProductView(
        name=page.product.name,
        detail=page.product.detail,
        # Cleaned when it was saved (services.products.clean_html): tags without script or style.
        description_html=mark_safe(page.product.description),
        images=page.images,
        image_alt=page.images[0].alt if page.images else "",
        variants=rows,
        row=chosen,
    )


def _row(offer: Offer) -> Row:
    return Row(
        product_id=offer.product_public_id,
        variant_id=offer.variant_public_id,
        detail=offer.variant_name or offer.sku,
        image_url=offer.image_url,
        price=offer.price,
        was_price=offer.was,
        low_price_30d=offer.low_30d,
        available=offer.available,
    )


def _search_data(page: ProductPage, view: ProductView, brand: Brand, canonical: str) -> SafeString:
    """schema.org's Product as JSON-LD, safe inside a script element."""
    base_url = canonical.partition("/products/")[0]
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": view.name,
        "description": view.detail or view.name,
        "url": canonical,
        "brand": {"@type": "Brand", "name": brand.name},
        "image": [f"{base_url}{image.large_url}" for image in view.images],
        "offers": [
            {
                "@type": "Offer",
                "sku": offer.sku,
                "price": amount(offer.price),
                "priceCurrency": offer.price.currency,
                "availability": f"https://schema.org/{'InStock' if offer.available else 'OutOfStock'}",
                "url": f"{canonical}?variant={offer.variant_public_id}",
            }
            for offer in page.offers
        ],
    }
    return mark_safe(json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"))
