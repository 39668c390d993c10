"""Studio: the desk, from which a show is run. Its acts go to the API by its elements.

Not here: the desk's markup and scripts (templates/studio/shows/desk.html, frontend).
"""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from kernel import clock, ids
from streams.access import show_link
from streams.api.shapes import CueShape, HealthShape
from streams.models import Show
from streams.selectors.health import show_health
from streams.selectors.sales import show_sales
from streams.selectors.shows import show_by_id
from streams.selectors.snapshot import show_snapshot
from streams.selectors.studio import plan_of
from tenants.models import Role
from tenants.studio import StudioRequest, member_required


def desk_urls(show_id: str, role: str) -> dict[str, str]:
    """Where the desk's elements call. `{cue}` and `{drop}` are put in by them. Moderators tend the room;
    what the show sells is not theirs to see."""
    api = f"/api/v1/shows/{show_id}"
    sales = {} if role == Role.MODERATOR else {"sales": f"/studio/shows/{show_id}/sales/"}
    return {
        "show": f"{api}/",
        "line_up": f"{api}/line-up/",
        "cues": f"{api}/cues/",
        "fire": f"{api}/cues/{{cue}}/fire/",
        "skip": f"{api}/cues/{{cue}}/skip/",
        "pin": f"{api}/pin/",
        "open_lobby": f"{api}/open-lobby/",
        "go_live": f"{api}/go-live/",
        "end": f"{api}/end/",
        "health": f"{api}/health/",
        **sales,
        "stream_key": f"{api}/stream-key/",
        "open_drop": "/api/v1/drops/{drop}/open/",
        "close_drop": "/api/v1/drops/{drop}/close/",
    }


def desk_context(show: Show, role: str) -> dict[str, Any]:
    """What the page is made of; `desk` is what its elements start from, as JSON."""
    plan = plan_of(show)
    health = dict(HealthShape(show_health(show)).data)
    return {
        "show": show,
        "plan": plan,
        "health": health,
        "link": show_link(show),
        "ingest_url": settings.RTMP_URL,
        "now": clock.now(),
        "desk": {
            "show": show.public_id,
            "socket": f"/rooms/{show.public_id}/",
            "role": role,
            "snapshot": show_snapshot(show.pk),
            "cues": [dict(CueShape(cue).data) for cue in plan.cues],
            "health": health,
            "drops": [
                {
                    "id": drop.public_id,
                    "variant_id": ids.public_id("var", drop.variant_id),
                    "units": drop.units,
                    "price_minor": drop.price.minor,
                    "currency": drop.price.currency,
                    "per_buyer": drop.per_buyer,
                }
                for drop in plan.drops
            ],
            "urls": desk_urls(show.public_id, role),
            "now": clock.isoformat(clock.now()),
        },
    }


@require_safe
@ensure_csrf_cookie
@member_required()
def desk(request: StudioRequest, show: str) -> HttpResponseBase:
    """The page from which a show is run."""
    found = show_by_id(show)
    with timezone.override(found.zone):
        return render(request, "studio/shows/desk.html", desk_context(found, request.member.role))


@require_safe
@member_required()
def health(request: StudioRequest, show: str) -> HttpResponseBase:
    """The picture's health for the editor's checklist."""
    return JsonResponse(dict(HealthShape(show_health(show_by_id(show))).data))


@require_safe
@member_required(role=Role.HOST)
def sales(request: StudioRequest, show: str) -> HttpResponseBase:
    """What the show has sold so far, for the desk's bar."""
    return JsonResponse(show_sales(show_by_id(show), request.brand.currency))
