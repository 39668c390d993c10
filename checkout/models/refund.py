"""Money that goes back. Its id is the idempotency key at the provider."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from checkout.models.order import Order, OrderLine
from checkout.models.payment import Payment
from kernel.models import Record
from kernel.money import Money


class Refund(Record):
    """`requested`: our part is claimed, the provider may or may not know. Only `failed` gives the
    claimed part back."""

    id_prefix = "rfd"

    class Status(models.TextChoices):
        REQUESTED = "requested"
        PENDING = "pending"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    provider_refund = models.CharField(max_length=80, null=True, unique=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.REQUESTED)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0, db_default=0)  # what the platform gave back of its part
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=80)
    failure = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["requested", "pending", "succeeded", "failed"]), name="refund_status_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_above_zero"),
        ]
        indexes = [
            models.Index(fields=["checked_at"], name="refund_open", condition=Q(status__in=["requested", "pending"]))
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class RefundLine(models.Model):
    """Which pieces a refund was for; nobody is paid twice for one."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refund_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="refund_line_is_for_something"),
        ]
