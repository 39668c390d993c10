"""/studio/products/<id>/prices/: what each variant costs in each currency, and its flash prices.

Not here: the prices of a show (streams) and the rules (services).
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from catalog.errors import SpecialPriceNotFound
from catalog.forms import MoneyField
from catalog.models import Product, SpecialPrice, Variant
from catalog.services.prices import set_price
from catalog.services.special_prices import close_special_price, open_special_price, plan_special_price
from catalog.views.studio_products import product_by_id
from kernel.errors import InvalidInput, NotFound, Problem
from kernel.money import Money
from tenants.api.actors import actor_of
from tenants.models import Role
from tenants.studio import StudioRequest, member_required

_FIELDS = {"compare_at_minor": "compare_at", "price_minor": "minor", "run_seconds": "minutes"}


def _moment(label: str, hint: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=hint, required=False, widget=widget)


class OnePriceForm(forms.Form):
    """One variant in one currency."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minor"] = MoneyField(currency, label=f"Price, {currency}")
        self.fields["compare_at"] = MoneyField(currency, label="Struck-out price", required=False)


class FlashForm(forms.Form):
    """A flash price that holds everywhere."""

    field_order = ["variant", "minor", "minutes", "starts_at", "ends_at"]

    variant = forms.ChoiceField(label="Variant and currency")
    minutes = forms.DecimalField(label="Runs for, in minutes", required=False, min_value=0, decimal_places=2)
    starts_at = _moment("Opens by itself at", "Empty: you open it by hand.")
    ends_at = _moment("Ends at", "Or the minutes, not both.")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = "Below the ordinary price. Viewers see it with the lowest price of 30 days."
        self.fields["minor"] = MoneyField(currency, label="Price", help_text=hint)
        variant = self.fields["variant"]
        assert isinstance(variant, forms.ChoiceField)
        variant.choices = choices
        self.order_fields(self.field_order)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(role=Role.HOST)
def prices(request: StudioRequest, product_id: str) -> HttpResponseBase:
    """`act` is set, flash, open or close; each posts one form, then the page again."""
    row = product_by_id(product_id)
    act = request.POST.get("act", "")
    if act in ("open", "close"):
        return _step(request, row, act)
    changed = _set(request, row) if act == "set" else None
    flash = _plan(request, row) if act == "flash" else None
    if act and (changed is None or not changed[1].errors) and (flash is None or not flash.errors):
        messages.success(request, "Saved.")
        return redirect("studio-product-prices", row.public_id)
    return _page(request, row, changed, flash)


def _set(request: StudioRequest, row: Product) -> tuple[str, OnePriceForm]:
    variant, currency = _cell(request, row)
    key = f"{variant.public_id}-{currency}"
    form = OnePriceForm(request.POST, currency=currency, prefix=key)
    if form.is_valid():
        fields = form.cleaned_data
        _put(
            form,
            lambda: set_price(
                variant_id=variant.pk,
                price=Money(fields["minor"], currency),
                compare_at_minor=fields["compare_at"],
                actor=actor_of(request),
            ),
        )
    return key, form


def _plan(request: StudioRequest, row: Product) -> FlashForm:
    variant, currency = _cell(request, row)
    form = _flash_form(request, row, request.POST, currency)
    if form.is_valid():
        fields = form.cleaned_data
        _put(
            form,
            lambda: plan_special_price(
                variant_id=variant.pk,
                kind=SpecialPrice.Kind.FLASH,
                price=Money(fields["minor"], currency),
                starts_at=fields["starts_at"],
                ends_at=fields["ends_at"],
                run_seconds=round(fields["minutes"] * 60) if fields["minutes"] else None,
                actor=actor_of(request),
            ),
        )
    return form


def _step(request: StudioRequest, row: Product, act: str) -> HttpResponseBase:
    try:
        special = SpecialPrice.by_public_id(request.POST.get("price", ""))
    except SpecialPrice.DoesNotExist:
        raise SpecialPriceNotFound from None
    if special.variant.product_id != row.pk:
        raise SpecialPriceNotFound
    step = open_special_price if act == "open" else close_special_price
    try:
        step(price_id=special.pk, actor=actor_of(request))
    except Problem as problem:
        messages.error(request, problem.detail)
    return redirect("studio-product-prices", row.public_id)


def _put(form: forms.Form, act: Any) -> None:
    """Do it, or let the refusal stand at its field."""
    try:
        act()
    except Problem as problem:
        name = _FIELDS.get(problem.param, problem.param)
        form.add_error(name if name in form.fields else None, problem.detail)


def _cell(request: StudioRequest, row: Product) -> tuple[Variant, str]:
    """The variant and the currency that a form is about: `var_…:EUR`."""
    name, _, currency = request.POST.get("variant", "").partition(":")
    variant = next((one for one in row.variants.all() if one.public_id == name), None)
    if variant is None:
        raise NotFound
    if currency not in request.brand.currencies:
        raise InvalidInput(param="currency", reason=f"Choose from {', '.join(request.brand.currencies)}.")
    return variant, currency


def _flash_form(request: StudioRequest, row: Product, data: Any = None, currency: str = "") -> FlashForm:
    choices = [
        (f"{variant.public_id}:{price.currency}", f"{variant.name or variant.sku}, {price.currency}")
        for variant in row.variants.prefetch_related("prices")
        for price in variant.prices.all()
        if price.currency in request.brand.currencies
    ]
    return FlashForm(data, choices=choices, currency=currency or request.brand.currency, auto_id="flash-%s")


def _page(
    request: StudioRequest, row: Product, changed: tuple[str, OnePriceForm] | None, flash: FlashForm | None
) -> HttpResponseBase:
    cells = []
    for variant in row.variants.prefetch_related("prices"):
        known = {price.currency: price for price in variant.prices.all()}
        for currency in request.brand.currencies:
            key = f"{variant.public_id}-{currency}"
            price = known.get(currency)
            initial = {"minor": price.minor, "compare_at": price.compare_at_minor} if price else {}
            form = changed[1] if changed and changed[0] == key else None
            cells.append(
                {
                    "variant": variant,
                    "currency": currency,
                    "form": form or OnePriceForm(initial=initial, currency=currency, prefix=key),
                }
            )
    specials = SpecialPrice.objects.filter(variant__product=row).exclude(status="closed")
    context = {
        "product": row,
        "cells": cells,
        "specials": specials.select_related("variant").order_by("pk"),
        "flash": flash or _flash_form(request, row),
    }
    faulty = bool((changed and changed[1].errors) or (flash and flash.errors))
    return render(request, "studio/products/prices.html", context, status=422 if faulty else 200)
