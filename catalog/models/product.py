"""What is sold, as people read it. What is counted and priced is the variant."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models.collection import Collection
from kernel.models import Record


class Product(Record):
    """`description` is clean HTML (services/products.py cleans it); `detail` is one short line."""

    id_prefix = "prd"

    class Status(models.TextChoices):
        DRAFT = "draft"
        ACTIVE = "active"
        ARCHIVED = "archived"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, db_index=False)
    detail = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    collections = models.ManyToManyField(Collection, related_name="products", blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="product_slug_once"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "active", "archived"]), name="product_status_known"
            ),
            models.CheckConstraint(condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="product_slug_is_plain"),
            models.CheckConstraint(condition=~Q(name=""), name="product_has_a_name"),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="product_by_status")]

    def __str__(self) -> str:
        return self.name
