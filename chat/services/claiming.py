"""Saying who of the team deals with a line that waits, so that two don't act at once.

Not here: the decision itself (deciding).
"""

import uuid

from django.db import connection, transaction

from chat.errors import AlreadyDecided, ClaimedByOther, NotInRoom
from chat.events import MessageClaimed
from chat.models import HeldMessage
from kernel.eventlog.store import append, show_topic

CLAIM_SECONDS = 60

# Guarded: of two at the same moment one gets it. By the database's clock, as all deadlines.
_CLAIM = """
UPDATE {held} SET claimed_by = %s, claimed_name = %s, claimed_until = now() + make_interval(secs => %s)
WHERE id = %s AND show_id = %s AND status = 'waiting'
  AND (claimed_by IN ('', %s) OR claimed_until IS NULL OR claimed_until <= now())
"""


def claim_line(*, show_id: uuid.UUID, held_id: uuid.UUID, actor: str, name: str) -> HeldMessage:
    """Take a line for a minute; one's own again takes it for another. Raises NotInRoom, AlreadyDecided,
    ClaimedByOther."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                _CLAIM.format(held=HeldMessage._meta.db_table), [actor, name, CLAIM_SECONDS, held_id, show_id, actor]
            )
            taken = cursor.rowcount == 1
        held = HeldMessage.objects.filter(pk=held_id, show_id=show_id).first()
        if held is None:
            raise NotInRoom(noun="message")
        if not taken and held.status != HeldMessage.Status.WAITING:
            raise AlreadyDecided(status=held.status)
        if not taken:
            raise ClaimedByOther(name=held.claimed_name)
        _tell(held, actor)
    return held


def release_line(*, show_id: uuid.UUID, held_id: uuid.UUID, actor: str) -> HeldMessage:
    """Give one's claim back; another's stays. Locks the line. Raises NotInRoom."""
    with transaction.atomic():
        held = HeldMessage.objects.select_for_update(of=("self",)).filter(pk=held_id, show_id=show_id).first()
        if held is None:
            raise NotInRoom(noun="message")
        if held.claimed_by == actor and held.status == HeldMessage.Status.WAITING:
            held.claimed_by, held.claimed_name, held.claimed_until = "", "", None
            held.save(update_fields=["claimed_by", "claimed_name", "claimed_until"])
            _tell(held, actor)
    return held


def _tell(held: HeldMessage, actor: str) -> None:
    event = MessageClaimed(held_id=held.public_id, by=held.claimed_by, name=held.claimed_name, until=held.claimed_until)
    append(event, topic=show_topic(held.show_id), actor=actor)
