"""Our thin record of a payment at the provider, and the provider's events, each stored once."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from checkout.models.order import Order
from kernel.models import Record
from kernel.money import Money


class Payment(Record):
    """`id` is the idempotency key at the provider. `reserved_minor` is what refunds have claimed of
    what was captured, finished or not: no refund starts without claiming its part first."""

    id_prefix = "pay"

    class Status(models.TextChoices):
        CREATED = "created"  # ours alone; the provider may or may not know it
        PENDING = "pending"  # the provider waits for the buyer or the bank
        CAPTURED = "captured"
        CANCELLED = "cancelled"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    account = models.CharField(max_length=64, blank=True)  # the brand's own; empty: the platform's
    provider_intent = models.CharField(max_length=80, null=True, unique=True)
    client_secret = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.CREATED)
    amount_minor = models.BigIntegerField()
    captured_minor = models.BigIntegerField(default=0)
    reserved_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0, db_default=0)  # the platform's part, inside the amount
    currency = models.CharField(max_length=3)
    failure_code = models.CharField(max_length=60, blank=True)
    failure_message = models.CharField(max_length=300, blank=True)
    failure_ref = models.CharField(max_length=80, blank=True)  # the try that failed, so that it is told once
    card = models.CharField(max_length=64, blank=True, default="", db_default="")  # as the provider names it
    is_late = models.BooleanField(default=False)  # the money came after the goods were gone
    created_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(db_default=Now())
    captured_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["created", "pending", "captured", "cancelled"]), name="payment_status_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(reserved_minor__gte=0, reserved_minor__lte=F("captured_minor")),
                name="payment_refunds_within_captured",
            ),
            models.CheckConstraint(
                condition=Q(fee_minor__gte=0, fee_minor__lte=F("amount_minor")), name="payment_fee_within_amount"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=["created", "pending"]), name="payment_one_open_per_order"
            ),
        ]
        indexes = [
            models.Index(fields=["checked_at"], name="payment_open", condition=Q(status__in=["created", "pending"])),
            models.Index(fields=["card"], name="payment_by_card", condition=~Q(card="")),
        ]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class ProviderEvent(models.Model):
    """An event of the provider as it came. What it says is a hint; the object is fetched again."""

    event_id = models.CharField(max_length=80, primary_key=True)
    type = models.CharField(max_length=80)
    account = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=80)  # the payment or refund that it tells of
    received_at = models.DateTimeField(db_default=Now())
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="provider_event_open", condition=Q(handled_at__isnull=True))
        ]
