"""A picture of a product, re-encoded in three widths. The files lie in the brand's storage."""

from django.db import models

from catalog.models.product import Product
from kernel.models import Record


class ProductImage(Record):
    """`small`, `medium` and `large` are storage names; `width` and `height` are the large one's."""

    id_prefix = "img"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    small = models.CharField(max_length=120)
    medium = models.CharField(max_length=120)
    large = models.CharField(max_length=120)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
