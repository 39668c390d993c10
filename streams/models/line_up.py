"""The products of a show, in order."""

from django.db import models
from django.db.models import Deferrable

from kernel.models import Record
from streams.models.show import Show


class LineUpItem(Record):
    """`is_hidden` keeps the place and says nothing of the product until the host shows it."""

    id_prefix = "lin"

    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="line_up")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    is_hidden = models.BooleanField(default=False)
    note = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["show", "variant"], name="line_up_variant_once"),
            # Deferred, so that two rows may change places in one transaction.
            models.UniqueConstraint(
                fields=["show", "position"], name="line_up_place_once", deferrable=Deferrable.DEFERRED
            ),
        ]
