"""Telling the log about a show: its topic, its media time, its facts.

Not here: the events (events.py).
"""

from typing import Any

from kernel import clock
from kernel.eventlog.schema import Event
from kernel.eventlog.store import append_many, show_topic
from streams.models import Broadcast, Show, ShowStatus


def tell(show: Show, *events: Event, actor: str) -> None:
    """Append events to the show's topic, stamped with media time while it is on. The last statement
    of a service."""
    is_on = show.status in (ShowStatus.LIVE, ShowStatus.ENDED)
    media_time = show.media_time_at(clock.now()) if is_on else None
    append_many(events, topic=show_topic(show.id), actor=actor, media_time=media_time)


def show_facts(show: Show) -> dict[str, Any]:
    return {"show_id": show.public_id, "slug": show.slug, "title": show.title, "starts_at": show.starts_at}


def broadcast_facts(broadcast: Broadcast) -> dict[str, Any]:
    return {
        "show_id": Show(pk=broadcast.show_id).public_id,
        "broadcast_id": broadcast.public_id,
    }
