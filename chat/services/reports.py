"""Viewers' reports of lines: taken, and settled when the team leaves the line as it is.

Not here: removing the line (messages), which settles them too.
"""

import datetime as dt
import uuid
from collections import Counter
from math import ceil

from django.db import transaction

from chat.errors import NotInRoom, OwnLine, TooManyReports
from chat.events import MessageReported, ReportsSettled
from chat.models import Message, Report
from chat.people import Person
from kernel import clock
from kernel.eventlog.store import append, show_topic

MOST, EVERY = 10, dt.timedelta(minutes=10)


def report_line(*, show_id: uuid.UUID, message_id: uuid.UUID, person: Person, reason: str) -> None:
    """Bring a line before the team, with how many have said so and why. The same viewer and line count
    once, whatever became of it. A line that is gone has been dealt with.

    Locks the line. Raises NotInRoom, OwnLine, TooManyReports.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id, show_id=show_id, is_hidden=False).first()
        if message is None:
            raise NotInRoom(noun="message")
        if message.author_key == person.key:
            raise OwnLine
        known = message.reports.filter(viewer_key=person.key).exists()
        if known or message.removed_at is not None:
            return
        _check_pace(person.key)
        Report.objects.create(message=message, viewer_key=person.key, reason=reason, at=clock.now())
        reasons = Counter(message.reports.filter(settled_at=None).values_list("reason", flat=True))
        event = MessageReported(
            message_id=message.public_id,
            author_key=message.author_key,
            author=message.author,
            text=message.text,
            reports=reasons.total(),
            reasons=dict(sorted(reasons.items())),
        )
        append(event, topic=show_topic(show_id), actor=person.actor)


def settle_reports(*, show_id: uuid.UUID, message_id: uuid.UUID, actor: str) -> None:
    """Leave a reported line as it is; who reports it from now on is heard anew. Twice is once.

    Locks the line. Raises NotInRoom.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id, show_id=show_id).first()
        if message is None:
            raise NotInRoom(noun="message")
        if close_reports(message):
            append(ReportsSettled(message_id=message.public_id), topic=show_topic(show_id), actor=actor)


def close_reports(message: Message) -> int:
    """Mark what was said against a locked line as dealt with. Returns how many."""
    return message.reports.filter(settled_at=None).update(settled_at=clock.now())


def _check_pace(viewer_key: str) -> None:
    since = clock.now() - EVERY
    made = list(Report.objects.filter(viewer_key=viewer_key, at__gt=since).order_by("at").values_list("at", flat=True))
    if len(made) >= MOST:
        left = ceil((made[-MOST] - since).total_seconds())
        raise TooManyReports(seconds=left, retry_after=left)
