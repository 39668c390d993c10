"""Asking how the brand's own account at the provider stands: each hour, and when a charge on it was refused."""

from celery import shared_task

from checkout.services.connecting import refresh_account


@shared_task(ignore_result=True, expires=3600)
def refresh_payment_account() -> None:
    refresh_account()
