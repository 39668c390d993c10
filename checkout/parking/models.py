"""Events that came for an account or a brand that is not here."""

from django.db import models
from django.db.models.functions import Now


class ParkedNotice(models.Model):
    event_id = models.CharField(max_length=80, primary_key=True)
    type = models.CharField(max_length=80)
    account = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(db_default=Now())
