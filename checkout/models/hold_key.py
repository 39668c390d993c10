"""What a viewer was answered under a key of theirs, so that a repeated request gets the same answer."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from kernel.money import Money


class HoldKey(models.Model):
    """One answer: the hold as it was then, whatever became of it. Written together with the hold, by the same
    statement (checkout_reserve); refusals are not kept, so that asking again may win. `body_hash` is what was
    asked for, in the words of who asked."""

    pk = models.CompositePrimaryKey("viewer_key", "key")
    viewer_key = models.CharField(max_length=40)
    key = models.UUIDField()
    body_hash = models.BinaryField(max_length=32)
    hold_id = models.UUIDField()  # no foreign key: its check would cost more than the row itself
    quantity = models.PositiveIntegerField()
    unit_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    expires_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        indexes = [BrinIndex(fields=["at"], name="hold_key_by_age")]

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_minor, self.currency)
