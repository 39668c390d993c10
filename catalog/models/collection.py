"""A named group of products, for filters and line-ups."""

from django.db import models
from django.db.models.functions import Lower

from kernel.models import Record


class Collection(Record):
    id_prefix = "col"

    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="collection_name_any_case_once")]

    def __str__(self) -> str:
        return self.name
