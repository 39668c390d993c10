"""Who asked to be reminded of a show."""

from django.db import models
from django.db.models.functions import Now

from kernel.models import Record
from streams.models.show import Show


class Interest(Record):
    """`email` is lower case. One mail is written; `sent_at` says that it was."""

    id_prefix = "rem"

    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="interests")
    email = models.EmailField()
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["show", "email"], name="interest_once_per_show")]
