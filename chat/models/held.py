"""Lines that wait for the team before the room sees them."""

from django.db import models
from django.db.models import Q

from chat.models.message import Message
from chat.models.people import AUTHOR_KEY, NAME
from kernel.models import Record


class HeldMessage(Record):
    """`rule` says which rule of automatic moderation held it; empty: the room shows nothing unread.

    A claim keeps two moderators from acting on the same line; it lapses by the database's clock.
    """

    id_prefix = "hmg"

    class Status(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        DECLINED = "declined"

    show_id = models.UUIDField()
    author_key = models.CharField(max_length=AUTHOR_KEY)
    author = models.CharField(max_length=NAME)
    text = models.CharField(max_length=500)
    key = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    reply_to = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    is_question = models.BooleanField(default=False)
    rule = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    held_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    message = models.OneToOneField(Message, null=True, on_delete=models.SET_NULL, related_name="waited_as")
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_name = models.CharField(max_length=NAME, blank=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author_key", "key"], name="held_once_per_key"),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at__isnull=True)
                | Q(status__in=["approved", "declined"], decided_at__isnull=False),
                name="held_decided_with_time",
            ),
        ]
        indexes = [
            models.Index(fields=["show_id", "id"], condition=Q(status="waiting"), name="held_queue"),
            models.Index(fields=["author_key", "-id"], name="held_by_author"),
        ]
