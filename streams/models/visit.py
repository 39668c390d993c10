"""Who watched a show from when until when; only until the show's numbers are made of it.

Not here: who counts as a viewer (chat).
"""

import uuid

from django.db import models

from streams.models.show import Show


class VisitRecord(models.Model):
    """One stay of one viewer on one process. `left_at` is None while it goes on. `watcher` is the
    viewer's key, or a hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="visits")
    watcher = models.CharField(max_length=80)
    process = models.CharField(max_length=40)
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True) | models.Q(left_at__gte=models.F("came_at")),
                name="visit_ends_after_it_begins",
            )
        ]


class Counter(models.Model):
    """A process that counts a show's viewers, and when it last did: there ends what it left open."""

    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="counters")
    process = models.CharField(max_length=40)
    alive_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["show", "process"], name="counter_once_per_process")]
