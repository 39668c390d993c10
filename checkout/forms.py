"""Forms of the pages: delivery address, sign-in, refunds, parcels, shipping.

Not here: what they start (services).
"""

from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from checkout.models import Order, ShippingMethod, TaxRate
from checkout.services.orders import Buyer
from kernel.money import Money


def country_names(codes: list[str]) -> list[tuple[str, str]]:
    """(code, name in the active language), by name."""
    territories = Locale.parse(to_locale(get_language())).territories
    return sorted(((code, territories.get(code, code)) for code in codes), key=lambda pair: pair[1])


class AddressForm(forms.Form):
    """Who buys and where it goes. Each field says to the browser what it is."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    )
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    line1 = forms.CharField(
        label=_("Street and number"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "address-line1"})
    )
    line2 = forms.CharField(
        label=_("Flat, floor or company"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    postal_code = forms.CharField(
        label=_("Postal code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "postal-code"})
    )
    city = forms.CharField(
        label=_("City"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    country = forms.ChoiceField(label=_("Country"), widget=forms.Select(attrs={"autocomplete": "country"}))

    def __init__(self, *args: Any, countries: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_names(countries)  # type: ignore[attr-defined]

    def buyer(self, language: str) -> Buyer:
        data = self.cleaned_data
        return Buyer(**{**data, "email": data["email"].strip().lower(), "language": language})


class EmailForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class CodeForm(forms.Form):
    email = forms.EmailField(widget=forms.HiddenInput)
    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=_("Code from the mail"),
        error_messages={"invalid": _("The code has six digits.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 8}),
    )


class RefundForm(forms.Form):
    """An amount in the order's own currency, with its own number of decimals."""

    amount = forms.DecimalField(label="Amount", min_value=Decimal(0))
    reason = forms.CharField(label="Why", max_length=200)
    restock = forms.BooleanField(label="Put the pieces back on sale", required=False)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        exponent = order.total.exponent
        super().__init__(*args, **kwargs)
        field = self.fields["amount"]
        field.initial = Decimal(order.refundable.minor).scaleb(-exponent)
        field.decimal_places = exponent  # type: ignore[attr-defined]
        field.widget.attrs |= {"inputmode": "decimal", "step": str(Decimal(1).scaleb(-exponent))}
        field.help_text = f"{order.refundable.formatted} can still be refunded."
        self._exponent = exponent

    @property
    def minor(self) -> int:
        return int(self.cleaned_data["amount"].scaleb(self._exponent).to_integral_value())


class ParcelForm(forms.Form):
    tracking = forms.CharField(
        label="Tracking number or link", max_length=200, required=False, help_text="The buyer gets it by mail."
    )


class CancelForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=200, help_text="The buyer reads this.")


class ShippingForm(forms.Form):
    """One way of delivery, with prices as people write them."""

    name = forms.CharField(label="Name", max_length=80)
    countries = forms.CharField(label="Countries", help_text="Two letters each, with spaces: DE FR NL")
    price = forms.DecimalField(label="Price", min_value=Decimal(0), max_value=Decimal(100000))
    free_over = forms.DecimalField(
        label="Free from", min_value=Decimal(0), max_value=Decimal(10_000_000), required=False
    )
    days_min = forms.IntegerField(label="Days, at least", min_value=0, max_value=90)
    days_max = forms.IntegerField(label="Days, at most", min_value=0, max_value=90)
    is_active = forms.BooleanField(label="Offered", required=False, initial=True)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for name in ("price", "free_over"):
            self.fields[name].decimal_places = Money(0, currency).exponent  # type: ignore[attr-defined]
            self.fields[name].help_text = f"In {currency}."

    @staticmethod
    def initial_of(method: ShippingMethod) -> dict[str, Any]:
        exponent = method.price.exponent
        free_over = method.free_over_minor
        return {
            "name": method.name,
            "countries": " ".join(method.countries),
            "price": Decimal(method.price_minor).scaleb(-exponent),
            "free_over": Decimal(free_over).scaleb(-exponent) if free_over is not None else None,
            "days_min": method.days_min,
            "days_max": method.days_max,
            "is_active": method.is_active,
        }

    def clean_countries(self) -> list[str]:
        codes = sorted(set(self.cleaned_data["countries"].upper().replace(",", " ").split()))
        known = Locale("en").territories
        strange = [code for code in codes if len(code) != 2 or not code.isalpha() or code not in known]
        if strange or not codes:
            raise forms.ValidationError(f"Not a country's two letters: {', '.join(strange) or 'nothing'}.")
        return codes

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("days_min") is not None and (data.get("days_max") or 0) < data["days_min"]:
            self.add_error("days_max", "Not fewer than the least.")
        return data

    def values(self) -> dict[str, Any]:
        """As `save_method` takes them."""
        data = self.cleaned_data
        free_over = data["free_over"]
        return {
            "name": data["name"],
            "countries": data["countries"],
            "price": self._money(data["price"]),
            "free_over": self._money(free_over) if free_over else None,
            "days": (data["days_min"], data["days_max"]),
            "is_active": data["is_active"],
        }

    def _money(self, amount: Decimal) -> Money:
        scaled = amount.scaleb(Money(0, self.currency).exponent)
        return Money(int(scaled.to_integral_value()), self.currency)


class TaxForm(forms.Form):
    country = forms.RegexField(r"^[A-Za-z]{2}$", label="Country", help_text="Two letters.")
    percent = forms.DecimalField(label="Rate, %", min_value=Decimal(0), max_value=Decimal("99.99"), decimal_places=2)
    included = forms.BooleanField(label="Prices include it", required=False)

    @staticmethod
    def initial_of(rate: TaxRate) -> dict[str, Any]:
        percent = Decimal(rate.basis_points) / 100
        return {"country": rate.country, "percent": percent, "included": rate.included}

    def values(self) -> dict[str, Any]:
        """As `save_tax_rate` takes them."""
        data = self.cleaned_data
        return {
            "country": data["country"].upper(),
            "basis_points": int(data["percent"] * 100),
            "included": data["included"],
        }
