"""What buyers send back: asked for, allowed or not, arrived."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from checkout.models.order import Order, OrderLine
from checkout.models.refund import Refund
from kernel.models import Record


class Return(Record):
    """`reason` is the buyer's word, `note` the team's answer, which the buyer reads."""

    id_prefix = "rtn"

    class Status(models.TextChoices):
        REQUESTED = "requested"
        APPROVED = "approved"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        RECEIVED = "received"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="returns")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.REQUESTED)
    reason = models.CharField(max_length=300)
    note = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=80)  # who asked for it
    refund = models.ForeignKey(Refund, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["requested", "approved", "declined", "withdrawn", "received"]),
                name="return_status_known",
            )
        ]
        indexes = [
            models.Index(fields=["requested_at"], name="return_open", condition=Q(status__in=["requested", "approved"]))
        ]


class ReturnLine(models.Model):
    """How many of a line come back, and how many of those went on sale again."""

    ret = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    restocked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ret", "line"], name="return_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, restocked__lte=models.F("quantity")), name="return_line_restocks_what_came"
            ),
        ]
