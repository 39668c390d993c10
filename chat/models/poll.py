"""Polls and their votes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from chat.models.people import AUTHOR_KEY
from kernel.models import Record


class Poll(Record):
    """`counts` are the votes per answer as they were last told to the room; PollVote is the truth."""

    id_prefix = "pol"

    class Status(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    show_id = models.UUIDField()
    question = models.CharField(max_length=200)
    answers = ArrayField(models.CharField(max_length=100))
    counts = ArrayField(models.PositiveIntegerField())
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.OPEN)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show_id"], condition=Q(status="open"), name="poll_open_once_per_show"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True) | Q(status="closed", closed_at__isnull=False),
                name="poll_closed_with_time",
            ),
            models.CheckConstraint(
                condition=Q(answers__len__gte=2, answers__len__lte=6), name="poll_two_to_six_answers"
            ),
        ]
        indexes = [
            models.Index(fields=["show_id", "-id"], name="poll_by_show"),
            models.Index(fields=["closes_at"], condition=Q(status="open"), name="poll_to_close"),
        ]


class PollVote(models.Model):
    """One changeable vote per viewer and poll."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="cast")
    viewer_key = models.CharField(max_length=AUTHOR_KEY)
    choice = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "viewer_key"], name="poll_vote_once_per_viewer")]
        indexes = [models.Index(fields=["poll", "choice"], name="poll_vote_count")]
