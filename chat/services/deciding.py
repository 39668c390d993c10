"""What the team says to lines that wait: shown to all, or given back to their authors.

Not here: keeping them (holding) and saying who deals with which (claiming).
"""

import datetime as dt
import uuid

from django.db import transaction

from chat.errors import AlreadyDecided, ClaimedByOther, NotInRoom
from chat.events import MessageApproved, MessageDeclined, MessageReturned
from chat.models import HeldMessage, Message
from chat.people import Person
from chat.services.questions import ask_question
from chat.writer import Line, post_lines
from kernel import clock, ids
from kernel.eventlog.store import append, show_topic
from streams.selectors import show_by_id

_Status = HeldMessage.Status


def approve_line(*, show_id: uuid.UUID, held_id: uuid.UUID, actor: str) -> HeldMessage:
    """Show a line that waited, at the end of the chat, as its author's. Twice is once.

    Locks the line. Raises NotInRoom, AlreadyDecided, ClaimedByOther.
    """
    started = _media_started(show_id)
    with transaction.atomic():
        held = _take(show_id, held_id, _Status.APPROVED, actor)
        if held.status == _Status.WAITING:
            _approve(held, actor, started)
    return held


def decline_line(*, show_id: uuid.UUID, held_id: uuid.UUID, actor: str) -> HeldMessage:
    """Give a line that waited back to its author. Twice is once.

    Locks the line. Raises NotInRoom, AlreadyDecided, ClaimedByOther.
    """
    with transaction.atomic():
        held = _take(show_id, held_id, _Status.DECLINED, actor)
        if held.status == _Status.WAITING:
            _decline(held, actor)
    return held


def decide_all(*, show_id: uuid.UUID, approve: bool, actor: str) -> int:
    """Say the same to all that wait because the room's mode kept them; what a rule has kept still
    waits. Claims don't count: the mode is over. Locks the lines, in their order. Returns how many."""
    started = _media_started(show_id)
    with transaction.atomic():
        rows = HeldMessage.objects.select_for_update().filter(show_id=show_id, status=_Status.WAITING, rule="")
        waiting = list(rows.order_by("pk"))
        for held in waiting:
            if approve:
                _approve(held, actor, started)
            else:
                _decline(held, actor)
    return len(waiting)


def _take(show_id: uuid.UUID, held_id: uuid.UUID, wanted: str, actor: str) -> HeldMessage:
    """The locked line, if it waits or was decided the same way before."""
    held = HeldMessage.objects.select_for_update(of=("self",)).filter(pk=held_id, show_id=show_id).first()
    if held is None:
        raise NotInRoom(noun="message")
    if held.status not in (_Status.WAITING, wanted):
        raise AlreadyDecided(status=held.status)
    is_claimed = held.claimed_until is not None and held.claimed_until > clock.now()
    if held.status == _Status.WAITING and is_claimed and held.claimed_by != actor:
        raise ClaimedByOther(name=held.claimed_name)
    return held


def _approve(held: HeldMessage, actor: str, started: dt.datetime | None) -> None:
    author = Person(
        key=held.author_key,
        name=held.author,
        actor=f"viewer:{held.author_key}",
        keys=frozenset(),
        customer_id=held.customer_id,
    )
    if held.is_question:
        question = ask_question(show_id=held.show_id, person=author, text=held.text, key=held.key, is_paced=True)
        shown = question.public_id
    else:
        line = Line(
            show_id=held.show_id,
            person=author,
            text=held.text,
            key=held.key,
            reply_to=held.reply_to_id,
            media_started_at=started,
        )
        held.message_id = post_lines(lines=[line])[0]
        shown = ids.public_id(Message.id_prefix, held.message_id)
    _close(held, _Status.APPROVED, actor)
    event = MessageApproved(held_id=held.public_id, shown_id=shown, author_key=held.author_key)
    append(event, topic=show_topic(held.show_id), actor=actor)


def _decline(held: HeldMessage, actor: str) -> None:
    _close(held, _Status.DECLINED, actor)
    topic = show_topic(held.show_id)
    append(MessageDeclined(held_id=held.public_id, author_key=held.author_key), topic=topic, actor=actor)
    returned = MessageReturned(held_id=held.public_id, key=str(held.key))
    append(returned, topic=topic, actor=actor, to=held.author_key)


def _close(held: HeldMessage, status: HeldMessage.Status, actor: str) -> None:
    held.status, held.decided_at, held.decided_by = status, clock.now(), actor
    held.save(update_fields=["status", "decided_at", "decided_by", "message"])


def _media_started(show_id: uuid.UUID) -> dt.datetime | None:
    show = show_by_id(show_id)
    return show.media_started_at if show.status == "live" else None
