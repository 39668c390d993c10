"""Studio: the editor's line-up, run of show and stream key. Each post is one act, then the editor again.

Not here: the details (studio_shows).
"""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kernel import ids
from kernel.errors import Problem
from streams.errors import CueNotFound, NotInLineUp
from streams.forms import ShowForm
from streams.models import Cue, Show
from streams.selectors.shows import show_by_id
from streams.selectors.studio import plan_of
from streams.services.cues import add_cue, change_cue, remove_cue
from streams.services.line_up import (
    Place,
    add_to_line_up,
    current_places,
    move_in_line_up,
    remove_from_line_up,
    show_or_hide,
)
from streams.services.stream_keys import rotate_stream_key
from streams.views.studio_editor import cue_form, editor_page
from tenants.api.actors import actor_of
from tenants.models import Role
from tenants.studio import StudioRequest, member_required

# Buttons say which way; the services count positions.
_WAYS = {"up": -1, "down": 1}


@require_POST
@member_required(role=Role.HOST)
def change_line_up(request: StudioRequest, show: str) -> HttpResponseBase:
    """`act` is add, up, down, hide, show or remove; `variant` says of what."""
    found, actor = show_by_id(show), actor_of(request)
    try:
        _change_line_up(found, request.POST.get("act", ""), request.POST.get("variant", ""), actor)
    except Problem as problem:
        messages.error(request, problem.detail)
    return redirect(f"/studio/shows/{found.public_id}/#line-up")


def _change_line_up(show: Show, act: str, variant: str, actor: str) -> None:
    try:
        variant_id = ids.parse_public_id("var", variant)
    except ValueError:
        raise NotInLineUp(param="variant") from None
    if act == "add":
        add_to_line_up(show_id=show.pk, place=Place(variant_id), actor=actor)
    elif act in _WAYS:
        order = [place.variant_id for place in current_places(show)]
        if variant_id not in order:
            raise NotInLineUp(param="variant")
        position = max(0, order.index(variant_id) + _WAYS[act])
        move_in_line_up(show_id=show.pk, variant_id=variant_id, position=position, actor=actor)
    elif act in ("hide", "show"):
        show_or_hide(show_id=show.pk, variant_id=variant_id, is_hidden=act == "hide", actor=actor)
    elif act == "remove":
        remove_from_line_up(show_id=show.pk, variant_id=variant_id, actor=actor)


@require_POST
@member_required(role=Role.HOST)
def new_cue(request: StudioRequest, show: str) -> HttpResponseBase:
    found = show_by_id(show)
    form = cue_form(plan_of(found), request.POST)
    if form.is_valid():
        try:
            add_cue(
                show_id=found.pk,
                kind=form.cleaned_data["kind"],
                title=form.cleaned_data["title"],
                at_seconds=int(form.cleaned_data["minute"] * 60),
                payload=form.payload(),
                actor=actor_of(request),
            )
        except Problem as problem:
            param = problem.param.removesuffix("_id")
            form.add_error(param if param in form.fields else None, problem.detail)
        else:
            return redirect(f"/studio/shows/{found.public_id}/#run-of-show")
    return editor_page(request, found, ShowForm(show=found), cues=form, status=422)


@require_POST
@member_required(role=Role.HOST)
def change_one_cue(request: StudioRequest, show: str, cue: str) -> HttpResponseBase:
    """`act` is up, down or remove."""
    found, act = show_by_id(show), request.POST.get("act", "")
    try:
        cue_row = Cue.objects.filter(pk=ids.parse_public_id("cue", cue), show=found).first()
    except ValueError:
        cue_row = None
    if cue_row is None:
        raise CueNotFound
    try:
        if act in _WAYS:
            position = max(0, cue_row.position + _WAYS[act])
            change_cue(show_id=found.pk, cue_id=cue_row.pk, position=position, actor=actor_of(request))
        elif act == "remove":
            remove_cue(show_id=found.pk, cue_id=cue_row.pk, actor=actor_of(request))
    except Problem as problem:
        messages.error(request, problem.detail)
    return redirect(f"/studio/shows/{found.public_id}/#run-of-show")


@require_POST
@never_cache
@member_required(role=Role.HOST)
def new_stream_key(request: StudioRequest, show: str) -> HttpResponseBase:
    """Answered with the page itself, not by a redirect: the key is nowhere to be read again."""
    found = show_by_id(show)
    key = rotate_stream_key(show_id=found.pk, actor=actor_of(request))
    return editor_page(request, found, ShowForm(show=found), fresh_key=key)
