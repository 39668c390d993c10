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

    class Mode(models.TextChoices):
        FIRST_COME = "first_come"
        WINDOW = "window"
        DRAW = "draw"

    class List(models.TextChoices):
        NONE = "none"
        OPEN = "open"
        CLOSED = "closed"
        DRAWN = "drawn"
        OVER = "over"  # everybody in it had their turn: what is left is first come

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
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.FIRST_COME, db_default="first_come")
    window_seconds = models.PositiveSmallIntegerField(null=True)
    # Of a window or a draw: whether people may still put themselves down, and until when.
    list_state = models.CharField(max_length=6, choices=List.choices, default=List.NONE, db_default="none")
    list_closes_at = models.DateTimeField(null=True)
    entered = models.PositiveIntegerField(default=0, db_default=0)  # as viewers were told last
    # Units go to those in line alone: entrants until all of them had their turn, else a waitlist.
    by_line = models.BooleanField(default=False, db_default=False)
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
            models.CheckConstraint(condition=Q(mode__in=["first_come", "window", "draw"]), name="drop_mode_known"),
            models.CheckConstraint(
                condition=(Q(mode="window") & Q(window_seconds__gt=0)) | (~Q(mode="window") & Q(window_seconds=None)),
                name="drop_window_has_a_length",
            ),
            models.CheckConstraint(
                condition=Q(list_state="none")
                | (Q(list_state__in=["open", "closed", "drawn", "over"]) & ~Q(mode="first_come")),
                name="drop_list_state_known",
            ),
            models.UniqueConstraint(fields=["variant"], condition=Q(status="open"), name="drop_one_open_per_variant"),
        ]
        indexes = [
            models.Index(fields=["opens_at"], name="drop_to_open", condition=Q(status__in=["scheduled", "announced"])),
            models.Index(fields=["closes_at"], name="drop_to_close", condition=Q(status__in=["open", "sold_out"])),
            models.Index(fields=["show_id"], name="drop_by_show"),
            models.Index(
                fields=["list_closes_at"], name="drop_with_a_list", condition=Q(list_state__in=["open", "closed"])
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)
