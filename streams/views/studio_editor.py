"""Studio: the editor's one long page, put together for whichever form was posted.

Not here: what its forms do (studio_shows, studio_plan).
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from catalog.selectors.choices import DropChoice, sellable_variants
from kernel.tenancy import current_brand
from streams.access import show_link
from streams.forms import CueForm, DropForm, LineUpAddForm, ShowForm
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
    return CueForm(data, variants=_variants(plan), drops=drops, auto_id="cue-%s")


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


def _drop_rows(plan: Plan, changed: tuple[DropChoice, DropForm] | None) -> list[DropRow]:
    products = {row.item.variant_id: row.name for row in plan.rows}
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
            "fresh_key": fresh_key,
            "ingest_url": settings.RTMP_URL,
            "link": show_link(show),
            "poster_url": poster_url(show),
        }
        return render(request, "studio/shows/edit.html", context, status=status)
