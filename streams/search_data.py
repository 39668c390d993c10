"""What search engines read of a show: schema.org's BroadcastEvent before and on air, VideoObject after.

Not here: Open Graph, which is plain markup (templates/live/_meta.html).
"""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from kernel import clock
from streams.models import Show, ShowStatus
from tenants.models import Brand

# A text that closes the script element, or opens a comment in it, must not end it.
_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def search_data(show: Show, *, brand: Brand, base_url: str, player_src: str, poster: str) -> SafeString:
    """JSON-LD of the show, safe inside a script element; empty for a private show."""
    if show.is_private or show.starts_at is None:
        return mark_safe("")
    page = f"{base_url}/live/{show.slug}/"
    images = [f"{base_url}{poster}"] if poster else []
    publisher = {"@type": "Organization", "name": brand.name, "url": f"{base_url}/"}
    is_replay = show.status == ShowStatus.REPLAY
    facts = _video(show, page) if is_replay else _event(show, page, publisher)
    facts |= {"@context": "https://schema.org", "name": show.title, "description": show.subtitle or show.title}
    if images:
        facts["thumbnailUrl" if is_replay else "image"] = images
    if is_replay:
        facts["publisher"] = publisher
        facts["contentUrl"] = f"{base_url}{player_src}"
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(_IN_SCRIPT))


def _event(show: Show, page: str, publisher: dict[str, Any]) -> dict[str, Any]:
    ends_at = show.ended_at or show.ends_at
    is_off = show.status == ShowStatus.CANCELLED
    return {
        "@type": "BroadcastEvent",
        "isLiveBroadcast": True,
        "startDate": clock.isoformat(show.started_at or show.starts_at),  # type: ignore[arg-type]
        "endDate": clock.isoformat(ends_at) if ends_at else None,
        "eventStatus": f"https://schema.org/{'EventCancelled' if is_off else 'EventScheduled'}",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": page},
        "organizer": publisher,
        "performer": {"@type": "Person", "name": show.host_name} if show.host_name else publisher,
    }


def _video(show: Show, page: str) -> dict[str, Any]:
    aired = {
        "@type": "BroadcastEvent",
        "isLiveBroadcast": True,
        "startDate": clock.isoformat(show.started_at),  # type: ignore[arg-type]
        "endDate": clock.isoformat(show.ended_at),  # type: ignore[arg-type]
    }
    return {
        "@type": "VideoObject",
        "uploadDate": clock.isoformat(show.ended_at),  # type: ignore[arg-type]
        "url": page,
        "publication": aired,
    }
