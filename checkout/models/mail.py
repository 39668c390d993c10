"""Mails that events asked for: written down with the event's reader, sent apart from it.

Not here: the code to sign in with, which is a secret and never written down.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from checkout.models.order import Order


class OrderMail(models.Model):
    """`key` names the cause, an event's id: an event that is handled again asks for no second mail."""

    key = models.CharField(max_length=80, primary_key=True)
    template = models.CharField(max_length=40)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="mails")
    data = models.JSONField()  # the event's
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_default=Now())  # null: sent, or given up
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)  # of the last try

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | Q(due_at=None), name="order_mail_sent_is_not_due")
        ]
        indexes = [models.Index(fields=["due_at"], name="order_mail_due", condition=Q(due_at__isnull=False))]
