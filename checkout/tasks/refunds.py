"""Sending one claimed refund, right after the commit that claimed it."""

import uuid

from celery import shared_task

from checkout.services.refunds import send_refund


@shared_task(ignore_result=True)
def send_refund_now(refund_id: str) -> None:
    send_refund(refund_id=uuid.UUID(refund_id))
