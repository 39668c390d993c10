"""Studio: the editor's one long page, put together for whichever form was posted.

Not here: what its forms do (studio_shows, studio_plan).
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from catalog.selectors.choices import DropChoice, SpecialChoice, sellable_variants
from kernel.money import Money
from kernel.tenancy import current_brand
from streams.access import show_link
from streams.forms import CueForm, DropForm, LineUpAddForm, PriceForm, ShowForm
from streams.models import Cue, CueKind, Show
from streams.pages import poster_url
from streams.selectors.studio import Plan, plan_of
from tenants.studio import StudioRequest


def line_up_form(plan: Plan, data: Any = None) -> LineUpAddForm:
    """Chooses from what is for sale and not in the line-up yet."""
    present = {row.item.variant_id for row in plan.rows}
    choices = [
        (choice.public_id, f"{choice.name} ({choice.sku})")
        for choice in sellable_variants(current_brand().currency)
        if choice.id not in present
    ]
    return LineUpAddForm(data, choices=choices, auto_id="line-%s")


def cue_form(plan: Plan, data: Any = None) -> CueForm:
    """Chooses from the line-up and from the drops of this show that did not open yet."""
    drops = [
        (drop.public_id, f"{drop.title}, {drop.units} units")
        for drop in plan.drops
        if drop.status in ("scheduled", "announced")
    ]
    products = _products(plan)
    prices = [
        (price.public_id, f"{products.get(price.variant_id, '')} at {price.money.formatted}")
        for price in plan.prices
        if price.kind == "flash" and price.status == "planned"
    ]
    return CueForm(data, variants=_variants(plan), drops=drops, prices=prices, auto_id="cue-%s")


def drop_form(plan: Plan, data: Any = None, *, drop: DropChoice | None = None) -> DropForm:
    """For a new drop, which chooses from the line-up, or for one that is planned. Call it with the show's
    zone in force."""
    currency = current_brand().currency
    if drop is not None:
        return DropForm(data, currency=currency, drop=drop, auto_id=f"{drop.public_id}-%s")
    return DropForm(data, currency=currency, variants=_variants(plan), auto_id="drop-%s")


@dataclass(frozen=True, slots=True)
class DropRow:
    """A drop of the plan: of which product, the cue that opens it, and its form while it may change."""

    drop: DropChoice
    product: str
    cue: Cue | None
    form: DropForm | None


def price_form(plan: Plan, data: Any = None) -> PriceForm:
    """For a new price, which chooses from the line-up."""
    return PriceForm(data, currency=current_brand().currency, variants=_variants(plan), auto_id="price-%s")


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price of the plan: of which product, what that costs else, and the cue that opens it."""

    price: SpecialChoice
    product: str
    ordinary: Money | None
    cue: Cue | None


def _price_rows(plan: Plan) -> list[PriceRow]:
    products = _products(plan)
    ordinary = {row.item.variant_id: row.offer.ordinary.price for row in plan.rows if row.offer}
    cues = {cue.payload.get("price_id"): cue for cue in plan.cues if cue.kind == CueKind.FLASH and not cue.skipped_at}
    return [
        PriceRow(
            price,
            products.get(price.variant_id, "Not in the line-up any more"),
            ordinary.get(price.variant_id),
            cues.get(price.public_id),
        )
        for price in plan.prices
    ]


def _products(plan: Plan) -> dict[uuid.UUID, str]:
    return {row.item.variant_id: row.name for row in plan.rows}


def _drop_rows(plan: Plan, changed: tuple[DropChoice, DropForm] | None) -> list[DropRow]:
    products = _products(plan)
    cues = {cue.payload.get("drop_id"): cue for cue in plan.cues if cue.kind == CueKind.DROP and not cue.skipped_at}
    rows = []
    for drop in plan.drops:
        form = drop_form(plan, drop=drop) if drop.is_changeable and not plan.show.is_over else None
        if changed is not None and changed[0].id == drop.id:
            form = changed[1]
        product = products.get(drop.variant_id, "Not in the line-up any more")
        rows.append(DropRow(drop, product, cues.get(drop.public_id), form))
    return rows


def _variants(plan: Plan) -> list[tuple[str, str]]:
    return [(row.offer.variant_public_id, row.name) for row in plan.rows if row.offer]


def editor_page(
    request: StudioRequest,
    show: Show,
    form: ShowForm,
    *,
    cues: CueForm | None = None,
    new_drop: DropForm | None = None,
    changed_drop: tuple[DropChoice, DropForm] | None = None,
    new_price: PriceForm | None = None,
    fresh_key: str = "",
    status: int = 200,
) -> HttpResponseBase:
    """The page. `fresh_key` is a stream key that is shown this once."""
    plan = plan_of(show)
    with timezone.override(show.zone):
        context = {
            "show": show,
            "plan": plan,
            "form": form,
            "line_up_form": line_up_form(plan),
            "cue_form": cues or cue_form(plan),
            "drop_rows": _drop_rows(plan, changed_drop),
            "drop_form": new_drop or drop_form(plan),
            "price_rows": _price_rows(plan),
            "price_form": new_price or price_form(plan),
            "fresh_key": fresh_key,
            "ingest_url": settings.RTMP_URL,
            "link": show_link(show),
            "poster_url": poster_url(show),
        }
        return render(request, "studio/shows/edit.html", context, status=status)
