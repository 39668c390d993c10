"""Studio: the editor's one long page, put together for whichever form was posted.

Not here: what its forms do (studio_shows, studio_plan).
"""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from catalog.selectors.choices import sellable_variants
from kernel.tenancy import current_brand
from streams.access import show_link
from streams.forms import CueForm, LineUpAddForm, ShowForm
from streams.models import Show
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
    return LineUpAddForm(data, choices=choices)


def cue_form(plan: Plan, data: Any = None) -> CueForm:
    """Chooses from the line-up and from the drops of this show that did not open yet."""
    variants = [(row.offer.variant_public_id, row.name) for row in plan.rows if row.offer]
    drops = [
        (drop.public_id, f"{drop.title}, {drop.units} units")
        for drop in plan.drops
        if drop.status in ("scheduled", "announced")
    ]
    return CueForm(data, variants=variants, drops=drops)


def editor_page(
    request: StudioRequest,
    show: Show,
    form: ShowForm,
    *,
    cues: CueForm | None = None,
    fresh_key: str = "",
    status: int = 200,
) -> HttpResponseBase:
    """The page. `fresh_key` is a stream key that is shown this once."""
    plan = plan_of(show)
    context = {
        "show": show,
        "plan": plan,
        "form": form,
        "line_up_form": line_up_form(plan),
        "cue_form": cues or cue_form(plan),
        "fresh_key": fresh_key,
        "ingest_url": settings.RTMP_URL,
        "link": show_link(show),
        "poster_url": poster_url(show),
    }
    with timezone.override(show.zone):
        return render(request, "studio/shows/edit.html", context, status=status)
