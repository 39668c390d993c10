"""How a show's room is set, and the sums that are counted for it."""

from django.db import models
from django.db.models import Q

from chat.models.message import Message


class RoomSettings(models.Model):
    """One row per show, made when it is first needed. Without a row the defaults hold."""

    show_id = models.UUIDField(primary_key=True)
    slow_seconds = models.PositiveSmallIntegerField(default=0)
    guests_allowed = models.BooleanField(default=True)
    approval = models.BooleanField(default=False)  # viewers' lines wait until the team has read them
    pinned_message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    reactions = models.BigIntegerField(default=0)
    reactions_told = models.BigIntegerField(default=0)  # the sum of which the log knows
    reacted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(slow_seconds__lte=120), name="room_slow_at_most_two_minutes"),
            models.CheckConstraint(condition=Q(reactions__gte=0), name="room_reactions_counted_up"),
        ]
