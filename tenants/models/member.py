"""Who works for a brand, and as what."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from kernel.models import Record
from tenants.models.brand import Brand


class Role(models.TextChoices):
    """Owner: everything. Host: shows, products and sales. Moderator: the room."""

    OWNER = "owner"
    HOST = "host"
    MODERATOR = "moderator"


class Member(Record):
    id_prefix = "mem"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    title = models.CharField(max_length=60, blank=True)  # shown beside the name in the chat
    joined_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "user"], name="member_once_per_brand"),
            models.CheckConstraint(condition=Q(role__in=["owner", "host", "moderator"]), name="member_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user.email} ({self.role})"
