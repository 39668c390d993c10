"""Studio: the editor's drops. Each post is one act, then the editor again.

Not here: their rules (catalog) and the cues that open them (studio_plan).
"""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from catalog.selectors.choices import DropChoice
from kernel import ids
from kernel.errors import Problem
from streams.errors import DropNotInShow
from streams.forms import DropForm, ShowForm
from streams.models import Show
from streams.selectors.shows import show_by_id
from streams.selectors.studio import Plan, plan_of
from streams.services.show_drops import announce_show_drop, change_show_drop, close_show_drop, plan_show_drop
from streams.views.studio_editor import drop_form, editor_page
from tenants.api.actors import actor_of
from tenants.models import Role
from tenants.studio import StudioRequest, member_required


@require_POST
@member_required(role=Role.HOST)
def new_drop(request: StudioRequest, show: str) -> HttpResponseBase:
    """Plan a drop; what is refused stands at its field."""
    found = show_by_id(show)
    with timezone.override(found.zone):
        form = drop_form(plan_of(found), request.POST)
        if form.is_valid():
            try:
                plan_show_drop(
                    show_id=found.pk,
                    variant_id=ids.parse_public_id("var", form.cleaned_data["variant"]),
                    terms=form.terms(),
                    actor=actor_of(request),
                )
            except Problem as problem:
                _put_at_its_field(form, problem)
            else:
                return _back(found)
    return editor_page(request, found, ShowForm(show=found), new_drop=form, status=422)


@require_POST
@member_required(role=Role.HOST)
def change_one_drop(request: StudioRequest, show: str, drop: str) -> HttpResponseBase:
    """`act` is save, with the form's fields, or announce, or close."""
    found = show_by_id(show)
    plan = plan_of(found)
    known = _drop(plan, drop)
    step = {"close": close_show_drop, "announce": announce_show_drop}.get(request.POST.get("act", ""))
    if step is not None:
        try:
            step(show_id=found.pk, drop_id=known.id, actor=actor_of(request))
        except Problem as problem:
            messages.error(request, problem.detail)
        return _back(found)
    with timezone.override(found.zone):
        form = drop_form(plan, request.POST, drop=known)
        if form.is_valid():
            try:
                change_show_drop(show_id=found.pk, drop_id=known.id, terms=form.terms(), actor=actor_of(request))
            except Problem as problem:
                _put_at_its_field(form, problem)
            else:
                messages.success(request, "Saved.")
                return _back(found)
    return editor_page(request, found, ShowForm(show=found), changed_drop=(known, form), status=422)


def _drop(plan: Plan, text: str) -> DropChoice:
    for drop in plan.drops:
        if drop.public_id == text:
            return drop
    raise DropNotInShow


def _put_at_its_field(form: DropForm, problem: Problem) -> None:
    name = {"variant_id": "variant", "run_seconds": "minutes", "closes_at": "minutes"}.get(problem.param, problem.param)
    form.add_error(name if name in form.fields else None, problem.detail)


def _back(show: Show) -> HttpResponseBase:
    return redirect(f"/studio/shows/{show.public_id}/#drops")
