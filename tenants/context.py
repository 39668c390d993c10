"""What every template knows of the brand, its theme and, in the studio, its member.

Not here: what one page shows.
"""

from typing import Any

from django.http import HttpRequest

from tenants.currency import chosen_currency
from tenants.models import Brand
from tenants.studio import shell


def brand(request: HttpRequest) -> dict[str, Any]:
    """`brand` is the brand of the host, or None on the platform's own site. Costs no query: the
    theme came with the brand when the host was looked up."""
    brand: Brand | None = getattr(request, "brand", None)
    if brand is None:
        return {"brand": None}
    known: dict[str, Any] = {
        "brand": brand,
        "theme_css_url": brand.theme.css_url,
        "currency": chosen_currency(request),
    }
    if request.path.startswith("/studio/"):
        known |= shell(request)
    return known
