"""Silencing viewers for a while or for good, and letting them speak again.

Not here: what open sockets do about it; they follow the events.
"""

import datetime as dt
import uuid

from django.db import transaction

from chat.errors import AlreadyLifted, CannotBanTeam
from chat.events import (
    ViewerBanned,
    ViewerShadowed,
    ViewerShutOut,
    ViewerTimedOut,
    ViewerUnbanned,
    ViewerUnshadowed,
)
from chat.models import Ban, Footprint, Message
from kernel import clock, ids
from kernel.errors import InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import advisory_lock

LONGEST = dt.timedelta(days=1)
NETWORK_HOURS, MOST_NETWORK_HOURS = 24, 30 * 24
_MOST_TRACES = 10  # of one viewer, the newest


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
        ban = _make(Ban.Kind.TIMEOUT, viewer_key, actor, show_id, reason, until=until)
        event = ViewerTimedOut(ban_id=ban.public_id, viewer_key=viewer_key, until=until, reason=ban.reason)
        append(event, topic=SHOP_TOPIC, actor=actor, to=viewer_key)
    return ban


def ban_viewer(
    *,
    viewer_key: str,
    actor: str,
    show_id: uuid.UUID | None = None,
    reason: str = "",
    devices: bool = True,
    networks: bool = False,
    network_hours: int = NETWORK_HOURS,
) -> Ban:
    """Close all rooms of the brand for a viewer, for that customer on any device, and for the devices
    they wrote from under any nickname; with `networks` also for their networks, for a time.

    A second ban reaches as far as both say. Raises InvalidInput, CannotBanTeam.
    """
    _check_key(viewer_key)
    with transaction.atomic():
        advisory_lock("ban", viewer_key)
        ban = _known(viewer_key, Ban.Kind.BAN) or _make(Ban.Kind.BAN, viewer_key, actor, show_id, reason)
        is_new = ban._state.adding
        reached = _reach(ban, devices=devices, networks=networks, hours=network_hours)
        ban.save()
        if is_new:
            customer = str(ban.customer_id) if ban.customer_id else None
            event = ViewerBanned(ban_id=ban.public_id, viewer_key=viewer_key, customer_id=customer, reason=ban.reason)
            append(event, topic=SHOP_TOPIC, actor=actor, to=viewer_key)
        if reached:
            append(_shut_out(ban), topic=SHOP_TOPIC, actor=actor)
    return ban


def shadow_viewer(
    *,
    viewer_key: str,
    actor: str,
    show_id: uuid.UUID | None = None,
    reason: str = "",
    devices: bool = True,
    networks: bool = False,
    network_hours: int = NETWORK_HOURS,
) -> Ban:
    """Let a viewer go on writing what from now on only they and the team see. They are not told. It
    reaches as far as a ban does. Raises InvalidInput, CannotBanTeam."""
    _check_key(viewer_key)
    with transaction.atomic():
        advisory_lock("ban", viewer_key)
        ban = _known(viewer_key, Ban.Kind.SHADOW) or _make(Ban.Kind.SHADOW, viewer_key, actor, show_id, reason)
        is_new = ban._state.adding
        reached = _reach(ban, devices=devices, networks=networks, hours=network_hours)
        ban.save()
        if is_new or reached:
            event = ViewerShadowed(
                ban_id=ban.public_id,
                viewer_key=viewer_key,
                customer_id=str(ban.customer_id) if ban.customer_id else None,
                devices=ban.devices,
                networks=ban.networks,
                networks_until=ban.networks_until,
                reason=ban.reason,
            )
            append(event, topic=SHOP_TOPIC, actor=actor)
    return ban


