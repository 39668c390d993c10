"""Forms of the pages: delivery address, sign-in, refunds, shipping.

Not here: pieces of an order (parcel_forms), and what forms start (services).
"""

from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext_lazy as _

from checkout.models import Order, Payment, ShippingMethod, TaxRate
from checkout.services.orders import Buyer
from kernel.countries import country_name
from kernel.money import Money


def country_names(codes: list[str]) -> list[tuple[str, str]]:
    """(code, name in the active language), by name."""
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])


def money_field(label: str, currency: str, *, help_text: str, required: bool = True) -> forms.DecimalField:
    """An amount as people write it; more decimals than the currency has are refused, not rounded."""
    exponent = Money(0, currency).exponent
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=exponent,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": str(Decimal(1).scaleb(-exponent))}),
    )


def minor_of(amount: Decimal, currency: str) -> int:
    """Minor units of a checked amount."""
    return int(amount.scaleb(Money(0, currency).exponent))


def written(minor: int, currency: str) -> Decimal:
    """Minor units as people write the amount into a field."""
    return Decimal(minor).scaleb(-Money(0, currency).exponent)


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
    region = forms.CharField(
        label=_("State or region"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
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
    """An amount in the order's own currency, with its own number of decimals; and what was on its way
    back already when the form was shown."""

    field_order = ["amount", "reason", "restock"]

    reason = forms.CharField(label="Why", max_length=200)
    restock = forms.BooleanField(label="Put the pieces back on sale", required=False)
    reserved = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = order.refundable
        hint = f"{left.formatted} can still be refunded."
        self.fields["amount"] = money_field("Amount", left.currency, help_text=hint)
        self.fields["amount"].initial = written(left.minor, left.currency)
        paid_by = order.payments.filter(status=Payment.Status.CAPTURED, is_late=False).first()
        self.fields["reserved"].initial = paid_by.reserved_minor if paid_by else 0
        self.order_fields(self.field_order)
        self._currency = left.currency

    @property
    def minor(self) -> int:
        return minor_of(self.cleaned_data["amount"], self._currency)


class CancelForm(forms.Form):
    """Stands beside the refund's form on one page; ids of its own keep its label on its field."""

    reason = forms.CharField(label="Why", max_length=200, help_text="The buyer reads this.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "cancel_%s")
        super().__init__(*args, **kwargs)


class ShippingForm(forms.Form):
    """One way of delivery, with prices as people write them."""

    field_order = ["name", "countries", "currency", "price", "free_over", "days_min", "days_max", "is_active"]

    name = forms.CharField(label="Name", max_length=80)
    countries = forms.CharField(label="Countries", help_text="Two letters each, with spaces: DE FR NL")
    days_min = forms.IntegerField(label="Days, at least", min_value=0, max_value=90)
    days_max = forms.IntegerField(label="Days, at most", min_value=0, max_value=90)
    is_active = forms.BooleanField(label="Offered", required=False, initial=True)

    def __init__(self, *args: Any, currency: str, currencies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        hint = "It is offered to buyers who pay in this one."
        self.fields["currency"] = forms.ChoiceField(
            label="Currency", choices=[(code, code) for code in currencies], initial=currency, help_text=hint
        )
        self.fields["price"] = money_field("Price", currency, help_text=f"In {currency}.")
        hint = f"In {currency}. Empty: never free."
        self.fields["free_over"] = money_field("Free from", currency, help_text=hint, required=False)
        self.order_fields(self.field_order)

    @staticmethod
    def initial_of(method: ShippingMethod) -> dict[str, Any]:
        free_over = method.free_over_minor
        return {
            "name": method.name,
            "countries": " ".join(method.countries),
            "price": written(method.price_minor, method.currency),
            "free_over": written(free_over, method.currency) if free_over is not None else None,
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
        return Money(minor_of(amount, self.currency), self.currency)


class TaxForm(forms.Form):
    country = forms.RegexField(r"^[A-Za-z]{2}$", label="Country", help_text="Two letters.")
    region = forms.CharField(
        label="State or region", max_length=40, required=False, help_text="As buyers write it: NY. Empty: the country."
    )
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
            "region": data["region"],
            "basis_points": int(data["percent"] * 100),
            "included": data["included"],
        }
