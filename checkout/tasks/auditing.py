"""The look into the provider's lists, four times a day; what it finds strange stands at the order."""

from celery import shared_task

from checkout.services.auditing import audit_books


@shared_task(ignore_result=True, expires=21_600)
def audit_payments() -> None:
    audit_books()
