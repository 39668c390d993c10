"""A visitor chooses a currency.

Not here: what it does to prices; the pages that show some ask tenants.currency.
"""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tenants.currency import keep_currency
from tenants.models import Brand


@require_POST
def choose_currency(request: HttpRequest) -> HttpResponseBase:
    """Keep the choice, and go back to the page it was made on."""
    brand: Brand = request.brand  # type: ignore[attr-defined]
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    response = redirect(back if is_ours else "/")
    keep_currency(response, brand, request.POST.get("currency", ""))
    return response
