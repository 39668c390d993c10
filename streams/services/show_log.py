"""Telling the log about a show: its topic, its media time, its facts.

Not here: the events (events.py).
"""

import datetime as dt
import uuid
from typing import Any

from kernel import clock
from kernel.eventlog.schema import Event
from kernel.eventlog.store import append_many, show_topic
from streams.models import Broadcast, Show, ShowStatus


def tell(show: Show, *events: Event, actor: str) -> None:
    """Append events to the show's topic, stamped with media time while it is on. The last statement
    of a service."""
    append_many(events, topic=show_topic(show.id), actor=actor, media_time=_media_time(show, clock.now()))


def media_time_in(topic: str, moment: dt.datetime) -> float | None:
    """The media time of a moment in a show's topic; None in other topics, and while no show is on."""
    kind, _, key = topic.partition(":")
    if kind != "show":
        return None
    show = Show.objects.only("status", "media_started_at").filter(pk=uuid.UUID(key)).first()
    return _media_time(show, moment) if show else None


def _media_time(show: Show, moment: dt.datetime) -> float | None:
    return show.media_time_at(moment) if show.status in (ShowStatus.LIVE, ShowStatus.ENDED) else None


def show_facts(show: Show) -> dict[str, Any]:
    return {"show_id": show.public_id, "slug": show.slug, "title": show.title, "starts_at": show.starts_at}


def broadcast_facts(broadcast: Broadcast) -> dict[str, Any]:
    return {
        "show_id": Show(pk=broadcast.show_id).public_id,
        "broadcast_id": broadcast.public_id,
    }
