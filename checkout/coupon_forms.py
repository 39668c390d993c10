"""The studio's form of a coupon: amounts as people write them, times on the brand's clock.

Not here: what a coupon may be (services/coupons).
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from checkout.forms import minor_of, written
from checkout.models import Coupon
from checkout.services.coupons import CouponTerms
from kernel import ids

_WHEN = "%Y-%m-%dT%H:%M"


def _moment(label: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format=_WHEN)
    return forms.DateTimeField(label=label, required=False, widget=widget)


def _amount(label: str, hint: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=hint, required=False, min_value=Decimal(0), max_digits=12, decimal_places=3
    )


class CouponForm(forms.Form):
    """One form for every kind; what the kind does not need stays empty."""

    code = forms.CharField(
        label="Code", max_length=40, help_text="Letters, figures and hyphens. Buyers may type it in any case.",
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label="What it does", choices=Coupon.Kind.choices)
    percent = forms.DecimalField(
        label="Percent", required=False, min_value=Decimal(0), max_value=Decimal(100), decimal_places=2
    )
    currency = forms.ChoiceField(
        label="Currency", required=False, help_text="Of the amounts below. Empty: it counts in every currency."
    )
    amount = _amount("Amount", "For an amount off.")
    minimum = _amount("Goods of at least", "Empty: any.")
    most_uses = forms.IntegerField(label="Times in all", required=False, min_value=1, help_text="Empty: no limit.")
    most_per_person = forms.IntegerField(
        label="Times a person", required=False, min_value=1, help_text="By e-mail address, device and account."
    )
    starts_at = _moment("From")
    ends_at = _moment("Until")
    products = forms.MultipleChoiceField(
        label="Only for these products", required=False, help_text="None chosen: for all.",
        widget=forms.SelectMultiple({"size": 6}),
    )  # fmt: skip
    is_active = forms.BooleanField(label="Counts", required=False, initial=True)

    def __init__(
        self, *args: Any, currencies: list[str], products: list[tuple[str, str]], coupon: Coupon | None, **kwargs: Any
    ) -> None:
        if coupon is not None:
            kwargs["initial"] = _initial(coupon)
        super().__init__(*args, **kwargs)
        known = list(dict.fromkeys([*currencies, *([coupon.currency] if coupon and coupon.currency else [])]))
        for name, choices in (("currency", [("", "Any"), *((one, one) for one in known)]), ("products", products)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("amount", "minimum"):
            if data.get(name) and not data.get("currency"):
                self.add_error("currency", "An amount needs its currency.")
            elif data.get(name) and written(minor_of(data[name], data["currency"]), data["currency"]) != data[name]:
                self.add_error(name, f"{data['currency']} has fewer decimals.")
        return data

    def terms(self) -> CouponTerms:
        """As `save_coupon` takes them; what another kind would need is left out."""
        data = self.cleaned_data
        kind, currency = data["kind"], data["currency"]

        def minor(name: str) -> int:
            return minor_of(data[name], currency) if data[name] else 0

        return CouponTerms(
            code=data["code"],
            kind=kind,
            basis_points=int((data["percent"] or 0) * 100) if kind == Coupon.Kind.PERCENT else 0,
            amount_minor=minor("amount") if kind == Coupon.Kind.AMOUNT else 0,
            minimum_minor=minor("minimum"),
            currency=currency,
            most_uses=data["most_uses"],
            most_per_person=data["most_per_person"],
            product_ids=[ids.parse_public_id("prd", text) for text in data["products"]],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            is_active=data["is_active"],
        )


def _initial(coupon: Coupon) -> dict[str, Any]:
    def money(minor: int) -> Decimal | None:
        return written(minor, coupon.currency) if minor else None

    return {
        "code": coupon.code,
        "kind": coupon.kind,
        "percent": Decimal(coupon.basis_points) / 100 if coupon.basis_points else None,
        "currency": coupon.currency,
        "amount": money(coupon.amount_minor),
        "minimum": money(coupon.minimum_minor),
        "most_uses": coupon.most_uses,
        "most_per_person": coupon.most_per_person,
        "starts_at": timezone.localtime(coupon.starts_at) if coupon.starts_at else None,
        "ends_at": timezone.localtime(coupon.ends_at) if coupon.ends_at else None,
        "products": [ids.public_id("prd", product_id) for product_id in coupon.product_ids],
        "is_active": coupon.is_active,
    }