def lift_ban(*, ban_id: uuid.UUID, actor: str) -> Ban:
    """Let a viewer in or speak again. Locks the ban. Raises Ban.DoesNotExist, AlreadyLifted."""
    with transaction.atomic():
        ban = Ban.objects.select_for_update().get(pk=ban_id)
        if ban.lifted_at is not None or (ban.until and ban.until <= clock.now()):
            raise AlreadyLifted
        ban.lifted_at = clock.now()
        ban.save(update_fields=["lifted_at"])
        if ban.kind == Ban.Kind.SHADOW:
            event = ViewerUnshadowed(ban_id=ban.public_id, viewer_key=ban.viewer_key)
            append(event, topic=SHOP_TOPIC, actor=actor)
            return ban
        customer = str(ban.customer_id) if ban.customer_id else None
        told = ViewerUnbanned(ban_id=ban.public_id, viewer_key=ban.viewer_key, customer_id=customer)
        append(told, topic=SHOP_TOPIC, actor=actor, to=ban.viewer_key)
    return ban


def lift_all(*, viewer_key: str, actor: str) -> int:
    """Lift whatever is in force against a viewer, also while another does. Returns how many this was."""
    in_force = Ban.objects.filter(viewer_key=viewer_key, lifted_at=None).exclude(until__lte=clock.now())
    lifted = 0
    for ban_id in list(in_force.order_by("pk").values_list("pk", flat=True)):
        try:
            lift_ban(ban_id=ban_id, actor=actor)
        except AlreadyLifted:
            continue
        lifted += 1
    return lifted


def _check_key(viewer_key: str) -> None:
    if viewer_key.startswith("mem_"):
        raise CannotBanTeam(param="viewer")
    try:
        ids.parse_public_id("vwr", viewer_key)
    except ValueError as error:
        raise InvalidInput(param="viewer", reason="Name the viewer by the key of a message's author, vwr_…") from error


def _known(viewer_key: str, kind: Ban.Kind) -> Ban | None:
    """Locked: one that is being lifted at this moment is waited for, and is none then."""
    return Ban.objects.select_for_update().filter(viewer_key=viewer_key, kind=kind, lifted_at=None).first()


def _make(
    kind: Ban.Kind,
    viewer_key: str,
    actor: str,
    show_id: uuid.UUID | None,
    reason: str,
    *,
    until: dt.datetime | None = None,
) -> Ban:
    """The row, not saved unless it has an end: how far it reaches is still to be said."""
    said = Message.objects.filter(author_key=viewer_key).order_by("-id").first()
    ban = Ban(
        kind=kind,
        viewer_key=viewer_key,
        customer_id=said.customer_id if said else None,
        name=said.author if said else "",
        show_id=show_id,
        reason=" ".join(reason.replace("\0", " ").split())[:200],
        until=until,
        actor=actor,
        created_at=clock.now(),
    )
    if until is not None:
        ban.save()
    return ban


def _reach(ban: Ban, *, devices: bool, networks: bool, hours: int) -> bool:
    """Let a ban reach the devices and networks that its viewer wrote from. Whether it reaches further
    than before."""
    if not 1 <= hours <= MOST_NETWORK_HOURS:
        raise InvalidInput(param="network_hours", reason="A network is shut out for 1 hour to 30 days.")
    before = (set(ban.devices), set(ban.networks), ban.networks_until)
    steps = list(Footprint.objects.filter(viewer_key=ban.viewer_key).order_by("-seen_at")[:_MOST_TRACES])
    if devices:
        ban.devices = sorted({*ban.devices, *(step.device for step in steps if step.device)})
    if networks and (found := {step.network for step in steps if step.network}):
        ban.networks = sorted({*ban.networks, *found})
        ban.networks_until = clock.now() + dt.timedelta(hours=hours)
    return (set(ban.devices), set(ban.networks), ban.networks_until) != before


def _shut_out(ban: Ban) -> ViewerShutOut:
    return ViewerShutOut(
        ban_id=ban.public_id,
        viewer_key=ban.viewer_key,
        devices=ban.devices,
        networks=ban.networks,
        networks_until=ban.networks_until,
    )
