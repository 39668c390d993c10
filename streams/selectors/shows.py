"""Which shows there are: by id, by address, now, next, before.

Not here: what a page makes of one (streams.pages).
"""

import uuid

from django.db.models import Q, QuerySet

from streams.errors import ShowNotFound
from streams.models import Show, ShowStatus, Visibility

_TO_COME = (ShowStatus.SCHEDULED, ShowStatus.LOBBY)
# What the public page of a show exists for; a draft has none.
_WITH_PAGE = (*_TO_COME, ShowStatus.LIVE, ShowStatus.ENDED, ShowStatus.REPLAY, ShowStatus.CANCELLED)


def show_by_id(text: str | uuid.UUID) -> Show:
    """The show of a public id. Raises ShowNotFound."""
    try:
        return Show.by_public_id(text)
    except Show.DoesNotExist:
        raise ShowNotFound from None


def show_by_slug(slug: str, *, drafts: bool = False) -> Show:
    """The show at an address, drafts only if asked for. Raises ShowNotFound. Who may see a private
    one is asked elsewhere (access)."""
    shows = Show.objects.filter(slug=slug)
    show = (shows if drafts else shows.filter(status__in=_WITH_PAGE)).first()
    if show is None:
        raise ShowNotFound
    return show


def listed() -> QuerySet[Show]:
    """Shows that the brand's own pages may name."""
    return Show.objects.filter(visibility=Visibility.PUBLIC)


def current_show() -> Show | None:
    """What the brand's front page opens: the show that is on, else the next one, else the newest replay."""
    on = listed().filter(status=ShowStatus.LIVE).order_by("-started_at").first()
    return on or upcoming(1).first() or archive(1).first()


def upcoming(limit: int = 50) -> QuerySet[Show]:
    """Shows to come, the next one first."""
    return listed().filter(status__in=_TO_COME).order_by("starts_at", "pk")[:limit]


def shows_with_audience() -> list[uuid.UUID]:
    """The shows whose page people watch together: in the lobby or on air."""
    return list(Show.objects.filter(status__in=[ShowStatus.LOBBY, ShowStatus.LIVE]).values_list("pk", flat=True))


def archive(limit: int = 50) -> QuerySet[Show]:
    """Replays, the newest first."""
    return listed().filter(status=ShowStatus.REPLAY).order_by("-started_at", "-pk")[:limit]


def other_shows(show: Show, limit: int = 4) -> list[Show]:
    """What else to watch: live, then to come, then replays. One query."""
    wanted = Q(status__in=[*_TO_COME, ShowStatus.LIVE, ShowStatus.REPLAY])
    rank = {ShowStatus.LIVE: 0, ShowStatus.LOBBY: 1, ShowStatus.SCHEDULED: 2, ShowStatus.REPLAY: 3}
    found = list(listed().filter(wanted).exclude(pk=show.pk).order_by("-starts_at")[: limit * 5])
    found.sort(key=lambda other: (rank[ShowStatus(other.status)], _nearness(other)))
    return found[:limit]


def _nearness(show: Show) -> float:
    """The nearest to today first: the next start, or the latest replay."""
    at = show.starts_at.timestamp() if show.starts_at else 0.0
    return -at if show.status == ShowStatus.REPLAY else at
