"""Sending the mails about orders: right after the commit that asked for one, and by beat what failed."""

from celery import shared_task

from checkout.services.outbox import send_due_mails


@shared_task(ignore_result=True, expires=60)
def send_order_mails() -> None:
    send_due_mails()
