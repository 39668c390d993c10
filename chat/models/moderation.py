"""Who may not speak, and which words may not be said. Both are the brand's, not one show's."""

from django.db import models
from django.db.models import Q

from chat.models.people import AUTHOR_KEY, NAME
from kernel.models import Record


class Ban(Record):
    """A ban (`until` is empty) closes the person's sockets; a time-out keeps them silent until then."""

    id_prefix = "ban"

    viewer_key = models.CharField(max_length=AUTHOR_KEY)
    customer_id = models.UUIDField(null=True)
    name = models.CharField(max_length=NAME, blank=True)
    show_id = models.UUIDField(null=True)  # where it was spoken
    reason = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer_key"],
                condition=Q(lifted_at__isnull=True, until__isnull=True),
                name="ban_once_per_viewer",
            )
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(lifted_at__isnull=True), name="ban_in_force"),
            models.Index(fields=["customer_id"], condition=Q(lifted_at__isnull=True), name="ban_by_customer"),
        ]


class BlockedWord(models.Model):
    """A word or a phrase of up to four words, as the moderator wrote it."""

    text = models.CharField(max_length=60, unique=True)
