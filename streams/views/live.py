"""The public pages: the brand's front page, its shows, one show in each of its states, its calendar
file, its poster, a reminder asked for.

Not here: what is on the pages (pages) and the room's socket (chat).
"""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from kernel import ratelimit
from kernel.errors import InvalidInput, NotFound
from kernel.tenancy import current_brand
from kernel.viewers import viewer_of
from streams.access import enters, remember_entry, show_link, show_path
from streams.calendars import calendar_of
from streams.errors import ShowNotFound
from streams.models import Show, ShowStatus
from streams.pages import PageUrls, live_page, show_card
from streams.selectors.shows import archive, current_show, listed, show_by_slug, upcoming
from streams.services.reminders import request_reminder
from tenants.api.permissions import current_member
from tenants.selectors import primary_address

_TEMPLATES = {
    ShowStatus.SCHEDULED: "live/lobby.html",
    ShowStatus.LOBBY: "live/lobby.html",
    ShowStatus.REPLAY: "live/replay.html",
}
_POSTER_FOR = "public, max-age=31536000, immutable"


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The brand's front page is its show: the one that is on, else the next, else the newest replay."""
    show = current_show()
    return redirect(f"/live/{show.slug}/") if show else redirect("live-index")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All shows that may be named: on, to come, and replays."""
    context = {
        "on_air": [show_card(show) for show in listed().filter(status=ShowStatus.LIVE).order_by("-started_at")],
        "coming": [show_card(show) for show in upcoming()],
        "replays": [show_card(show) for show in archive()],
        "urls": PageUrls(canonical=f"{primary_address(current_brand()).base_url}/live/"),
        "bag_count": 0,
    }
    with timezone.override(current_brand().time_zone):
        return render(request, "live/index.html", context)


@require_safe
@ensure_csrf_cookie
def show_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Lobby, live, ended, replay or cancelled: one address for the whole life of a show."""
    show = _entered(request, slug)
    page = live_page(show)
    template = _TEMPLATES.get(ShowStatus(show.status), "live/show.html")
    with timezone.override(show.zone):
        response = render(request, template, page.context())
    remember_entry(response, show, secure=request.is_secure())
    if show.is_private:
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    show = _entered(request, slug)
    if show.starts_at is None:
        raise ShowNotFound
    body = calendar_of(show, url=show_link(show), organizer=current_brand().name)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{show.slug}.ics"'
    return response


@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """The uploaded poster; its address carries the hash of its content, so it may be kept for ever.
    The studio shows it before anybody else sees the show."""
    is_staff = current_member(request) is not None
    show = show_by_slug(slug, drafts=True) if is_staff else _entered(request, slug)
    if not show.poster:
        raise NotFound
    try:
        with default_storage.open(show.poster) as file:
            content = file.read()
    except FileNotFoundError:
        raise NotFound from None
    if show.is_private or is_staff:
        cache = "private, max-age=3600"
    else:
        cache = _POSTER_FOR if request.GET.get("v") else "max-age=60"
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": cache})


@require_POST
def remind(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Post, redirect, get; a script that asks for JSON gets 204."""
    show = _entered(request, slug)
    ratelimit.require("reminder", str(request.META.get("REMOTE_ADDR", "")), limit=20, seconds=600)
    viewer = viewer_of(request)
    try:
        request_reminder(
            show_id=show.pk, email=request.POST.get("email", ""), actor=f"viewer:{viewer.key}" if viewer else "viewer"
        )
    except InvalidInput as problem:
        if not _is_form(request):
            raise
        messages.error(request, problem.detail)
    else:
        messages.success(request, gettext("Noted. We write to you ten minutes before."))
    return redirect(show_path(show)) if _is_form(request) else HttpResponse(status=204)


def _entered(request: HttpRequest, slug: str) -> Show:
    """The show, if the visitor may see it: a private one without its link does not exist."""
    show = show_by_slug(slug)
    if not enters(request, show):
        raise ShowNotFound
    return show


def _is_form(request: HttpRequest) -> bool:
    return "application/json" not in request.headers.get("Accept", "")
