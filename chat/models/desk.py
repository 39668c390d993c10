"""Who of the team looks after a room, and what they tell one another."""

from django.db import models
from django.db.models import Q

from chat.models.people import AUTHOR_KEY, NAME


class Shift(models.Model):
    """A member looks after a room from `since`, until they say that they no longer do."""

    show_id = models.UUIDField()
    member_id = models.CharField(max_length=AUTHOR_KEY)
    name = models.CharField(max_length=NAME)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["show_id", "member_id"], condition=Q(until__isnull=True), name="shift_once_at_a_time"
            )
        ]


class HandOver(models.Model):
    """What the next moderator should know. The newest is shown; the others are the trail."""

    show_id = models.UUIDField()
    text = models.CharField(max_length=1000, blank=True)
    author = models.CharField(max_length=NAME)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["show_id", "-id"], name="hand_over_newest")]
