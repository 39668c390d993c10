"""The half-minute look at what stays open: lost events, payments and refunds without an answer."""

from celery import shared_task

from checkout.services.hooks import handle_open
from checkout.services.reconciling import reconcile


@shared_task(ignore_result=True, expires=60)
def reconcile_payments() -> None:
    handle_open()
    reconcile()
