"""Handling one stored event of the provider; what fails here is taken up by reconciliation."""

from celery import shared_task

from checkout.services.hooks import handle_stored


@shared_task(ignore_result=True)
def handle_notice(event_id: str) -> None:
    handle_stored(event_id=event_id)
