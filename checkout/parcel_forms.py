"""Forms about pieces of an order: parcels, refunds of pieces, returns and what is decided about them.

Not here: addresses, amounts and shipping (forms).
"""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checkout.carriers import CARRIERS
from checkout.forms import minor_of, money_field, written
from checkout.models import Order, OrderLine, Return
from checkout.selectors.returns import Returnable
from checkout.services.pieces import paid_back, worth_of


class PiecesForm(forms.Form):
    """How many of each line. A line with nothing left has no field; at least one piece has to be chosen."""

    def __init__(self, *args: Any, choices: Iterable[tuple[OrderLine, int, int]], **kwargs: Any) -> None:
        """`choices`: a line, the most of it, and how many the form begins with."""
        super().__init__(*args, **kwargs)
        self._lines: dict[str, uuid.UUID] = {}
        for line, most, first in choices:
            if most > 0:
                name = f"piece-{line.public_id}"
                self._lines[name] = line.pk
                label = f"{line.product_name}, {line.variant_name}" if line.variant_name else line.product_name
                self.fields[name] = forms.IntegerField(
                    label=label,
                    min_value=0,
                    max_value=most,
                    initial=first,
                    required=False,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                )

    @property
    def piece_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self._lines)

    @property
    def other_fields(self) -> Iterator[forms.BoundField]:
        return (field for field in self.visible_fields() if field.name not in self._lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in self._lines):
            self.add_error(None, _("Choose one piece at least."))
        return data

    def pieces(self) -> dict[uuid.UUID, int]:
        """As services take them."""
        return {key: self.cleaned_data[name] for name, key in self._lines.items() if self.cleaned_data.get(name)}


class ParcelForm(PiecesForm):
    """A parcel. `parcels` is how many there were when the form was shown, so that it is sent once."""

    carrier = forms.CharField(
        label="Carrier",
        max_length=40,
        required=False,
        help_text=f"{', '.join(CARRIERS)}, or another name.",
        widget=forms.TextInput(attrs={"list": "carriers", "autocomplete": "off"}),
    )
    tracking = forms.CharField(
        label="Tracking number", max_length=200, required=False, help_text="The buyer gets it by mail."
    )
    url = forms.URLField(
        label="Tracking link",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="Empty: made from the number, for the carriers above.",
    )
    parcels = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        lines = list(order.lines.order_by("pk"))
        super().__init__(*args, choices=[(line, line.to_send, line.to_send) for line in lines], **kwargs)
        self.fields["parcels"].initial = order.shipments.count()


class RefundPiecesForm(PiecesForm):
    """Pieces that are paid back. `reserved` as in the form for amounts."""

    reason = forms.CharField(label="Why", max_length=200)
    restock = forms.BooleanField(label="Put these pieces back on sale", required=False)
    reserved = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, order: Order, reserved: int, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "pieces_%s")
        lines = list(order.lines.order_by("pk"))
        super().__init__(*args, choices=[(line, line.quantity - paid_back(line), 0) for line in lines], **kwargs)
        self.fields["reserved"].initial = reserved


class ReturnForm(PiecesForm):
    """Pieces that a buyer wants to send back, or the team on their behalf."""

    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, choices: Iterable[Returnable], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "return_%s")
        super().__init__(*args, choices=[(each.line, each.left, 0) for each in choices], **kwargs)


class DecisionForm(forms.Form):
    note = forms.CharField(
        label="Answer to the buyer",
        max_length=300,
        required=False,
        help_text="Where to send it, or why not.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, ret: Return, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"decide-{ret.public_id}_%s")
        super().__init__(*args, **kwargs)


class ReceiptForm(forms.Form):
    """What arrived: whether it can be sold again and how much goes back."""

    restock = forms.BooleanField(label="Put the pieces back on sale", required=False, initial=True)

    def __init__(self, *args: Any, ret: Return, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"receive-{ret.public_id}_%s")
        super().__init__(*args, **kwargs)
        order = ret.order
        rows = [(row.line, row.quantity) for row in ret.lines.all()]
        owed = [(line, min(quantity, line.quantity - paid_back(line))) for line, quantity in rows]
        worth = min(worth_of(order, owed), order.refundable.minor)
        self.fields["amount"] = money_field("Money back", order.currency, help_text="0: nothing goes back.")
        self.fields["amount"].initial = written(worth, order.currency)
        self._currency = order.currency

    @property
    def minor(self) -> int:
        return minor_of(self.cleaned_data["amount"], self._currency)
