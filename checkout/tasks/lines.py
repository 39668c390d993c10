"""The sweep that serves lines; beat sends it to every brand each second or two."""

from celery import shared_task

from checkout.services.line_mails import mail_offers
from checkout.services.lines import serve_lines


@shared_task(ignore_result=True, expires=10)
def sweep_lines() -> None:
    serve_lines()
    mail_offers()
