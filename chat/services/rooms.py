"""Opening a room and setting how it is talked in.

Not here: single viewers (moderation) and words (blocklist).
"""

import uuid

from django.db import connection, transaction

from chat.errors import LinesWaiting
from chat.events import ReactionCounted, RoomModeChanged, RoomOpened
from chat.models import HeldMessage, RoomSettings
from chat.services.deciding import decide_all
from kernel.errors import InvalidInput
from kernel.eventlog.store import append, show_topic

# By the database's clock, after the lock: whoever waited for it sees whether its turn has come.
_ADD_REACTIONS = """
UPDATE {rooms} room SET
    reactions = room.reactions + %(count)s,
    reactions_told = CASE WHEN before.is_due THEN room.reactions + %(count)s ELSE room.reactions_told END,
    reacted_at = CASE WHEN before.is_due THEN clock_timestamp() ELSE room.reacted_at END
FROM (
    SELECT show_id, reactions_told AS told,
           %(last)s OR coalesce(reacted_at <= clock_timestamp() - interval '0.9 s', true) AS is_due
    FROM {rooms} WHERE show_id = %(show)s FOR UPDATE
) before
WHERE room.show_id = before.show_id
RETURNING room.reactions, before.told, before.is_due
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


def count_reactions(*, show_id: uuid.UUID, count: int, is_last: bool = False) -> bool:
    """Add a process's sum to the room's, and tell of the room's at most once a second over all
    processes. False: it was not this one's turn to tell; come again, with what else there is. Who will
    not come again (`is_last`) has the turn.

    One statement adds and takes the turn. Locks the room's row.
    """
    with transaction.atomic():
        RoomSettings.objects.get_or_create(pk=show_id)
        with connection.cursor() as cursor:
            statement = _ADD_REACTIONS.format(rooms=RoomSettings._meta.db_table)
            cursor.execute(statement, {"count": count, "show": show_id, "last": is_last})
            total, told, is_due = cursor.fetchone()
        if is_due and total > told:
            append(ReactionCounted(count=total - told, total=total), topic=show_topic(show_id), actor="system")
    return bool(is_due)
