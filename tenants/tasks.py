"""Provisioning in the background.

Not here: the steps (services/provisioning.py).
"""

from celery import shared_task

from kernel.tasks import PlatformTask
from tenants.models import Brand


@shared_task(base=PlatformTask, bind=True, max_retries=5, autoretry_for=(Exception,), retry_backoff=2)
def provision_brand(self: PlatformTask, brand_id: str) -> None:
    """Provision a brand; repeated with back-off, and by the sweep when the message was lost."""
    from tenants.services.provisioning import provision  # services import this module to send it

    provision(Brand.objects.get(pk=brand_id))


@shared_task(base=PlatformTask)
def sweep_provisioning() -> None:
    """Send again what was signed up but never finished."""
    for brand_id in Brand.objects.filter(status=Brand.Status.PROVISIONING).values_list("pk", flat=True):
        provision_brand.delay(str(brand_id))
