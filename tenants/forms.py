"""Forms of the platform's site and of Theme and Settings: shape and widgets.

Not here: the rules. Services refuse with a Problem, which `blame` shows at its field.
"""

import zoneinfo
from typing import TYPE_CHECKING, Any, ClassVar

from babel import Locale
from django import forms
from django.conf import settings

from kernel.errors import Problem
from kernel.money import CURRENCIES
from tenants.models import Brand, Role
from tenants.models.theme import FONTS
from tenants.services.api_keys import SCOPES

FONT_NAMES = {
    "house": "House: Hanken Grotesk",
    "editorial": "Editorial: Newsreader",
    "sturdy": "Sturdy: Archivo",
    "neutral": "Neutral: Inter",
    "classic": "Classic: Source Serif",
    "friendly": "Friendly: Figtree",
    "technical": "Technical: IBM Plex Sans",
    "gallery": "Gallery: Instrument Sans",
}
_CURRENCY_NAMES = Locale("en").currencies
_COUNTRIES = sorted(
    ((code, str(name)) for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()),
    key=lambda country: country[1],
)


def blame(form: forms.BaseForm, problem: Problem) -> None:
    """Show a refusal at the field it is about, or above the form."""
    form.add_error(problem.param if problem.param in form.fields else None, problem.detail)


class NewBrandForm(forms.Form):
    """Another brand for somebody who is signed in."""

    name = forms.CharField(
        label="Name of the brand", max_length=80, widget=forms.TextInput({"autocomplete": "organization"})
    )
    slug = forms.CharField(
        label="Address",
        max_length=40,
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
        help_text="3 to 40 letters a–z, digits and hyphens. Your own domain can come later.",
    )

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        return slug.strip().lower()


class SignUpForm(NewBrandForm):
    email = forms.EmailField(label="Your e-mail", widget=forms.EmailInput({"autocomplete": "email"}))
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}, render_value=True),
        help_text="At least 10 characters. A short sentence is easy to keep.",
    )


class JoinForm(forms.Form):
    """The account of somebody who was invited."""

    name = forms.CharField(label="Your name", max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least 10 characters.",
    )


class ThemeForm(forms.Form):
    accent = forms.CharField(label="Accent", max_length=7, widget=forms.TextInput({"spellcheck": "false"}))
    surface = forms.CharField(label="Surface", max_length=7, widget=forms.TextInput({"spellcheck": "false"}))
    ink = forms.CharField(label="Ink", max_length=7, widget=forms.TextInput({"spellcheck": "false"}))
    font = forms.ChoiceField(label="Font", choices=[(key, FONT_NAMES[key]) for key in FONTS])
    radius = forms.IntegerField(label="Corners", min_value=0, max_value=16, help_text="Pixels, 0 to 16.")

    colours: ClassVar = ("accent", "surface", "ink")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.colours:
            if name in cleaned:
                cleaned[name] = cleaned[name].strip().lower()
        return cleaned


class LogoForm(forms.Form):
    kind = forms.ChoiceField(
        label="Which", choices=[("logo", "Logo by day"), ("logo_night", "Logo by night"), ("mark", "Square mark")]
    )
    file = forms.FileField(
        label="File",
        widget=forms.ClearableFileInput({"accept": "image/png,image/webp,image/jpeg"}),
        help_text="PNG, WebP or JPEG, at most 2 MB. A transparent ground is kept.",
    )


class InviteForm(forms.Form):
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput({"autocomplete": "off"}))
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.HOST)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class DomainForm(forms.Form):
    name = forms.CharField(
        label="Domain",
        max_length=253,
        widget=forms.TextInput({"placeholder": "live.example.com", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ApiKeyForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60, help_text="Who uses it: Warehouse, Website.")
    scopes = forms.MultipleChoiceField(
        label="May", choices=[(scope, scope) for scope in SCOPES], widget=forms.CheckboxSelectMultiple
    )


# Only the type checker may subscript it; at run time Django's class takes no parameter.
if TYPE_CHECKING:
    _BrandModelForm = forms.ModelForm[Brand]
else:
    _BrandModelForm = forms.ModelForm


class BrandForm(_BrandModelForm):
    currency = forms.ChoiceField(
        label="Currency", choices=[(code, f"{code}, {_CURRENCY_NAMES[code]}") for code in CURRENCIES]
    )
    other_currencies = forms.MultipleChoiceField(
        label="Also sold in",
        required=False,
        choices=[(code, f"{code}, {_CURRENCY_NAMES[code]}") for code in CURRENCIES],
        widget=forms.SelectMultiple({"size": 5}),
        help_text="Buyers choose. A product is sold in a currency once it has a price in it, and delivery too.",
    )
    language = forms.ChoiceField(label="Language", choices=settings.LANGUAGES)
    country = forms.ChoiceField(label="Country", choices=_COUNTRIES)
    time_zone = forms.ChoiceField(
        label="Time zone", choices=[(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones())]
    )

    class Meta:
        model = Brand
        fields = ("name", "contact_email", "country", "currency", "other_currencies", "language", "time_zone")
        labels: ClassVar = {"name": "Name", "contact_email": "Contact for buyers"}
