"""The remembered answers, in each brand's schema, so that one brand's keys mean nothing in another.

Not here: how they are used (idempotency.api).
"""

from django.db import models


class IdempotencyRecord(models.Model):
    """One request under a key. `status` is null while it runs."""

    caller = models.CharField(max_length=80)
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "route", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["started_at"], name="idempotency_by_age")]
