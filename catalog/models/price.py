"""What a variant costs in a currency, and the ledger of what it cost before."""

from django.db import models
from django.db.models import F, Q

from catalog.models.drop import Drop
from catalog.models.special_price import SpecialPrice
from catalog.models.variant import Variant
from kernel.money import Money


class Price(models.Model):
    """The price that holds now. `compare_at_minor` is the struck-out one."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3)
    minor = models.BigIntegerField()
    compare_at_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "currency"], name="price_once_per_currency"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="price_above_zero"),
            models.CheckConstraint(
                condition=Q(compare_at_minor__isnull=True) | Q(compare_at_minor__gt=F("minor")),
                name="price_compares_to_a_higher_one",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_currency_is_iso"),
        ]

    @property
    def money(self) -> Money:
        return Money(self.minor, self.currency)

    @property
    def compare_at(self) -> Money | None:
        return Money(self.compare_at_minor, self.currency) if self.compare_at_minor is not None else None


class PriceChange(models.Model):
    """A price and the time in which it held. The lowest of the last 30 days is read from here.

    A drop's price and a special one are rows of their own, beside the ordinary one that goes on holding.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="price_changes")
    currency = models.CharField(max_length=3)
    minor = models.BigIntegerField()
    drop = models.ForeignKey(Drop, null=True, on_delete=models.CASCADE, related_name="price_changes")
    special = models.ForeignKey(SpecialPrice, null=True, on_delete=models.CASCADE, related_name="price_changes")
    actor = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "currency", "drop", "special"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="price_change_one_holds_of_each",
            ),
            models.CheckConstraint(
                condition=Q(drop__isnull=True) | Q(special__isnull=True), name="price_change_has_one_source"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("at")), name="price_change_ends_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["variant", "currency", "at"], name="price_change_by_time")]
