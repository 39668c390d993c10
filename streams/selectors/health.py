"""How a show's picture is doing, for the people who make it.

Not here: measuring (streams.media).
"""

import datetime as dt
from typing import Any

from streams.access import preview_token
from streams.models import Broadcast, BroadcastStatus, Show
from streams.playback import live_path

_FIGURES: dict[str, Any] = {"fps": 0.0, "bitrate_kbit": 0.0, "width": 0, "height": 0}


def show_health(show: Show) -> dict[str, Any]:
    """The newest broadcast's state and its engine's last report. One query."""
    broadcast = Broadcast.objects.filter(show=show).order_by("-opened_at", "-pk").first()
    report = broadcast.health if broadcast else {}
    is_open = broadcast is not None and broadcast.status != BroadcastStatus.CLOSED
    lost_at = broadcast.lost_at if broadcast and broadcast.status == BroadcastStatus.LOST else None
    return {
        "broadcast": broadcast.public_id if broadcast else None,
        "status": broadcast.status if broadcast else "none",
        "signal": report.get("state", "") if is_open else "",
        "reason": report.get("reason", "") if is_open else "",
        **{name: report.get(name, absent) for name, absent in _FIGURES.items()},
        "lost_at": lost_at,
        "window_ends_at": lost_at + dt.timedelta(seconds=show.reconnect_seconds) if lost_at else None,
        "reported_at": broadcast.health_at if broadcast else None,
        "preview_url": live_path(broadcast.pk, preview_token(show))
        if broadcast and is_open and broadcast.playable_at
        else "",
    }
