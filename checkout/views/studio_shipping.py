"""The studio's page of ways of delivery and tax rates.

Not here: what they do to a total (sums.py).
"""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from checkout.forms import ShippingForm, TaxForm
from checkout.models import RegionTaxRate, ShippingMethod, TaxRate
from checkout.services.shipping import ShippingMethodNotFound, save_method, save_tax_rate
from tenants.models import Role
from tenants.studio import StudioRequest, member_required


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(role=Role.OWNER)
def shipping(request: StudioRequest, method_id: str = "") -> HttpResponseBase:
    """All methods and rates; one method open in a form, or an empty one for the next."""
    currencies = request.brand.currencies
    opened = _method(method_id) if method_id else None
    currency = _currency(request, opened)
    initial = ShippingForm.initial_of(opened) if opened else {"days_min": 2, "days_max": 4, "is_active": True}
    form = ShippingForm(
        request.POST if request.method == "POST" else None,
        currency=currency,
        currencies=list(dict.fromkeys([*currencies, currency])),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        saved = save_method(method_id=opened.pk if opened else None, **form.values())
        messages.success(request, f"{saved.name} is saved. It counts from the next checkout on.")
        return redirect("studio-shipping")
    context = {
        "methods": ShippingMethod.objects.all(),
        "rates": TaxRate.objects.all(),
        "region_rates": RegionTaxRate.objects.all(),
        "bare": [code for code in currencies if not ShippingMethod.objects.filter(currency=code, is_active=True)],
        "form": form,
        "opened": opened,
        "tax_form": TaxForm(),
    }
    return render(request, "studio/orders/shipping.html", context, status=422 if form.errors else 200)


@require_POST
@member_required(role=Role.OWNER)
def tax(request: StudioRequest) -> HttpResponseBase:
    """Set the rate of one country, or of one region of it."""
    form = TaxForm(request.POST)
    if form.is_valid():
        save_tax_rate(**form.values())
        messages.success(request, "The tax rate is saved. It counts from the next checkout on.")
    else:
        messages.error(request, "A rate needs two letters of a country and a number from 0 to 99.99.")
    return redirect("studio-shipping")


def _choices(currencies: list[str], current: str) -> list[str]:
    """What is offered, and that of a method whose currency is offered no more."""
    return list(dict.fromkeys([*currencies, current]))


def _currency(request: StudioRequest, opened: ShippingMethod | None) -> str:
    """What the form's amounts are in: as posted, else the method's own, else the brand's."""
    posted = request.POST.get("currency", "")
    return posted if posted in request.brand.currencies else opened.currency if opened else request.brand.currency


def _method(method_id: str) -> ShippingMethod:
    try:
        return ShippingMethod.by_public_id(method_id)
    except ShippingMethod.DoesNotExist:
        raise ShippingMethodNotFound from None
