"""Units kept for one buyer until a deadline that PostgreSQL's clock decides."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from checkout.models.customer import Customer
from checkout.models.order import Order
from kernel.models import Record
from kernel.money import Money
from kernel.traces import HASH


class Hold(Record):
    """The price is frozen when the hold is made. `order` is the order that is being paid with it; `device` is
    the one that it was asked from (kernel.traces)."""

    id_prefix = "hld"

    class Status(models.TextChoices):
        ACTIVE = "active"
        CONVERTED = "converted"
        RELEASED = "released"
        EXPIRED = "expired"

    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+", db_index=False)
    drop = models.ForeignKey("catalog.Drop", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    show_id = models.UUIDField(null=True)
    quantity = models.PositiveIntegerField()
    unit_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    viewer_key = models.CharField(max_length=40)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="holds", db_index=False)
    device = models.CharField(max_length=HASH, blank=True, default="", db_default="")
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="holds", db_index=False)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.ACTIVE)
    extended = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "viewer_key"], condition=Q(status="active"), name="hold_one_live_per_viewer"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["active", "converted", "released", "expired"]), name="hold_status_known"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="hold_keeps_something"),
            models.CheckConstraint(condition=Q(unit_minor__gt=0), name="hold_price_above_zero"),
            models.CheckConstraint(
                condition=Q(status="active", ended_at__isnull=True) | (~Q(status="active") & Q(ended_at__isnull=False)),
                name="hold_ended_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="hold_by_deadline", condition=Q(status="active")),
            # Whole, not of live holds alone: see the plans of checkout_reserve.
            models.Index(fields=["viewer_key"], name="hold_by_viewer_ever"),
            # Written with every hold, so few; of a column that is mostly null without the nulls.
            models.Index(fields=["drop"], name="hold_by_its_drop", condition=~Q(drop=None)),
            models.Index(fields=["customer"], name="hold_by_its_customer", condition=~Q(customer=None)),
            models.Index(fields=["order"], name="hold_by_its_order", condition=~Q(order=None)),
            models.Index(fields=["device"], name="hold_by_device", condition=~Q(device="")),
        ]

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_minor, self.currency)

    @property
    def reference(self) -> str:
        """How the stock journal names this hold."""
        return self.public_id
