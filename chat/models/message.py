"""One line of a room's chat. Big table: narrow rows, read by show and id."""

from django.db import models
from django.db.models import Q

from chat.models.people import AUTHOR_KEY, NAME
from kernel.models import Record


class Message(Record):
    """`key` is the author's own name for the line: the same key twice is the same line."""

    id_prefix = "msg"

    class Badge(models.TextChoices):
        NONE = ""
        HOST = "host"
        STAFF = "staff"

    show_id = models.UUIDField()
    author_key = models.CharField(max_length=AUTHOR_KEY)
    author = models.CharField(max_length=NAME)
    badge = models.CharField(max_length=5, choices=Badge.choices, blank=True)
    title = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500)
    key = models.UUIDField()
    customer_id = models.UUIDField(null=True)  # a ban follows the customer to other devices
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replies")
    posted_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=80, blank=True)
    edited_at = models.DateTimeField(null=True)
    is_hidden = models.BooleanField(default=False)  # said under a shadow ban: its author and the team see it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author_key", "key"], name="message_once_per_key"),
            models.CheckConstraint(condition=Q(badge__in=["", "host", "staff"]), name="message_badge_known"),
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
        ]
        indexes = [
            models.Index(fields=["show_id", "-id"], name="message_by_show"),
            models.Index(fields=["author_key", "-id"], name="message_by_author"),
        ]


class MessageEdit(models.Model):
    """What a line said before it was changed, by whom and when. Never shown to viewers."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="edits")
    before = models.CharField(max_length=500)
    editor = models.CharField(max_length=80)
    at = models.DateTimeField()
