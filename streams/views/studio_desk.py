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

from kernel import clock
from streams.access import show_link
from streams.api.shapes import CueShape, HealthShape
from streams.selectors.health import show_health
from streams.selectors.shows import show_by_id
from streams.selectors.snapshot import show_snapshot
from streams.selectors.studio import plan_of
from tenants.studio import StudioRequest, member_required


def desk_urls(show_id: str) -> dict[str, str]:
    """Where the desk's elements call. `{cue}` and `{drop}` are put in by them."""
    api = f"/api/v1/shows/{show_id}"
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
        "stream_key": f"{api}/stream-key/",
        "open_drop": "/api/v1/drops/{drop}/open/",
        "close_drop": "/api/v1/drops/{drop}/close/",
    }


@require_safe
@ensure_csrf_cookie
@member_required()
def desk(request: StudioRequest, show: str) -> HttpResponseBase:
    """The page, with everything its elements start from in `desk`."""
    found = show_by_id(show)
    plan = plan_of(found)
    health = dict(HealthShape(show_health(found)).data)
    cues = list(CueShape(plan.cues, many=True).data)
    data: dict[str, Any] = {
        "show": found.public_id,
        "socket": f"/rooms/{found.public_id}/",
        "role": request.member.role,
        "snapshot": show_snapshot(found.pk),
        "cues": cues,
        "health": health,
        "urls": desk_urls(found.public_id),
        "now": clock.isoformat(clock.now()),
    }
    context = {
        "show": found,
        "plan": plan,
        "health": health,
        "link": show_link(found),
        "ingest_url": settings.RTMP_URL,
        "desk": data,
        "now": clock.now(),
    }
    with timezone.override(found.zone):
        return render(request, "studio/shows/desk.html", context)


@require_safe
@member_required()
def health(request: StudioRequest, show: str) -> HttpResponseBase:
    """The picture's health for the editor's checklist."""
    return JsonResponse(dict(HealthShape(show_health(show_by_id(show))).data))
