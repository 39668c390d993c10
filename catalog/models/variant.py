"""What is counted, priced and put into a bag: one size or shade of a product."""

from django.db import models
from django.db.models import Q

from catalog.models.product import Product
from kernel.models import Record


class Variant(Record):
    """`name` is empty for a product that comes in one form only."""

    id_prefix = "var"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sku"], name="variant_sku_once"),
            models.UniqueConstraint(fields=["product", "name"], name="variant_name_once_per_product"),
            models.CheckConstraint(condition=Q(sku__regex=r"^[!-~]+$"), name="variant_sku_has_no_spaces"),
        ]

    def __str__(self) -> str:
        return self.sku
