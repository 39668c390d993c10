"""A lower price for a while: of one show while it is live, or of a window."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from catalog.models.variant import Variant
from kernel.models import Record
from kernel.money import Money


class SpecialPrice(Record):
    """A show price holds from the show's going live to its end. A flash price is opened by hand, by a cue or
    at `starts_at`, and ends at `ends_at`, which opening sets from `run_seconds`; with neither it ends when
    somebody closes it, or with its show."""

    id_prefix = "spp"

    class Kind(models.TextChoices):
        SHOW = "show", "Show price"
        FLASH = "flash", "Flash price"

    class Status(models.TextChoices):
        PLANNED = "planned"
        OPEN = "open"
        CLOSED = "closed"

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="special_prices")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    show_id = models.UUIDField(null=True)  # null: it holds everywhere; shows live in an app that this one does not know
    currency = models.CharField(max_length=3)
    minor = models.BigIntegerField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    run_seconds = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.PLANNED)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["show", "flash"]), name="special_price_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "open", "closed"]), name="special_price_status_known"
            ),
            models.CheckConstraint(condition=Q(minor__gt=0), name="special_price_above_zero"),
            models.CheckConstraint(
                condition=Q(kind="flash") | Q(show_id__isnull=False), name="special_price_of_a_show_has_one"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="special_price_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["variant", "currency", "kind", "show_id"],
                condition=Q(status="open"),
                nulls_distinct=False,
                name="special_price_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="special_price_to_open", condition=Q(status="planned")),
            models.Index(fields=["ends_at"], name="special_price_to_close", condition=Q(status="open")),
            models.Index(fields=["show_id"], name="special_price_by_show"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.money}"

    @property
    def money(self) -> Money:
        return Money(self.minor, self.currency)
