"""A brand: a customer of the platform, with a schema of its own; and the steps of making one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django_tenants.models import TenantMixin

from kernel import ids
from kernel.models import Record


class Brand(TenantMixin, Record):  # type: ignore[django-manager-missing]
    id_prefix = "brd"

    class Status(models.TextChoices):
        PROVISIONING = "provisioning"
        ACTIVE = "active"
        SUSPENDED = "suspended"

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PROVISIONING)
    currency = models.CharField(max_length=3, default="EUR")
    # Offered beside the brand's own; a product has a price in each in which it is sold.
    other_currencies = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=40, default="Europe/Berlin")
    country = models.CharField(max_length=2, default="DE")
    contact_email = models.EmailField(blank=True)
    stripe_account = models.CharField(max_length=64, null=True, unique=True)
    # The platform's part of each payment, in hundredths of a percent; empty: what the platform takes of all.
    fee_basis_points = models.PositiveIntegerField(null=True, blank=True)
    # Raised whenever something that is cached per host changes: status, domains, theme.
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    # The schema is cloned in a task (services/provisioning.py), never by save().
    auto_create_schema = False

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["provisioning", "active", "suspended"]), name="brand_status_known"
            ),
            models.CheckConstraint(
                condition=Q(fee_basis_points=None) | Q(fee_basis_points__lte=10_000), name="brand_fee_is_a_part"
            ),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"), name="brand_slug_is_a_host_label"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def currencies(self) -> list[str]:
        """What viewers may choose from, the brand's own first."""
        return list(dict.fromkeys([self.currency, *self.other_currencies]))

    # How the brand looks, for templates, which know it as one thing.
    @property
    def font(self) -> str:
        return self.theme.font

    @property
    def logo_url(self) -> str:
        return self.theme.logo_url

    @property
    def logo_night_url(self) -> str:
        return self.theme.logo_night_url

    @property
    def mark_url(self) -> str:
        return self.theme.mark_url


class ProvisioningStep(models.Model):
    """One finished or failed step of provisioning a brand; re-running skips what is done."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=40)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="provisioning_step_once")]
