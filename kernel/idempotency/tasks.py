"""Forgetting remembered answers when nobody can retry any more: they hold addresses.

Not here: how long that is (idempotency.api).
"""

from celery import shared_task

from kernel.idempotency import api


@shared_task(ignore_result=True, expires=3600)
def forget_old_keys() -> None:
    """Once an hour, for each brand."""
    api.forget_old_keys()
