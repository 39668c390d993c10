"""Sending the mails about orders that are due, and trying again those that failed.

Not here: which event asks for which mail, and what stands in it (mails).
"""

import datetime as dt
import time

import structlog
from django.db.models import F
from django.db.models.functions import Now

from checkout.models import Order, OrderMail
from checkout.services.mails import send_order_mail

# Nobody else takes a mail that is being sent. Longer than a task may live, so that only a killed one's
# mail is sent again.
CLAIM = dt.timedelta(minutes=2)
# After the first try, the second, …; after the last of them a mail is given up, two days on.
TRY_AGAIN = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))

log = structlog.get_logger(__name__)


def send_due_mails(*, limit: int = 50, seconds: float = 10.0) -> int:
    """Send the mails that are due, each outside of a transaction. Returns how many went out.

    One that fails is tried again later and holds up no other; one that is given up stands at its order
    for staff to see. Several at once claim each mail by a guarded statement, so that it is sent once.
    No mail is begun after `seconds`: a slow server must not bring the task to its time limit.
    """
    due = OrderMail.objects.filter(due_at__lte=Now())
    sent, until = 0, time.monotonic() + seconds
    for key in due.order_by("due_at").values_list("pk", flat=True)[:limit]:
        if time.monotonic() >= until:
            break
        if due.filter(pk=key).update(due_at=Now() + CLAIM, tries=F("tries") + 1):
            sent += _send(OrderMail.objects.select_related("order").get(pk=key))
    return sent


def _send(mail: OrderMail) -> bool:
    try:
        send_order_mail(mail)
    except Exception as error:
        _put_off(mail, error)
        return False
    OrderMail.objects.filter(pk=mail.pk).update(sent_at=Now(), due_at=None, failure="")
    return True


def _put_off(mail: OrderMail, error: Exception) -> None:
    """Try again later, or give up and say so at the order, unless that asks for a look already."""
    again = TRY_AGAIN[mail.tries - 1] if mail.tries <= len(TRY_AGAIN) else None
    log.warning("order_mail.failed", mail=mail.key, tries=mail.tries, given_up=again is None, error=repr(error))
    OrderMail.objects.filter(pk=mail.pk).update(due_at=Now() + again if again else None, failure=repr(error)[:200])
    if again is None:
        quiet = Order.objects.filter(pk=mail.order_id, attention="")
        quiet.update(attention=f"A mail to {mail.order.email} could not be delivered."[:200])
