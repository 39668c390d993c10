"""The sweep that ends holds; beat sends it to every brand each second or two."""

from celery import shared_task

from checkout.services.ending import expire_holds


@shared_task(ignore_result=True, expires=10)
def sweep_holds() -> None:
    expire_holds()
