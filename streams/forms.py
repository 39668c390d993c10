"""Forms of the studio's show pages. They check spelling; the services check the rules.

Not here: the API's shapes (api/shapes).
"""

import datetime as dt
import zoneinfo
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from catalog.forms import MoneyField
from catalog.selectors.choices import DropChoice
from kernel import clock
from kernel.money import Money
from streams.models import CueKind, Orientation, Show, ShowStatus, Visibility
from streams.services.show_drops import DropTerms

_PLACES = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
LOBBY_CHOICES = [(0, "At the start"), (15, "15 min before"), (30, "30 min before"), (60, "1 hour before")]
WINDOW_CHOICES = [(20, "20 s"), (60, "1 min"), (180, "3 min"), (600, "10 min"), (1800, "30 min")]


def zone_choices() -> list[tuple[str, str]]:
    names = sorted(name for name in zoneinfo.available_timezones() if name.startswith(_PLACES))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def _with_current(choices: list[tuple[int, str]], value: int | None, unit: str) -> list[tuple[int, str]]:
    """The usual choices, and whatever an API call has set."""
    if value is None or value in dict(choices):
        return choices
    return sorted([*choices, (value, f"{value} {unit}")])


class ShowForm(forms.Form):
    """Day and time are on the clock of the chosen zone; `starts_at` joins them."""

    title = forms.CharField(label="Title", max_length=120)
    day = forms.DateField(label="Day", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label="Start", required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    time_zone = forms.ChoiceField(label="Time zone", choices=zone_choices)
    duration_minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=720, initial=45)
    subtitle = forms.CharField(label="In one line", max_length=200, required=False)
    host_name = forms.CharField(label="Host", max_length=80, required=False)
    description = forms.CharField(
        label="About", max_length=10_000, required=False, widget=forms.Textarea({"rows": 5}),
        help_text="Plain text. An empty line begins a paragraph.",
    )  # fmt: skip
    slug = forms.CharField(
        label="Address", max_length=80, required=False, help_text="/live/…/. Made from the title when left empty."
    )
    visibility = forms.ChoiceField(label="Who may watch", choices=Visibility.choices)
    orientation = forms.ChoiceField(label="Picture", choices=Orientation.choices)
    lobby_minutes = forms.TypedChoiceField(label="Lobby opens", choices=LOBBY_CHOICES, coerce=int, initial=15)
    reconnect_seconds = forms.TypedChoiceField(
        label="If the picture is lost", choices=WINDOW_CHOICES, coerce=int, initial=60,
        help_text="How long the show waits for it before it ends.",
    )  # fmt: skip
    poster = forms.FileField(
        label="Poster", required=False, help_text="JPEG, PNG or WebP, at most 10 MB.",
        widget=forms.ClearableFileInput({"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip

    def __init__(self, *args: Any, show: Show | None = None, **kwargs: Any) -> None:
        if show is not None:
            kwargs["initial"] = {**_initial(show), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self._is_published = show is not None and show.status != ShowStatus.DRAFT
        lobby, window = self.fields["lobby_minutes"], self.fields["reconnect_seconds"]
        assert isinstance(lobby, forms.TypedChoiceField)
        assert isinstance(window, forms.TypedChoiceField)
        lobby.choices = _with_current(LOBBY_CHOICES, show.lobby_minutes if show else None, "min before")
        window.choices = _with_current(WINDOW_CHOICES, show.reconnect_seconds if show else None, "s")

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        day, time = fields.get("day"), fields.get("time")
        if bool(day) != bool(time):
            self.add_error("time" if day else "day", "A date needs a day and a time.")
        elif not day and self._is_published and not self.errors.keys() & {"day", "time"}:
            self.add_error("day", "The date is published. Choose another, or make the show a draft again first.")
        if day and not 2000 <= day.year < 2200:  # beyond, not every zone has such a moment
            self.add_error("day", "Choose a day between 2000 and 2199.")
        fields["starts_at"] = None
        if day and time and fields.get("time_zone") and not self.errors.get("day"):
            zone = zoneinfo.ZoneInfo(fields["time_zone"])
            fields["starts_at"] = dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)
        return fields


class LineUpAddForm(forms.Form):
    variant = forms.ChoiceField(label="Product")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["variant"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class CueForm(forms.Form):
    """One form for all kinds; what the kind does not need stays empty."""

    kind = forms.ChoiceField(label="What", choices=CueKind.choices)
    title = forms.CharField(label="Title", max_length=120)
    minute = forms.DecimalField(label="At minute", min_value=0, max_value=1440, decimal_places=1, initial=0)
    variant = forms.ChoiceField(label="Product, for a pin", required=False)
    drop = forms.ChoiceField(label="Drop, for a drop", required=False)
    special = forms.ChoiceField(label="Price, for a flash price", required=False)
    question = forms.CharField(label="Question, for a poll", max_length=500, required=False)
    answers = forms.CharField(
        label="Answers, one a line", required=False, widget=forms.Textarea({"rows": 3}), max_length=600
    )
    seconds = forms.IntegerField(label="Poll runs, in seconds", min_value=10, max_value=600, initial=60, required=False)

    def __init__(
        self,
        *args: Any,
        variants: list[tuple[str, str]],
        drops: list[tuple[str, str]],
        prices: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("variant", variants), ("drop", drops), ("special", prices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "None"), *choices]

    def payload(self) -> dict[str, Any]:
        """What the cue's kind needs of the fields."""
        fields = self.cleaned_data
        match fields["kind"]:
            case CueKind.PIN:
                return {"variant_id": fields["variant"]}
            case CueKind.DROP:
                return {"drop_id": fields["drop"]}
            case CueKind.FLASH:
                return {"price_id": fields["special"]}
            case CueKind.POLL:
                answers = [line.strip() for line in fields["answers"].splitlines() if line.strip()]
                return {"question": fields["question"], "answers": answers, "seconds": fields["seconds"] or 60}
        return {}


class DropForm(forms.Form):
    """A drop's terms; `variant` is only asked of a new one. `opens_at` is on the clock of the show's zone,
    which the view has put in force."""

    title = forms.CharField(label="Name", max_length=120)
    units = forms.IntegerField(label="Units", min_value=1, max_value=1_000_000)
    per_buyer = forms.IntegerField(label="Per buyer", min_value=1, max_value=1000, initial=1)
    opens = forms.ChoiceField(
        label="Opens", choices=[("hand", "By hand, or by its cue"), ("time", "By itself, at a time")]
    )
    opens_at = forms.DateTimeField(
        label="At", required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    minutes = forms.DecimalField(
        label="Runs for, in minutes", required=False, min_value=Decimal("0.17"), max_value=7 * 1440, decimal_places=2,
        help_text="Empty: until it is sold out or you close it.",
    )  # fmt: skip
    mode = forms.ChoiceField(
        label="Who gets one",
        required=False,
        initial="first_come",
        choices=[
            ("first_come", "First come: who taps first"),
            ("window", "Window: all who tap in the first seconds have the same chance"),
            ("draw", "Draw: people enter until it opens, then it is drawn for all to check"),
        ],
        help_text="A draw can be entered from when you announce it.",
    )
    window_seconds = forms.IntegerField(
        label="Window, in seconds", required=False, min_value=3, max_value=600, help_text="For a window: 3 to 600."
    )

    def __init__(
        self,
        *args: Any,
        currency: str,
        variants: list[tuple[str, str]] | None = None,
        drop: DropChoice | None = None,
        **kwargs: Any,
    ) -> None:
        if drop is not None:
            kwargs["initial"] = _drop_initial(drop)
        super().__init__(*args, **kwargs)
        self.currency = drop.price.currency if drop else currency
        self.fields["price"] = MoneyField(self.currency, label=f"Price, {self.currency}")
        if variants is not None:
            self.fields["variant"] = forms.ChoiceField(label="Product", choices=variants)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if fields.get("opens") == "hand":
            fields["opens_at"] = None
        elif "opens_at" in fields and not self.errors.get("opens_at"):
            if fields["opens_at"] is None:
                self.add_error("opens_at", "Choose the day and the time at which it opens.")
            elif fields["opens_at"] <= clock.now():
                self.add_error("opens_at", "That is over. Choose a time to come.")
        if fields.get("mode") != "window":
            fields["window_seconds"] = None
        elif not self.errors.get("window_seconds") and not fields.get("window_seconds"):
            self.add_error("window_seconds", "Enter how many seconds count as the same moment, like 20.")
        return fields

    def terms(self) -> DropTerms:
        fields = self.cleaned_data
        return DropTerms(
            title=fields["title"],
            units=fields["units"],
            price=Money(fields["price"], self.currency),
            per_buyer=fields["per_buyer"],
            opens_at=fields["opens_at"],
            run_seconds=round(fields["minutes"] * 60) if fields["minutes"] else None,
            mode=fields["mode"] or "first_come",
            window_seconds=fields["window_seconds"],
        )


class PriceForm(forms.Form):
    """A show price or a flash price of one product in the line-up."""

    field_order = ["variant", "kind", "price", "minutes"]

    variant = forms.ChoiceField(label="Product")
    kind = forms.ChoiceField(
        label="Which",
        choices=[("show", "Show price: while the show is live"), ("flash", "Flash price: by hand or by its cue")],
    )
    minutes = forms.DecimalField(
        label="A flash price runs for, in minutes", required=False, min_value=Decimal("0.17"), max_value=7 * 1440,
        decimal_places=2, help_text="Empty: until you close it, or the show ends.",
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, variants: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        hint = "Below the ordinary price. Viewers see it with the lowest price of 30 days."
        self.fields["price"] = MoneyField(currency, label=f"Price, {currency}", help_text=hint)
        variant = self.fields["variant"]
        assert isinstance(variant, forms.ChoiceField)
        variant.choices = variants
        self.order_fields(self.field_order)

    def terms(self) -> dict[str, Any]:
        """As `plan_show_price` takes them."""
        fields = self.cleaned_data
        minutes = fields["minutes"] if fields["kind"] == "flash" else None
        return {
            "kind": fields["kind"],
            "price": Money(fields["price"], self.currency),
            "run_seconds": round(minutes * 60) if minutes else None,
        }


def _drop_initial(drop: DropChoice) -> dict[str, Any]:
    return {
        "title": drop.title,
        "units": drop.units,
        "price": drop.price.minor,
        "per_buyer": drop.per_buyer,
        "opens": "time" if drop.opens_at else "hand",
        "opens_at": timezone.localtime(drop.opens_at) if drop.opens_at else None,
        "minutes": _minutes(drop.run_seconds) if drop.run_seconds else None,
        "mode": drop.mode,
        "window_seconds": drop.window_seconds,
    }


def _minutes(seconds: int) -> Decimal:
    """10 stays 10, and 90 seconds are 1.5."""
    return Decimal(str(round(seconds / 60, 2)).removesuffix(".0"))


def _initial(show: Show) -> dict[str, Any]:
    start = show.local_start
    names = (
        "title", "time_zone", "duration_minutes", "subtitle", "host_name", "description", "slug", "visibility",
        "orientation", "lobby_minutes", "reconnect_seconds",
    )  # fmt: skip
    date = {"day": start.date(), "time": start.time().replace(second=0, microsecond=0)} if start else {}
    return {**{name: getattr(show, name) for name in names}, **date}
