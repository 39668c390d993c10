"""Provisioning and invitations in the background.

Not here: the steps (services/provisioning.py).
"""

from celery import shared_task
from django.core.mail import send_mail
from django.template.loader import render_to_string

from kernel.tasks import BrandTask, PlatformTask
from tenants.models import Brand, Invitation
from tenants.selectors import primary_address


@shared_task(base=PlatformTask, bind=True, max_retries=5, autoretry_for=(Exception,), retry_backoff=2)
def provision_brand(self: PlatformTask, brand_id: str) -> None:
    """Provision a brand; repeated with back-off, and by the sweep when the message was lost."""
    from tenants.services.provisioning import provision  # services import this module to send it

    provision(Brand.objects.get(pk=brand_id))


@shared_task(base=PlatformTask, ignore_result=True, expires=20)
def sweep_provisioning() -> None:
    """Send again what was signed up but never finished."""
    for brand_id in Brand.objects.filter(status=Brand.Status.PROVISIONING).values_list("pk", flat=True):
        provision_brand.delay(str(brand_id))


@shared_task(base=BrandTask, autoretry_for=(OSError,), retry_backoff=5, max_retries=5)
def mail_invitation(invitation_id: str) -> None:
    """Write to somebody who was invited. Sent twice it is the same link; a withdrawn one is not sent."""
    from tenants.services.members import accept_url, from_address  # services import this module to send it

    invitation = (
        Invitation.objects.select_related("brand", "invited_by")
        .filter(pk=invitation_id, accepted_at=None, withdrawn_at=None)
        .first()
    )
    if invitation is None:
        return
    brand = invitation.brand
    context = {
        "invitation": invitation,
        "brand": brand,
        "url": primary_address(brand).base_url + accept_url(invitation),
    }
    send_mail(
        f"Join {brand.name} on Vitrine",
        render_to_string("emails/invitation.txt", context),
        from_address(brand),
        [invitation.email],
    )
