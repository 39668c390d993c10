"""Opening a room and setting how it is talked in.

Not here: single viewers (moderation) and words (blocklist).
"""

import uuid

from django.db import transaction

from chat.errors import LinesWaiting
from chat.events import ReactionCounted, RoomModeChanged, RoomOpened
from chat.models import HeldMessage, RoomSettings
from chat.services.deciding import decide_all
from kernel.errors import InvalidInput
from kernel.eventlog.store import append, show_topic

_ADD_REACTIONS = """
UPDATE {rooms} SET reactions = reactions + %s, reacted_at = now()
WHERE show_id = %s AND (reacted_at IS NULL OR reacted_at <= now() - interval '0.9 s')
RETURNING *
"""


def open_room(*, show_id: uuid.UUID, actor: str) -> None:
    """Make the room's row and tell of it. A room that is open stays as it is."""
    with transaction.atomic():
        room, made = RoomSettings.objects.get_or_create(pk=show_id)
        if made:
            event = RoomOpened(
                slow_seconds=room.slow_seconds, guests_allowed=room.guests_allowed, approval=room.approval
            )
            append(event, topic=show_topic(show_id), actor=actor)


def set_room_mode(
    *,
    show_id: uuid.UUID,
    actor: str,
    slow_seconds: int | None = None,
    guests_allowed: bool | None = None,
    approval: bool | None = None,
    waiting: str | None = None,
) -> RoomSettings:
    """Change what is given; tells only of a change. Whoever ends approving while lines wait for it says
    what becomes of them: `waiting` is "approve" or "decline".

    Locks the room's row, then those lines. Raises InvalidInput, LinesWaiting.
    """
    if slow_seconds is not None and not 0 <= slow_seconds <= 120:
        raise InvalidInput(param="slow_seconds", reason="Slow mode is 0 (off) to 120 seconds.")
    with transaction.atomic():
        RoomSettings.objects.get_or_create(pk=show_id)
        room = RoomSettings.objects.select_for_update().get(pk=show_id)
        before = (room.slow_seconds, room.guests_allowed, room.approval)
        if slow_seconds is not None:
            room.slow_seconds = slow_seconds
        if guests_allowed is not None:
            room.guests_allowed = guests_allowed
        if approval is not None:
            room.approval = approval
        if (room.slow_seconds, room.guests_allowed, room.approval) != before:
            room.save(update_fields=["slow_seconds", "guests_allowed", "approval"])
            if before[2] and not room.approval:
                _end_approval(show_id, waiting, actor)
            event = RoomModeChanged(
                slow_seconds=room.slow_seconds, guests_allowed=room.guests_allowed, approval=room.approval
            )
            append(event, topic=show_topic(show_id), actor=actor)
    return room


def _end_approval(show_id: uuid.UUID, waiting: str | None, actor: str) -> None:
    if waiting is not None:
        decide_all(show_id=show_id, approve=waiting == "approve", actor=actor)
        return
    rows = HeldMessage.objects.filter(show_id=show_id, status=HeldMessage.Status.WAITING, rule="")
    if count := rows.count():
        raise LinesWaiting(param="waiting", count=count)


def count_reactions(*, show_id: uuid.UUID, count: int) -> bool:
    """Add a process's sum to the room's and tell it, at most once a second per room over all
    processes. False: another process was first; keep the sum and come again.

    One guarded statement takes the turn, by the database's clock.
    """
    with transaction.atomic():
        RoomSettings.objects.get_or_create(pk=show_id)
        rows = RoomSettings.objects.raw(_ADD_REACTIONS.format(rooms=RoomSettings._meta.db_table), [count, show_id])
        for room in rows:
            append(ReactionCounted(count=count, total=room.reactions), topic=show_topic(show_id), actor="system")
            return True
    return False
