"""Studio: the list of shows, a new one, the editor's details.

Not here: line-up, cues and key of the editor (studio_plan), the desk (studio_desk).
"""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.errors import Problem
from kernel.tenancy import current_brand
from streams.forms import ShowForm
from streams.models import Show
from streams.selectors.shows import show_by_id
from streams.selectors.studio import shows_coming, shows_on_air, shows_past
from streams.services.details import replace_link, set_visibility, update_show
from streams.services.posters import MOST_BYTES, set_poster
from streams.services.schedule import (
    cancel_show,
    create_show,
    open_lobby,
    reschedule_show,
    schedule_show,
    withdraw_show,
)
from streams.views.studio_editor import editor_page
from tenants.api.actors import actor_of
from tenants.forms import blame
from tenants.models import Role
from tenants.studio import StudioRequest, member_required

_PAGE = ("title", "subtitle", "host_name", "description", "orientation", "lobby_minutes", "reconnect_seconds")
_STEPS = {
    "schedule": (schedule_show, "The date is published."),
    "withdraw": (withdraw_show, "The show is a draft again."),
    "cancel": (cancel_show, "The show is called off."),
    "open-lobby": (open_lobby, "The lobby is open."),
    "replace-link": (replace_link, "The old links open nothing any more."),
}


@require_safe
@member_required()
def show_list(request: StudioRequest) -> HttpResponseBase:
    brand = current_brand()
    context = {"on_air": shows_on_air(), "coming": shows_coming(), "past": shows_past(), "zone": brand.time_zone}
    with timezone.override(brand.time_zone):
        return render(request, "studio/shows/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(role=Role.HOST)
def new_show(request: StudioRequest) -> HttpResponseBase:
    """A draft; everything else is done in its editor."""
    initial = {"time_zone": current_brand().time_zone}
    form = ShowForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            show = create_show(
                actor=actor_of(request),
                slug=fields["slug"],
                starts_at=fields["starts_at"],
                time_zone=fields["time_zone"],
                duration_minutes=fields["duration_minutes"],
                visibility=fields["visibility"],
                **{name: fields[name] for name in _PAGE},
            )
        except Problem as problem:
            blame(form, problem)
        else:
            _take_first_poster(request, show, fields["poster"])
            return redirect("studio-show", show=show.public_id)
    return render(request, "studio/shows/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(role=Role.HOST)
def edit_show(request: StudioRequest, show: str) -> HttpResponseBase:
    """The editor; a post saves the details."""
    found = show_by_id(show)
    if request.method != "POST":
        return editor_page(request, found, ShowForm(show=found))
    form = ShowForm(request.POST, request.FILES, show=found)
    if form.is_valid():
        try:
            _save(found, form, actor_of(request))
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, "Saved.")
            return redirect("studio-show", show=found.public_id)
    return editor_page(request, found, form, status=422)


@require_POST
@member_required(role=Role.HOST)
def move_show(request: StudioRequest, show: str, step: str) -> HttpResponseBase:
    """One of the steps of the schedule; a refusal is said on the editor."""
    found = show_by_id(show)
    act, words = _STEPS[step]
    try:
        act(show_id=found.pk, actor=actor_of(request))
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, words)
    return redirect("studio-show", show=found.public_id)


def _save(show: Show, form: ShowForm, actor: str) -> None:
    """Each change by its own service; what did not change is not told."""
    fields = form.cleaned_data
    slug = {"slug": fields["slug"]} if fields["slug"] else {}
    update_show(show_id=show.pk, actor=actor, **{name: fields[name] for name in _PAGE}, **slug)
    set_visibility(show_id=show.pk, visibility=fields["visibility"], actor=actor)
    if {"day", "time", "time_zone", "duration_minutes"} & set(form.changed_data):
        reschedule_show(
            show_id=show.pk,
            starts_at=fields["starts_at"],
            time_zone=fields["time_zone"],
            duration_minutes=fields["duration_minutes"],
            actor=actor,
        )
    _take_poster(show, fields["poster"], actor)


def _take_poster(show: Show, upload: UploadedFile | None, actor: str) -> None:
    if upload:
        set_poster(show_id=show.pk, data=upload.read(MOST_BYTES + 1), actor=actor)


def _take_first_poster(request: StudioRequest, show: Show, upload: UploadedFile | None) -> None:
    """The show is made by now: a poster that is refused must not have the form sent, and the show made, again."""
    try:
        _take_poster(show, upload, actor_of(request))
    except Problem as problem:
        messages.error(request, f"The show is saved, but not its poster. {problem.detail}")
