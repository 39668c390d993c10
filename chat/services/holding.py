"""Keeping a line back until the team has read it.

Not here: what the team says to it (deciding).
"""

from math import ceil

from django.db import transaction

from chat.errors import OneQuestionAMinute, QueueFull
from chat.events import MessageHeld, MessageWaiting
from chat.models import HeldMessage, Question
from chat.services.questions import EVERY
from chat.writer import Line, quote_for
from kernel import clock
from kernel.eventlog.store import append, show_topic
from kernel.locks import advisory_lock

MOST_WAITING = 500  # in one room; more than any team reads in a show


def hold_line(*, line: Line, rule: str = "", is_question: bool = False) -> HeldMessage:
    """Put a line before the team: they and its author hear of it, nobody else. The same key again
    gives the line that was kept then, whatever became of it. Raises QueueFull, OneQuestionAMinute."""
    person = line.person
    with transaction.atomic():
        known = HeldMessage.objects.filter(author_key=person.key, key=line.key).first()
        if known is not None:
            return known
        if HeldMessage.objects.filter(show_id=line.show_id, status=HeldMessage.Status.WAITING).count() >= MOST_WAITING:
            raise QueueFull(retry_after=60)
        if is_question:
            advisory_lock("ask", person.key)  # as those that are asked at once
            _check_pace(person.key)
        quote = quote_for(line)
        held = HeldMessage(
            show_id=line.show_id,
            author_key=person.key,
            author=person.name,
            text=line.text,
            key=line.key,
            customer_id=person.customer_id,
            reply_to_id=line.reply_to if quote else None,
            is_question=is_question,
            rule=rule,
            held_at=clock.now(),
        )
        HeldMessage.objects.bulk_create([held], ignore_conflicts=True)  # another window may have been first
        kept = HeldMessage.objects.get(author_key=person.key, key=line.key)
        if kept.pk != held.pk:
            return kept
        topic, key = show_topic(line.show_id), str(line.key)
        told = MessageHeld(
            held_id=held.public_id,
            author_key=person.key,
            author=person.name,
            text=line.text,
            reply_to=quote,
            key=key,
            rule=rule,
            is_question=is_question,
        )
        waiting = MessageWaiting(held_id=held.public_id, text=line.text, key=key)
        append(told, topic=topic, actor=person.actor)
        append(waiting, topic=topic, actor=person.actor, to=person.key)
    return held


def _check_pace(author_key: str) -> None:
    """One question a minute, whether it waits or not."""
    since = clock.now() - EVERY
    asked = Question.objects.filter(author_key=author_key, asked_at__gt=since).values_list("asked_at", flat=True)
    held = HeldMessage.objects.filter(author_key=author_key, is_question=True, held_at__gt=since)
    if last := max([*asked, *held.values_list("held_at", flat=True)], default=None):
        left = ceil((last - since).total_seconds())
        raise OneQuestionAMinute(seconds=left, retry_after=left)
