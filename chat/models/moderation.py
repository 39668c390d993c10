"""Who may not speak, and which words may not be said. Both are the brand's, not one show's."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from chat.models.people import AUTHOR_KEY, HASH, NAME
from kernel.models import Record


class Ban(Record):
    """A ban closes the person's sockets; a time-out keeps them silent until then; under a shadow ban
    only they and the team see what they say. `devices` and `networks` are hashes (kernel.traces)."""

    id_prefix = "ban"

    class Kind(models.TextChoices):
        BAN = "ban"
        TIMEOUT = "timeout"
        SHADOW = "shadow"

    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.BAN)
    viewer_key = models.CharField(max_length=AUTHOR_KEY)
    customer_id = models.UUIDField(null=True)
    name = models.CharField(max_length=NAME, blank=True)
    show_id = models.UUIDField(null=True)  # where it was spoken
    reason = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True)
    devices = ArrayField(models.CharField(max_length=HASH), default=list)
    networks = ArrayField(models.CharField(max_length=HASH), default=list)
    networks_until = models.DateTimeField(null=True)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer_key", "kind"],
                condition=Q(lifted_at__isnull=True, until__isnull=True),
                name="ban_once_per_viewer",
            ),
            models.CheckConstraint(
                condition=Q(kind="timeout", until__isnull=False) | Q(kind__in=["ban", "shadow"], until__isnull=True),
                name="ban_time_outs_end",
            ),
            models.CheckConstraint(
                condition=Q(networks=[], networks_until__isnull=True) | Q(networks_until__isnull=False),
                name="ban_of_networks_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(lifted_at__isnull=True), name="ban_in_force"),
            models.Index(fields=["customer_id"], condition=Q(lifted_at__isnull=True), name="ban_by_customer"),
        ]


class Footprint(models.Model):
    """From which device and network a viewer wrote, as hashes, so that a ban can reach further than a
    nickname. Forgotten after two weeks."""

    viewer_key = models.CharField(max_length=AUTHOR_KEY)
    device = models.CharField(max_length=HASH, blank=True)
    network = models.CharField(max_length=HASH, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer_key", "device", "network"], name="footprint_once"),
        ]
        indexes = [
            models.Index(fields=["network"], name="footprint_by_network"),
            models.Index(fields=["seen_at"], name="footprint_by_age"),
        ]


class BlockedWord(models.Model):
    """A word or a phrase of up to four words, as the moderator wrote it."""

    text = models.CharField(max_length=60, unique=True)
