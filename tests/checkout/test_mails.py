"""Mails about orders: none holds up another, each is sent once, and what failed is tried again.

Not here: what stands in them (test_pages.py).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.db.models import F

from checkout.models import Order, OrderMail
from checkout.services import outbox
from checkout.services.outbox import send_due_mails
from config.wiring import READERS
from kernel.eventlog.cursors import drain
from kernel.eventlog.models import Cursor
from kernel.eventlog.sequencer import order_pending
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.checkout.mailboxes import MailServer
from tests.checkout.provider import Provider
from tests.factories.checkout import make_buyer, make_paid_order
from tests.race.test_holds_race import together

(READER,) = (reader for reader in READERS if reader.name == "buyers_mails")
BAD, GOOD = "gone@example.test", "noor@example.test"


@pytest.fixture
def mailboxes(settings: LazySettings) -> Iterator[MailServer]:
    """A real mail server that does not know one of the buyers."""
    server = MailServer()
    server.refused = {BAD}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.close()


def asked_for(*emails: str) -> list[Order]:
    """Paid orders whose events the reader has seen."""
    orders = [make_paid_order(buyer=make_buyer(email=email)) for email in emails]
    order_pending()
    drain(READER)
    return orders


def pass_time(by: dt.timedelta) -> None:
    OrderMail.objects.exclude(due_at=None).update(due_at=F("due_at") - by)


def test_a_refused_mailbox_holds_up_no_other_mail(shop: Brand, provider: Provider, mailboxes: MailServer) -> None:
    bad, good = asked_for(BAD, GOOD)
    assert send_due_mails() == 1
    assert [to for to, _ in mailboxes.taken] == [GOOD]
    assert Cursor.objects.get(name=READER.name).failures == 0
    waits, went = OrderMail.objects.get(order=bad), OrderMail.objects.get(order=good)
    assert (went.due_at, went.tries, waits.tries, waits.sent_at) == (None, 1, 1, None)
    assert "550" in waits.failure
    assert send_due_mails() == 0  # not yet
    mailboxes.refused.clear()
    pass_time(outbox.TRY_AGAIN[0])
    assert send_due_mails() == 1
    pass_time(dt.timedelta(days=9))
    assert send_due_mails() == 0  # each went out once
    assert [to for to, _ in mailboxes.taken] == [GOOD, BAD]


def test_a_mail_that_never_gets_through_stands_at_its_order(
    shop: Brand, provider: Provider, mailboxes: MailServer
) -> None:
    (order,) = asked_for(BAD)
    for _ in range(len(outbox.TRY_AGAIN) + 3):
        send_due_mails()
        pass_time(dt.timedelta(days=1))
    mail_ = OrderMail.objects.get()
    order.refresh_from_db()
    assert (mail_.tries, mail_.due_at, mail_.sent_at) == (len(outbox.TRY_AGAIN) + 1, None, None)
    assert order.attention == f"A mail to {BAD} could not be delivered."


def test_an_event_that_is_read_again_asks_for_no_second_mail(shop: Brand, provider: Provider) -> None:
    asked_for(GOOD)
    send_due_mails()
    Cursor.objects.filter(name=READER.name).update(position=0)
    drain(READER)
    assert send_due_mails() == 0
    assert len(mail.outbox) == 1


def test_a_killed_sender_leaves_its_mail_to_the_next_one(
    shop: Brand, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for(GOOD)

    def killed(_: OrderMail) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(outbox, "send_order_mail", killed)
        with pytest.raises(SystemExit):
            send_due_mails()
    assert send_due_mails() == 0  # it may still be at it
    pass_time(outbox.CLAIM)
    assert send_due_mails() == 1


class Watched(EmailBackend):
    """Notes whether a transaction was open while a mail went out."""

    in_transaction: list[bool] = []

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        self.in_transaction.append(connection.in_atomic_block)
        return int(super().send_messages(messages))


@pytest.mark.usefixtures("eager_tasks")
def test_mails_go_out_after_the_commit_and_once_however_many_send(
    open_shops: dict[str, Brand], provider: Provider, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Watched"
    Watched.in_transaction.clear()
    with brand_context(open_shops["aurora"]):
        asked_for(GOOD)  # the commit of the reader starts the task
        assert Watched.in_transaction == [False]
        asked = [make_paid_order() for _ in range(3)]
        OrderMail.objects.bulk_create(
            OrderMail(key=order.number, template="order_paid", order=order, data={}) for order in asked
        )
    sent = together(open_shops["aurora"], [partial(send_due_mails)] * 4)
    assert sum(sent) == 3
    assert Watched.in_transaction == [False] * 4
