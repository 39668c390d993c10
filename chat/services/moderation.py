"""Silencing viewers for a while or for good, and letting them speak again.

Not here: what open sockets do about it; they follow the events.
"""

import datetime as dt
import uuid

from django.db import transaction

from chat.errors import AlreadyLifted, CannotBanTeam
from chat.events import ViewerBanned, ViewerTimedOut, ViewerUnbanned
from chat.models import Ban, Message
from kernel import clock, ids
from kernel.errors import InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import advisory_lock

LONGEST = dt.timedelta(days=1)


def time_out_viewer(
    *, viewer_key: str, seconds: int, actor: str, show_id: uuid.UUID | None = None, reason: str = ""
) -> Ban:
    """Keep a viewer silent in all rooms of the brand until the time is over; a new time-out takes
    the place of a running one. Raises InvalidInput, CannotBanTeam."""
    _check_key(viewer_key)
    if not 10 <= seconds <= LONGEST.total_seconds():
        raise InvalidInput(param="seconds", reason="A time-out lasts 10 seconds to one day.")
    until = clock.now() + dt.timedelta(seconds=seconds)
    with transaction.atomic():
        advisory_lock("ban", viewer_key)
        Ban.objects.filter(viewer_key=viewer_key, until__isnull=False, lifted_at=None).update(lifted_at=clock.now())
        ban = _make(viewer_key, actor, show_id, reason, until)
        event = ViewerTimedOut(ban_id=ban.public_id, viewer_key=viewer_key, until=until, reason=ban.reason)
        append(event, topic=SHOP_TOPIC, actor=actor, to=viewer_key)
    return ban


def ban_viewer(*, viewer_key: str, actor: str, show_id: uuid.UUID | None = None, reason: str = "") -> Ban:
    """Close all rooms of the brand for a viewer and, when they wrote as a customer, for that customer
    on any device. A second ban gives the first. Raises InvalidInput, CannotBanTeam."""
    _check_key(viewer_key)
    with transaction.atomic():
        advisory_lock("ban", viewer_key)
        known = Ban.objects.filter(viewer_key=viewer_key, until=None, lifted_at=None).first()
        if known is not None:
            return known
        ban = _make(viewer_key, actor, show_id, reason, None)
        customer = str(ban.customer_id) if ban.customer_id else None
        event = ViewerBanned(ban_id=ban.public_id, viewer_key=viewer_key, customer_id=customer, reason=ban.reason)
        append(event, topic=SHOP_TOPIC, actor=actor, to=viewer_key)
    return ban


def lift_ban(*, ban_id: uuid.UUID, actor: str) -> Ban:
    """Let a viewer in or speak again. Locks the ban. Raises Ban.DoesNotExist, AlreadyLifted."""
    with transaction.atomic():
        ban = Ban.objects.select_for_update().get(pk=ban_id)
        if ban.lifted_at is not None or (ban.until and ban.until <= clock.now()):
            raise AlreadyLifted
        ban.lifted_at = clock.now()
        ban.save(update_fields=["lifted_at"])
        customer = str(ban.customer_id) if ban.customer_id else None
        event = ViewerUnbanned(ban_id=ban.public_id, viewer_key=ban.viewer_key, customer_id=customer)
        append(event, topic=SHOP_TOPIC, actor=actor, to=ban.viewer_key)
    return ban


def lift_all(*, viewer_key: str, actor: str) -> int:
    """Lift whatever is in force against a viewer. Returns how many."""
    in_force = Ban.objects.filter(viewer_key=viewer_key, lifted_at=None).exclude(until__lte=clock.now())
    found = list(in_force.order_by("pk").values_list("pk", flat=True))
    for ban_id in found:
        lift_ban(ban_id=ban_id, actor=actor)
    return len(found)


def _check_key(viewer_key: str) -> None:
    if viewer_key.startswith("mem_"):
        raise CannotBanTeam(param="viewer")
    try:
        ids.parse_public_id("vwr", viewer_key)
    except ValueError as error:
        raise InvalidInput(param="viewer", reason="Name the viewer by the key of a message's author, vwr_…") from error


def _make(viewer_key: str, actor: str, show_id: uuid.UUID | None, reason: str, until: dt.datetime | None) -> Ban:
    said = Message.objects.filter(author_key=viewer_key).order_by("-id").first()
    return Ban.objects.create(
        viewer_key=viewer_key,
        customer_id=said.customer_id if said else None,
        name=said.author if said else "",
        show_id=show_id,
        reason=" ".join(reason.replace("\0", " ").split())[:200],
        until=until,
        actor=actor,
        created_at=clock.now(),
    )
