"""The host names of a brand: its sub-domain of the platform, and domains of its own."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django_tenants.models import DomainMixin


class Domain(DomainMixin):
    """`domain` is a lower-case host without port. A custom domain serves only once verified."""

    class Kind(models.TextChoices):
        PLATFORM = "platform"
        CUSTOM = "custom"

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PLATFORM)
    verified_at = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(domain__regex=r"^[a-z0-9.-]+$"), name="domain_is_a_plain_host"),
            models.CheckConstraint(
                condition=Q(kind="platform", verified_at__isnull=False) | Q(kind="custom"),
                name="domain_of_platform_is_verified",
            ),
        ]

    def __str__(self) -> str:
        return str(self.domain)
