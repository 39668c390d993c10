"""Which mails went out, so that an event that is handled again sends none again."""

from django.db import models
from django.db.models.functions import Now


class SentMail(models.Model):
    """`key` names the cause: an event's id."""

    key = models.CharField(max_length=80, primary_key=True)
    template = models.CharField(max_length=40)
    to = models.EmailField()
    sent_at = models.DateTimeField(db_default=Now())
