"""Mails to buyers: about their orders, asked for by the log; and the code to sign in with.

Not here: when a mail about an order goes out, and again if it failed (outbox); the words (templates/emails).
"""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from checkout.models import Order, OrderMail, Refund, Return, Shipment
from kernel import ids
from kernel.eventlog.store import Recorded
from kernel.tasks import send_on_commit
from kernel.tenancy import current_brand
from tenants.selectors import primary_address

# Which event makes which mail. A cancelled order that nobody paid makes none.
TEMPLATES = {
    "order.paid": "order_paid",
    "shipment.sent": "order_sent",
    "shipment.delivered": "order_delivered",
    "return.requested": "return_requested",
    "return.approved": "return_approved",
    "return.declined": "return_declined",
    "return.received": "return_received",
    "order.cancelled": "order_cancelled",
    "refund.issued": "refund",
}


def mail_about(record: Recorded) -> None:
    """The reader `buyers_mails`: one mail an event, written down with the reader's cursor and sent by a
    task after the commit, so that no mailbox holds up the reader or the mails of others."""
    order = Order.objects.filter(pk=Order.parse_id(record.data["order_id"])).first()
    if order is None or not _is_worth_a_mail(record, order):
        return
    _, is_new = OrderMail.objects.get_or_create(
        key=ids.public_id("evt", record.event_id),
        defaults={"template": TEMPLATES[record.type], "order": order, "data": record.data},
    )
    if is_new:
        from checkout.tasks.mails import send_order_mails  # tasks call services, and this one starts a task

        send_on_commit(send_order_mails)


def send_order_mail(mail: OrderMail) -> None:
    """Write and send one mail, outside of transactions. The message's id is the event's, so that a
    mailbox may drop a double. Raises OSError, and whatever a template raises."""
    order = mail.order
    facts: dict[str, Any] = {"order": order, "lines": list(order.lines.order_by("pk")), "data": mail.data}
    if "refund_id" in mail.data:
        facts["refund"] = Refund.by_public_id(mail.data["refund_id"])
    if "shipment_id" in mail.data:
        facts["shipment"] = Shipment.by_public_id(mail.data["shipment_id"])
        facts["parcel"] = facts["shipment"].lines.select_related("line").order_by("line_id")
    if "return_id" in mail.data:
        facts["ret"] = Return.by_public_id(mail.data["return_id"])
        facts["parcel"] = facts["ret"].lines.select_related("line").order_by("line_id")
    _send(mail.template, to=order.email, language=order.language, facts=facts, message_id=mail.key)


def send_sign_in_code(*, email: str, code: str) -> None:
    """Sent at once and never by the log: the code is a secret."""
    _send("sign_in_code", to=email, language=translation.get_language() or "en", facts={"code": code})


def _is_worth_a_mail(record: Recorded, order: Order) -> bool:
    if record.type == "return.requested" and record.data["status"] == Return.Status.APPROVED:
        return False  # the team asked for it, and the word that it is approved says all
    return record.type != "order.cancelled" or order.payments.filter(status="captured").exists()


def _send(template: str, *, to: str, language: str, facts: dict[str, Any], message_id: str = "") -> None:
    brand = current_brand()
    address = primary_address(brand)
    context = {**facts, "brand": brand, "theme": brand.theme, "base_url": address.base_url}
    with translation.override(language):
        subject = render_to_string(f"emails/{template}.subject.txt", context).strip()
        mail = EmailMultiAlternatives(subject, render_to_string(f"emails/{template}.txt", context), to=[to])
        mail.attach_alternative(render_to_string(f"emails/{template}.html", context), "text/html")
    if message_id:
        mail.extra_headers["Message-ID"] = f"<{message_id}@{address.host}>"
    if brand.contact_email:
        mail.reply_to = [brand.contact_email]
    mail.send()
