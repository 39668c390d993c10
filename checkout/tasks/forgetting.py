"""The daily clean-up of rows that nothing needs any more."""

from celery import shared_task

from checkout.services.forgetting import forget_old_rows as forget


@shared_task(ignore_result=True, expires=86_400)
def forget_old_rows() -> None:
    forget()
