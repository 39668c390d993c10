"""How many units of a variant there are and where they stand, and the journal of every move."""

from django.db import models
from django.db.models import F, Q

from catalog.models.variant import Variant


class Stock(models.Model):
    """The count of now: `total` units, each either available, held or sold."""

    variant = models.OneToOneField(Variant, on_delete=models.PROTECT, primary_key=True, related_name="stock")
    total = models.IntegerField(default=0)
    available = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    sold = models.IntegerField(default=0)
    by_line = models.BooleanField(default=False, db_default=False)  # what is free goes to the waitlist alone

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(available__gte=0), name="stock_available_not_below_zero"),
            models.CheckConstraint(condition=Q(held__gte=0), name="stock_held_not_below_zero"),
            models.CheckConstraint(condition=Q(sold__gte=0), name="stock_sold_not_below_zero"),
            models.CheckConstraint(
                condition=Q(total=F("available") + F("held") + F("sold")), name="stock_total_is_the_sum"
            ),
        ]


class StockMove(models.Model):
    """One move and the counts after it. Never changed, never deleted: a trigger refuses both."""

    class Kind(models.TextChoices):
        RECEIVE = "receive"
        HOLD = "hold"
        RELEASE = "release"
        SELL = "sell"
        RETURN = "return"
        CORRECT = "correct"

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="moves", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Units moved. Only a correction may be negative: units that were not there.
    quantity = models.IntegerField()
    available = models.IntegerField()
    held = models.IntegerField()
    sold = models.IntegerField()
    reference = models.CharField(max_length=120, blank=True)
    actor = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    # The chain: the hash of the variant's move before, and of this one with it. A trigger writes both.
    previous_hash = models.BinaryField(default=b"", editable=False)
    hash = models.BinaryField(default=b"", editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["receive", "hold", "release", "sell", "return", "correct"]),
                name="stock_move_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | (Q(kind="correct") & ~Q(quantity=0)), name="stock_move_moves_something"
            ),
            models.CheckConstraint(
                condition=Q(available__gte=0, held__gte=0, sold__gte=0), name="stock_move_leaves_no_debt"
            ),
        ]
        indexes = [models.Index(fields=["variant", "id"], name="stock_move_in_order")]
