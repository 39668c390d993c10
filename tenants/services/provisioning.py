"""Building a brand's schema and first contents, step by step; safe to run again after any crash.

Not here: sign-up, which made the brand's rows.
"""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from kernel import clock
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import advisory_lock
from kernel.tenancy import brand_context, public_context
from tenants.events import BrandProvisioned
from tenants.models import Brand, ProvisioningStep
from tenants.selectors import forget_hosts
from tenants.services.cloning import clone_template
from tenants.services.theme import publish_theme

log = structlog.get_logger(__name__)


def provision(brand: Brand) -> None:
    """Run every step that is not done yet, in order, then open the brand.

    Two runs at once: the second waits for the first and finds the steps done. A failing step is
    noted with its error and raises, so that the task is run again.
    """
    for name, step in STEPS:
        with public_context(), transaction.atomic():
            advisory_lock("provision", str(brand.pk))
            row, _ = ProvisioningStep.objects.get_or_create(brand=brand, name=name)
            if row.finished_at:
                continue
            log.info("provisioning.step", step=name, slug=brand.slug)
            try:
                with transaction.atomic():
                    step(brand)
            except Exception as error:
                failure: Exception | None = error
            else:
                failure = None
            row.attempts += 1
            row.error = repr(failure) if failure else ""
            row.finished_at = None if failure else clock.now()
            row.save()
        if failure:
            raise failure


def _clone_template(brand: Brand) -> None:
    clone_template(brand.schema_name)


def _publish_theme(brand: Brand) -> None:
    publish_theme(brand=brand)


def _open_log(brand: Brand) -> None:
    with brand_context(brand):
        append(BrandProvisioned(slug=brand.slug), topic=SHOP_TOPIC)


def _first_contents(brand: Brand) -> None:
    """First show and sample products: the apps above fill the shop, named in the settings."""
    fill: Callable[[Brand], None] = import_string(settings.BRAND_FIRST_CONTENTS)
    with brand_context(brand):
        fill(brand)


def _activate(brand: Brand) -> None:
    Brand.objects.filter(pk=brand.pk, status=Brand.Status.PROVISIONING).update(status=Brand.Status.ACTIVE)
    brand.refresh_from_db()
    transaction.on_commit(forget_hosts)


STEPS: tuple[tuple[str, Callable[[Brand], None]], ...] = (
    ("clone_template", _clone_template),
    ("publish_theme", _publish_theme),
    ("open_log", _open_log),
    ("first_contents", _first_contents),
    ("activate", _activate),
)
