"""What is left of a broadcast: its manifest, with the table that joins media time and UTC."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from kernel.models import Record
from streams.models.broadcast import Broadcast
from streams.models.show import Show


class Recording(Record):
    """`starts_at` is where the show begins in the recording, in seconds: the host's test picture
    before it is nobody's business."""

    id_prefix = "rec"

    show = models.ForeignKey(Show, on_delete=models.PROTECT, related_name="recordings")
    broadcast = models.OneToOneField(Broadcast, on_delete=models.PROTECT, related_name="recording")
    manifest = models.JSONField()
    duration = models.FloatField()
    starts_at = models.FloatField(default=0)
    ready_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(duration__gte=0, starts_at__gte=0), name="recording_times_are_not_negative"
            )
        ]
