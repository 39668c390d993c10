"""The door of every studio page: who may open it, and the shell around it.

Not here: the pages. API calls have permissions of their own (tenants.api.permissions).
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone

from tenants.api.permissions import current_member, has_role
from tenants.models import Brand, Member, Role
from tenants.selectors import members_of

P = ParamSpec("P")


class StudioRequest(HttpRequest):
    """A request that passed `member_required`: brand and member are there."""

    brand: Brand
    member: Member


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the studio's navigation, shown from `role` upwards."""

    name: str
    icon: str
    path: str
    role: Role


PLACES = (
    Place("Shows", "calendar", "/studio/shows/", Role.MODERATOR),
    Place("Products", "tag", "/studio/products/", Role.HOST),
    Place("Orders", "box", "/studio/orders/", Role.HOST),
    Place("Theme", "theme", "/studio/theme/", Role.OWNER),
    Place("Settings", "settings", "/studio/settings/", Role.OWNER),
)

StudioView = Callable[Concatenate[StudioRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def member_required(role: Role = Role.MODERATOR) -> Callable[[StudioView[P]], View[P]]:
    """Let members with at least this role in, as `request.member`.

    Anonymous people are sent to the login of this host and come back; everybody else gets a 403
    page that names the role and who can give it.
    """

    def decorate(view: StudioView[P]) -> View[P]:
        @functools.wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                # What was posted is gone with the session, and most of these addresses show nothing.
                back = request.get_full_path() if request.method in ("GET", "HEAD") else "/studio/"
                return redirect_to_login(back, resolve_url(settings.LOGIN_URL))
            member = current_member(request)
            request.member = member  # type: ignore[attr-defined]
            if not has_role(member, role):
                return _not_allowed(request, role)
            # Pages show the brand's clock; one about a show takes the show's own.
            with timezone.override(request.brand.time_zone):  # type: ignore[attr-defined]
                response = view(request, *args, **kwargs)  # type: ignore[arg-type]
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        return checked

    return decorate


def shell(request: HttpRequest) -> dict[str, Any]:
    """What `studio/base.html` shows around a page: the places this member may go to."""
    member = current_member(request)
    places = [
        {"place": place, "is_here": request.path.startswith(place.path)}
        for place in PLACES
        if has_role(member, place.role)
    ]
    return {"studio_places": places, "member": member}


def _not_allowed(request: HttpRequest, role: Role) -> HttpResponseBase:
    brand: Brand = request.brand  # type: ignore[attr-defined]
    owners = [member for member in members_of(brand) if member.role == Role.OWNER]
    context = {"role": role, "owners": owners, "is_member": current_member(request) is not None}
    return render(request, "studio/not_allowed.html", context, status=403)
