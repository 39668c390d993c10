"""The log's three tables, in each brand's schema: records, heads, cursors (and what a cursor parked).

Not here: the rules for writing and reading them (store, sequencer, cursors).
"""

from django.db import models
from django.db.models import Q

from kernel import ids


class EventRecord(models.Model):
    """One event. `position` and `seq` are null until the sequencer has ordered it."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(default=ids.uuid7, unique=True)
    topic = models.CharField(max_length=80)
    type = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    data = models.JSONField()
    actor = models.CharField(max_length=80, blank=True)
    to = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    media_time = models.FloatField(null=True)
    position = models.BigIntegerField(null=True)
    seq = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["position"], name="event_position_once"),
            models.UniqueConstraint(fields=["topic", "seq"], name="event_seq_once_per_topic"),
            models.CheckConstraint(
                condition=Q(position__isnull=True, seq__isnull=True) | Q(position__gt=0, seq__gt=0),
                name="event_ordered_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="event_pending", condition=Q(position__isnull=True)),
            models.Index(fields=["type", "position"], name="event_by_type"),
        ]


class TopicHead(models.Model):
    """The last `seq` of a topic. The row with the empty topic holds the log's last position.

    `epoch` of that row rises when a failover may have lost numbers that somebody saw; a reader
    with another epoch starts afresh.
    """

    topic = models.CharField(max_length=80, primary_key=True)
    seq = models.BigIntegerField(db_default=0)
    epoch = models.PositiveIntegerField(db_default=1)


class Cursor(models.Model):
    """How far a named reader has come, and what it could not digest at the head of its queue."""

    name = models.CharField(max_length=80, primary_key=True)
    position = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)


class ParkedEvent(models.Model):
    """An event that a reader gave up on, kept for a person to look at and run again."""

    cursor = models.CharField(max_length=80)
    position = models.BigIntegerField()
    error = models.TextField()
    parked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cursor", "position"], name="parked_once_per_cursor")]
