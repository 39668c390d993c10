"""Who of the team looks after a room, and the note for who comes next.

Not here: who deals with a single line (claiming).
"""

import uuid

from django.db import transaction

from chat.events import HandOverWritten, ShiftBegan, ShiftEnded
from chat.models import HandOver, Shift
from kernel import clock
from kernel.errors import InvalidInput
from kernel.eventlog.store import append, show_topic
from kernel.locks import advisory_lock

LONGEST_NOTE = 1000


def begin_shift(*, show_id: uuid.UUID, member_id: str, name: str, actor: str) -> Shift:
    """Look after a room from now on; who already does goes on. Nobody else is sent away by it."""
    with transaction.atomic():
        advisory_lock("shift", str(show_id), member_id)
        known = Shift.objects.filter(show_id=show_id, member_id=member_id, until=None).first()
        if known is not None:
            return known
        shift = Shift.objects.create(show_id=show_id, member_id=member_id, name=name, since=clock.now())
        event = ShiftBegan(member_id=member_id, name=name, since=shift.since)
        append(event, topic=show_topic(show_id), actor=actor)
    return shift


def end_shift(*, show_id: uuid.UUID, member_id: str, actor: str) -> None:
    """Look after a room no longer. One guarded statement; twice is once."""
    with transaction.atomic():
        ended = Shift.objects.filter(show_id=show_id, member_id=member_id, until=None).update(until=clock.now())
        if ended:
            append(ShiftEnded(member_id=member_id), topic=show_topic(show_id), actor=actor)


def write_hand_over(*, show_id: uuid.UUID, text: str, author: str, actor: str) -> HandOver:
    """Leave a note for who comes next, in place of the one before; an empty one takes it away. Raises
    InvalidInput."""
    words = "\n".join(line.rstrip() for line in text.replace("\0", " ").strip().splitlines())
    if len(words) > LONGEST_NOTE:
        raise InvalidInput(param="text", reason=f"A note has at most {LONGEST_NOTE} characters.")
    with transaction.atomic():
        note = HandOver.objects.create(show_id=show_id, text=words, author=author, actor=actor, at=clock.now())
        event = HandOverWritten(text=words, author=author, written_at=note.at)
        append(event, topic=show_topic(show_id), actor=actor)
    return note
