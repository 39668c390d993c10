"""One ingest session of a show, reconnects inside its window included; and the engine's lease on it.

Not here: transitions (states) and the files of the picture (streams.media).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from kernel.models import Record
from streams.models.show import Show


class BroadcastStatus(models.TextChoices):
    OPENED = "opened"  # the encoder is in, no picture yet
    ACTIVE = "active"  # the picture can be played
    LOST = "lost"  # the encoder is gone, the window runs
    CLOSED = "closed"


class Broadcast(Record):
    """`session` is the publisher that counts; `sessions` are all that were ever heard of, so that a
    late or repeated hook changes nothing. `generation` rises with every taking of the lease, and
    whoever writes with a lower one is refused. `aired_at` is when the host said go: before it, the
    picture is nobody's but the staff's."""

    id_prefix = "brc"

    show = models.ForeignKey(Show, on_delete=models.PROTECT, related_name="broadcasts")
    status = models.CharField(max_length=8, choices=BroadcastStatus.choices, default=BroadcastStatus.OPENED)
    session = models.CharField(max_length=64)
    sessions = ArrayField(models.CharField(max_length=64), default=list)
    opened_at = models.DateTimeField(db_default=Now())
    playable_at = models.DateTimeField(null=True)
    started_media_at = models.DateTimeField(null=True)
    aired_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # The recording was reported; nothing is left to do for the engine.
    finished_at = models.DateTimeField(null=True)

    holder = models.CharField(max_length=80, blank=True)
    generation = models.PositiveIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True)

    health = models.JSONField(default=dict)
    health_at = models.DateTimeField(null=True)
    # Since when the engine finds no publisher although the gate never said that it left.
    silent_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["lease_expires_at"], name="broadcast_to_do", condition=Q(finished_at=None))]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=BroadcastStatus.values), name="broadcast_status_known"),
            models.UniqueConstraint(
                fields=["show"], condition=~Q(status="closed"), name="broadcast_open_once_per_show"
            ),
            models.UniqueConstraint(fields=["show"], condition=Q(aired_at__isnull=False), name="broadcast_on_air_once"),
            models.CheckConstraint(
                condition=Q(status="lost", lost_at__isnull=False) | ~Q(status="lost"), name="broadcast_lost_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | Q(closed_at__isnull=True) & ~Q(status="closed"),
                name="broadcast_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(status="closed"), name="broadcast_finished_is_closed"
            ),
        ]

    @property
    def has_publisher(self) -> bool:
        return self.status in (BroadcastStatus.OPENED, BroadcastStatus.ACTIVE)
