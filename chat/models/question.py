"""Questions to the host, and who wants them answered."""

from django.db import models
from django.db.models import Q

from chat.models.people import AUTHOR_KEY, NAME
from kernel.models import Record


class Question(Record):
    """`votes` is the number of QuestionVote rows; the asker's own counts as the first."""

    id_prefix = "qst"

    class Status(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        DISMISSED = "dismissed"

    show_id = models.UUIDField()
    author_key = models.CharField(max_length=AUTHOR_KEY)
    author = models.CharField(max_length=NAME)
    text = models.CharField(max_length=500)
    key = models.UUIDField()
    votes = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author_key", "key"], name="question_once_per_key"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | Q(status__in=["answered", "dismissed"], closed_at__isnull=False),
                name="question_closed_with_time",
            ),
        ]
        indexes = [
            models.Index(fields=["show_id", "-votes"], condition=Q(status="open"), name="question_queue"),
            models.Index(fields=["show_id", "-closed_at"], condition=Q(status="answered"), name="question_answered"),
        ]


class QuestionVote(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="voters")
    viewer_key = models.CharField(max_length=AUTHOR_KEY)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "viewer_key"], name="question_vote_once")]
