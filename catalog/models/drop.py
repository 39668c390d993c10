"""A timed release of limited units, alone or in a show."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from catalog.models.variant import Variant
from kernel.models import Record
from kernel.money import Money


class Drop(Record):
    """`opens_at` is null for one that a host opens by hand. It ends at `closes_at`, which opening
    sets from `run_seconds`; with neither it ends when somebody closes it."""

    id_prefix = "drp"

    class Status(models.TextChoices):
        SCHEDULED = "scheduled"
        ANNOUNCED = "announced"
        OPEN = "open"
        SOLD_OUT = "sold_out"
        CLOSED = "closed"

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="drops")
    show_id = models.UUIDField(null=True)  # the show's id; shows live in an app that this one does not know
    title = models.CharField(max_length=120)
    units = models.PositiveIntegerField()
    units_left = models.PositiveIntegerField()
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    per_buyer = models.PositiveSmallIntegerField(default=1)
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    run_seconds = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.SCHEDULED)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["scheduled", "announced", "open", "sold_out", "closed"]),
                name="drop_status_known",
            ),
            models.CheckConstraint(
                condition=Q(units__gt=0, units_left__gte=0, units_left__lte=F("units")), name="drop_units_in_range"
            ),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="drop_price_above_zero"),
            models.CheckConstraint(condition=Q(per_buyer__gte=1), name="drop_sells_one_to_a_buyer"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(opens_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="drop_closes_after_it_opens",
            ),
            models.UniqueConstraint(fields=["variant"], condition=Q(status="open"), name="drop_one_open_per_variant"),
        ]
        indexes = [
            models.Index(fields=["opens_at"], name="drop_to_open", condition=Q(status__in=["scheduled", "announced"])),
            models.Index(fields=["closes_at"], name="drop_to_close", condition=Q(status__in=["open", "sold_out"])),
            models.Index(fields=["show_id"], name="drop_by_show"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)
