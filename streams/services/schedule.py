"""A show from idea to date: drafted, scheduled, put off, withdrawn, cancelled; its lobby opened.

Not here: what people read on its page (details) and going on air (on_air).
"""

import datetime as dt
import uuid
import zoneinfo

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.db.models.functions import Now

from catalog.services.special_prices import close_prices_of_show
from kernel import clock
from kernel.errors import InvalidInput
from streams.errors import StartInThePast, TimeZoneUnknown
from streams.events import ShowCancelled, ShowDrafted, ShowLobbyOpened, ShowRescheduled, ShowScheduled, ShowWithdrawn
from streams.models import Show, ShowStatus
from streams.services.addresses import free_slug, save_with_slug
from streams.services.closing import close_locked_broadcast
from streams.services.locked import lock_open_broadcast, lock_show
from streams.services.show_log import show_facts, tell
from streams.states import move_show

SYSTEM = "system"


def check_time_zone(value: str) -> str:
    """The name itself. Raises TimeZoneUnknown."""
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise TimeZoneUnknown(param="time_zone", value=value) from None
    return value


def create_show(
    *,
    title: str,
    actor: str,
    slug: str = "",
    time_zone: str = "Europe/Berlin",
    starts_at: dt.datetime | None = None,
    duration_minutes: int = 45,
    **details: object,
) -> Show:
    """A draft. Without a slug one is made from the title. `details` are further fields of Show.

    Raises SlugTaken for a slug that was asked for, TimeZoneUnknown, InvalidInput (a start that no
    calendar shows).
    """
    check_time_zone(time_zone)
    _check_calendar(starts_at)
    show = Show(
        title=title.strip(),
        slug=slug or free_slug(title),
        time_zone=time_zone,
        starts_at=starts_at,
        duration_minutes=duration_minutes,
        **details,
    )
    with transaction.atomic():
        save_with_slug(show, force_insert=True)
        tell(show, ShowDrafted(**show_facts(show)), actor=actor)
    return show


def schedule_show(*, show_id: uuid.UUID, actor: str) -> Show:
    """Publish the date of a draft. Raises TransitionRefused, ShowIncomplete, StartInThePast. Locks
    the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        move_show(show, ShowStatus.SCHEDULED)
        _check_start(show.starts_at)
        show.save(update_fields=["status"])
        tell(show, ShowScheduled(**show_facts(show)), actor=actor)
    return show


def reschedule_show(
    *,
    show_id: uuid.UUID,
    starts_at: dt.datetime | None,
    actor: str,
    time_zone: str = "",
    duration_minutes: int | None = None,
) -> Show:
    """Move the start of a show that is not on yet; a lobby that is open closes when the new start
    is further off than its time. A draft may be without one. The same date again changes nothing.

    Raises TransitionRefused once it aired, StartInThePast, InvalidInput, TimeZoneUnknown. Locks the show.
    """
    _check_calendar(starts_at)
    with transaction.atomic():
        show = lock_show(show_id)
        before = (show.starts_at, show.time_zone, show.duration_minutes)
        show.starts_at = starts_at
        show.time_zone = check_time_zone(time_zone) if time_zone else show.time_zone
        show.duration_minutes = duration_minutes or show.duration_minutes
        if before == (show.starts_at, show.time_zone, show.duration_minutes):
            return show
        lobby_opens = starts_at - dt.timedelta(minutes=show.lobby_minutes) if starts_at else None
        if show.status == ShowStatus.LOBBY and lobby_opens and lobby_opens > clock.now():
            move_show(show, ShowStatus.SCHEDULED)
        elif not show.is_open_for_plans:
            move_show(show, ShowStatus.SCHEDULED)  # refused, with the words of the table
        if show.status != ShowStatus.DRAFT:
            _check_start(show.starts_at)
        show.save(update_fields=["starts_at", "time_zone", "duration_minutes", "status"])
        if show.status != ShowStatus.DRAFT:
            # Whoever was reminded of the old start is told of the new one too.
            show.interests.update(sent_at=None)
            tell(show, ShowRescheduled(**show_facts(show), status=show.status), actor=actor)
    return show


def withdraw_show(*, show_id: uuid.UUID, actor: str) -> Show:
    """Back to a draft. Raises TransitionRefused. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        move_show(show, ShowStatus.DRAFT)
        show.save(update_fields=["status"])
        tell(show, ShowWithdrawn(**show_facts(show)), actor=actor)
    return show


def cancel_show(*, show_id: uuid.UUID, actor: str) -> Show:
    """Call a show off before it aired; a test picture ends with it. Raises TransitionRefused.
    Locks the show and its broadcast."""
    with transaction.atomic():
        show = lock_show(show_id)
        move_show(show, ShowStatus.CANCELLED)
        show.save(update_fields=["status"])
        broadcast = lock_open_broadcast(show)
        closed = [close_locked_broadcast(broadcast)] if broadcast else []
        close_prices_of_show(show_id=show_id, actor=actor)
        tell(show, ShowCancelled(**show_facts(show)), *closed, actor=actor)
    return show


def open_lobby(*, show_id: uuid.UUID, actor: str) -> Show:
    """Open the lobby; doing it twice changes nothing. Raises TransitionRefused. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        if show.status == ShowStatus.LOBBY:
            return show
        move_show(show, ShowStatus.LOBBY)
        show.save(update_fields=["status"])
        tell(show, ShowLobbyOpened(**show_facts(show)), actor=actor)
    return show


def open_due_lobbies() -> int:
    """Open every lobby whose time has come. Returns how many."""
    lead = ExpressionWrapper(F("lobby_minutes") * Value(dt.timedelta(minutes=1)), output_field=DurationField())
    due = Show.objects.filter(status=ShowStatus.SCHEDULED, starts_at__lte=Now() + lead)
    show_ids = list(due.order_by("pk").values_list("pk", flat=True))
    for show_id in show_ids:
        open_lobby(show_id=show_id, actor=SYSTEM)
    return len(show_ids)


def _check_calendar(starts_at: dt.datetime | None) -> None:
    if starts_at is not None and not clock.is_on_calendars(starts_at):
        raise InvalidInput(param="starts_at", reason="Choose a day between 2000 and 2199.")


def _check_start(starts_at: dt.datetime | None) -> None:
    if starts_at is None or starts_at < clock.now():
        raise StartInThePast(param="starts_at")
