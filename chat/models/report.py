"""What viewers say against lines of the chat, so that the team looks at them."""

from django.db import models
from django.db.models import Q

from chat.models.message import Message
from chat.models.people import AUTHOR_KEY


class Report(models.Model):
    """One viewer's word against one line. Settled by what the team says to the line."""

    class Reason(models.TextChoices):
        SPAM = "spam"
        INSULT = "insult"
        PRIVATE = "private"  # somebody's address, number, picture
        OTHER = "other"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    viewer_key = models.CharField(max_length=AUTHOR_KEY)
    reason = models.CharField(max_length=7, choices=Reason.choices)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "viewer_key"], name="report_once_per_viewer"),
            models.CheckConstraint(
                condition=Q(reason__in=["spam", "insult", "private", "other"]), name="report_reason_known"
            ),
        ]
        indexes = [
            models.Index(fields=["message"], name="report_open", condition=Q(settled_at__isnull=True)),
            models.Index(fields=["viewer_key", "at"], name="report_by_viewer"),
        ]
