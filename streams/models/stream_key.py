"""The secret an encoder sends: shown once, stored hashed, named by the brand's slug in front."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from kernel.models import Record
from streams.models.show import Show


class StreamKey(Record):
    """One key of a show. `hint` is its last four characters, so that a person can tell two apart.
    A rotated key stays, so that an encoder that still uses it is told so."""

    id_prefix = "stk"

    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="stream_keys")
    key_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    created_at = models.DateTimeField(db_default=Now())
    rotated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show"], condition=Q(rotated_at=None), name="stream_key_current_once")
        ]
