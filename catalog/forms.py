"""The studio's forms around products and stock.

Not here: the rules; services refuse, and the refusal stands at its field.
"""

from decimal import Decimal
from typing import Any

from django import forms

from catalog.models import Product
from kernel.money import Money

_SKU = forms.TextInput({"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"})


class ProductForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120)
    detail = forms.CharField(
        label="One short line", max_length=120, required=False, help_text="Shown under the name: 30 ml."
    )
    description = forms.CharField(
        label="Text",
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 6}),
        help_text="Plain text or simple HTML.",
    )
    collections = forms.CharField(
        label="Collections", max_length=400, required=False, help_text="Names with commas between them: Winter, Gifts."
    )
    status = forms.ChoiceField(
        label="State",
        choices=[(Product.Status.DRAFT, "Draft, seen by nobody"), (Product.Status.ACTIVE, "On sale")],
    )

    def fields_for_service(self) -> dict[str, Any]:
        """The cleaned values as create_product and update_product take them."""
        return {**self.cleaned_data, "collections": self.cleaned_data["collections"].split(",")}


class MoneyField(forms.DecimalField):
    """An amount in the brand's currency, cleaned to minor units."""

    def __init__(self, currency: str = "EUR", **kwargs: Any) -> None:
        self.exponent = Money(0, currency).exponent
        super().__init__(max_digits=9, decimal_places=self.exponent, min_value=Decimal(0), **kwargs)

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace(",", ".")
        amount = super().clean(value)
        return None if amount is None else int(amount.scaleb(self.exponent))

    def prepare_value(self, value: Any) -> Any:
        """Minor units of the row become the amount that people read."""
        return str(Decimal(value).scaleb(-self.exponent)) if isinstance(value, int) else value


class VariantForm(forms.Form):
    sku = forms.CharField(label="Code (SKU)", max_length=60, widget=_SKU)
    name = forms.CharField(label="Variant", max_length=60, required=False, help_text="Empty when there is one only.")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minor"] = MoneyField(currency, label=f"Price, {currency}")
        self.fields["compare_at_minor"] = MoneyField(
            currency, label="Struck-out price", required=False, help_text="The price before a reduction."
        )


class NewVariantForm(VariantForm):
    stock = forms.IntegerField(label="Units", min_value=0, max_value=1_000_000, initial=0, required=False)


class ReceiveForm(forms.Form):
    quantity = forms.IntegerField(label="Units that arrived", min_value=1, max_value=1_000_000)
    reference = forms.CharField(
        label="Reference", max_length=120, required=False, help_text="A delivery note, for the journal."
    )


class CorrectForm(forms.Form):
    total = forms.IntegerField(
        label="Units in all",
        min_value=0,
        max_value=1_000_000,
        help_text="As counted, with those that are held and sold.",
    )
    reason = forms.CharField(label="Why", max_length=120)


class ImageForm(forms.Form):
    file = forms.FileField(
        label="Picture",
        widget=forms.ClearableFileInput({"accept": "image/jpeg,image/png,image/webp"}),
        help_text="JPEG, PNG or WebP, at most 20 MB.",
    )
    alt = forms.CharField(
        label="What it shows", max_length=200, required=False, help_text="Read out to those who do not see it."
    )


class ImportForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
        help_text="UTF-8, at most 2 MB and 5,000 rows.",
    )
