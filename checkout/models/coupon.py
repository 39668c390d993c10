"""A code that lowers an order, and each use of it."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper

from checkout.models.order import Order
from kernel.models import Record
from kernel.money import Money


class Coupon(Record):
    """`uses` is counted by a guarded statement and never passes `most_uses`. Amounts are in `currency`, which
    is empty for a coupon that names none. No products: it counts for all."""

    id_prefix = "cpn"

    class Kind(models.TextChoices):
        PERCENT = "percent", "Percent off"
        AMOUNT = "amount", "Amount off"
        SHIPPING = "shipping", "Free delivery"

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    basis_points = models.PositiveIntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    minimum_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    most_uses = models.PositiveIntegerField(null=True)
    most_per_person = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0)
    product_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code=Upper("code"), code__regex=r"^[0-9A-Z-]{3,40}$"), name="coupon_code_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(kind="percent", basis_points__gt=0, basis_points__lte=10000, amount_minor=0)
                | Q(kind="amount", amount_minor__gt=0, basis_points=0)
                | Q(kind="shipping", amount_minor=0, basis_points=0),
                name="coupon_takes_what_its_kind_says",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$") | Q(currency="", amount_minor=0, minimum_minor=0),
                name="coupon_amounts_have_a_currency",
            ),
            models.CheckConstraint(condition=Q(minimum_minor__gte=0), name="coupon_minimum_not_negative"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="coupon_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def words(self) -> str:
        """What it does, as staff reads it."""
        if self.kind == self.Kind.PERCENT:
            return f"{(Decimal(self.basis_points) / 100).normalize() + 0:f} % off"
        return f"{Money(self.amount_minor, self.currency)} off" if self.amount_minor else self.get_kind_display()

    @property
    def minimum(self) -> Money | None:
        return Money(self.minimum_minor, self.currency) if self.minimum_minor else None


class CouponUse(models.Model):
    """One order's use of a coupon; who used it is the order's to say. Given back when the order dies."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="coupon_use")
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="used")
    used_at = models.DateTimeField(db_default=Now())
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["coupon"], name="coupon_use_living", condition=Q(given_back_at__isnull=True))]
