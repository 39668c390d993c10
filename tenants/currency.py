"""The currency in which a visitor sees prices: their own choice, kept in a cookie, of those that the brand offers.

Not here: prices (catalog). The cookie is no secret, and one that names anything else counts as none.
"""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from kernel.errors import InvalidInput
from tenants.models import Brand

COOKIE = "vt_currency"
KEPT = dt.timedelta(days=365)


def chosen_currency(request: HttpRequest) -> str:
    """The visitor's choice, else the brand's own."""
    brand: Brand = request.brand  # type: ignore[attr-defined]
    wanted = request.COOKIES.get(COOKIE, "")
    return wanted if wanted in brand.other_currencies else brand.currency


def keep_currency(response: HttpResponseBase, brand: Brand, currency: str) -> None:
    """Remember the choice. Raises InvalidInput for one that the brand does not offer."""
    if currency not in brand.currencies:
        raise InvalidInput(param="currency", reason=f"Choose from {', '.join(brand.currencies)}.")
    response.set_cookie(
        COOKIE, currency, max_age=KEPT, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
