"""Somebody was asked by e-mail to work for a brand; the signed link in the mail names this row."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from kernel.models import Record
from tenants.models.brand import Brand
from tenants.models.member import Role


class Invitation(Record):
    """Open until it is accepted or withdrawn; one open invitation an address and brand."""

    id_prefix = "ivt"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "brand",
                Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(role__in=["owner", "host", "moderator"]), name="invitation_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"
