"""Reminders: asked for on the lobby page, written ten minutes before the start.

Not here: calendar files (calendars).
"""

import datetime as dt
import uuid

import structlog
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import timezone

from kernel.errors import InvalidInput
from kernel.redis import client
from kernel.tenancy import current_brand, current_schema
from streams.access import show_link
from streams.errors import PlanClosed
from streams.events import ReminderRequested, RemindersSent
from streams.models import Interest, Show, ShowStatus
from streams.services.locked import lock_show
from streams.services.show_log import tell
from tenants.selectors import primary_address

LEAD = dt.timedelta(minutes=10)
ROUND = 200  # mails a round; the next one is half a minute away
CLAIM_SECONDS = 120

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

    A row is marked after its mail went out: none is lost. Who is killed in between sends that one again,
    under the same Message-ID, by which a mailbox knows it. Two rounds at once share the rows by claims.
    """
    due = Show.objects.filter(
        status__in=[ShowStatus.SCHEDULED, ShowStatus.LOBBY, ShowStatus.LIVE],
        starts_at__lte=Now() + LEAD,
        starts_at__gte=Now() - LEAD,
    )
    return sum(_send(show) for show in due.order_by("pk"))


def _send(show: Show) -> int:
    waiting = Interest.objects.filter(show=show, sent_at=None).order_by("pk")
    if not waiting.exists():
        return 0
    address = primary_address(current_brand())
    facts = {"show": show, "brand": current_brand(), "url": show_link(show), "starts_at": show.local_start}
    with timezone.override(show.zone):
        subject = render_to_string("emails/reminder.subject.txt", facts).strip()
        text = render_to_string("emails/reminder.txt", facts)
    sent = 0
    for row in waiting.iterator():
        if sent < ROUND and _claim(row):
            message_id = f"<{row.public_id}@{address.host}>"
            sent += _send_one(row, EmailMessage(subject, text, to=[row.email], headers={"Message-ID": message_id}))
    if sent:
        with transaction.atomic():
            tell(show, RemindersSent(show_id=show.public_id, count=sent), actor="system")
    return sent


def _claim(row: Interest) -> bool:
    """Whether this round may write to it. A claim only spares double mails; it ends by itself, so that
    what failed, or was left by a killed worker, is tried again."""
    return bool(client().set(f"vitrine:reminder:{current_schema()}:{row.pk}", 1, nx=True, ex=CLAIM_SECONDS))


def _send_one(row: Interest, mail: EmailMessage) -> bool:
    # Read after the claim: the round before may have sent it since this one began to look.
    if not Interest.objects.filter(pk=row.pk, sent_at=None).exists():
        return False
    try:
        mail.send()
    except OSError as error:  # one mailbox's trouble is not the others'
        log.warning("reminder.failed", interest=str(row.pk), error=str(error))
        return False
    Interest.objects.filter(pk=row.pk).update(sent_at=Now())
    return True
