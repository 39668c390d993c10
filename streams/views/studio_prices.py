"""Studio: the editor's prices of a show. Each post is one act, then the editor again.

Not here: their rules (catalog) and the cues that open them (studio_plan).
"""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kernel import ids
from kernel.errors import Problem
from streams.errors import PriceNotInShow
from streams.forms import ShowForm
from streams.models import Show
from streams.selectors.shows import show_by_id
from streams.selectors.studio import plan_of
from streams.services.show_prices import close_show_price, open_flash_price, plan_show_price
from streams.views.studio_editor import editor_page, price_form
from tenants.api.actors import actor_of
from tenants.models import Role
from tenants.studio import StudioRequest, member_required

_FIELDS = {"variant_id": "variant", "price_minor": "price", "run_seconds": "minutes"}


@require_POST
@member_required(role=Role.HOST)
def new_price(request: StudioRequest, show: str) -> HttpResponseBase:
    """Plan a show price or a flash price; what is refused stands at its field."""
    found = show_by_id(show)
    form = price_form(plan_of(found), request.POST)
    if form.is_valid():
        try:
            plan_show_price(
                show_id=found.pk,
                variant_id=ids.parse_public_id("var", form.cleaned_data["variant"]),
                actor=actor_of(request),
                **form.terms(),
            )
        except Problem as problem:
            name = _FIELDS.get(problem.param, problem.param)
            form.add_error(name if name in form.fields else None, problem.detail)
        else:
            return _back(found)
    return editor_page(request, found, ShowForm(show=found), new_price=form, status=422)


@require_POST
@member_required(role=Role.HOST)
def change_one_price(request: StudioRequest, show: str, price: str) -> HttpResponseBase:
    """`act` is open or close."""
    found = show_by_id(show)
    try:
        price_id = ids.parse_public_id("spp", price)
    except ValueError:
        raise PriceNotInShow from None
    act = open_flash_price if request.POST.get("act") == "open" else close_show_price
    try:
        act(show_id=found.pk, price_id=price_id, actor=actor_of(request))
    except PriceNotInShow:
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    return _back(found)


def _back(show: Show) -> HttpResponseBase:
    return redirect(f"/studio/shows/{show.public_id}/#prices")
