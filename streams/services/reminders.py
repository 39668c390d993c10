"""Reminders: asked for on the lobby page, written once, ten minutes before the start.

Not here: calendar files (calendars).
"""

import datetime as dt
import uuid

import structlog
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import timezone

from kernel.errors import InvalidInput
from kernel.tenancy import current_brand
from streams.access import show_link
from streams.errors import PlanClosed
from streams.events import ReminderRequested, RemindersSent
from streams.models import Interest, Show, ShowStatus
from streams.services.locked import lock_show
from streams.services.show_log import tell

LEAD = dt.timedelta(minutes=10)
ROUND = 200  # mails a round; the next one is half a minute away

log = structlog.get_logger(__name__)


def request_reminder(*, show_id: uuid.UUID, email: str, actor: str) -> Interest:
    """Note that this address wants one mail. Asking twice changes nothing. Raises InvalidInput,
    PlanClosed once the show is on or called off. Locks the show."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidInput(param="email", reason="Enter an e-mail address, like name@example.org.") from None
    with transaction.atomic():
        show = lock_show(show_id)
        if show.status not in (ShowStatus.SCHEDULED, ShowStatus.LOBBY):
            raise PlanClosed(current=show.status)
        interest, is_new = Interest.objects.get_or_create(show=show, email=address)
        if is_new:
            tell(show, ReminderRequested(show_id=show.public_id), actor=actor)
    return interest


def send_reminders() -> int:
    """Write to everybody whose show starts within ten minutes or is on. Returns how many.

    A row is marked before its mail goes out: a crash in between costs one reminder, never sends two.
    """
    due = Show.objects.filter(
        status__in=[ShowStatus.SCHEDULED, ShowStatus.LOBBY, ShowStatus.LIVE],
        starts_at__lte=Now() + LEAD,
        starts_at__gte=Now() - LEAD,
    )
    return sum(_send(show) for show in due.order_by("pk"))


def _send(show: Show) -> int:
    with transaction.atomic():
        waiting = list(
            Interest.objects.select_for_update(skip_locked=True).filter(show=show, sent_at=None).order_by("pk")[:ROUND]
        )
        Interest.objects.filter(pk__in=[row.pk for row in waiting]).update(sent_at=Now())
        if waiting:
            tell(show, RemindersSent(show_id=show.public_id, count=len(waiting)), actor="system")
    if waiting:
        facts = {"show": show, "brand": current_brand(), "url": show_link(show), "starts_at": show.local_start}
        with timezone.override(show.zone):
            subject = render_to_string("emails/reminder.subject.txt", facts).strip()
            text = render_to_string("emails/reminder.txt", facts)
        for row in waiting:
            _send_one(subject, text, row)
    return len(waiting)


def _send_one(subject: str, text: str, row: Interest) -> None:
    try:
        send_mail(subject, text, None, [row.email])
    except OSError as error:  # one mailbox's trouble is not the others'
        log.warning("reminder.failed", interest=str(row.pk), error=str(error))
