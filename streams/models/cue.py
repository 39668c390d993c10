"""One step of the run of show."""

from django.db import models
from django.db.models import Deferrable, Q

from kernel.models import Record
from streams.models.show import Show


class CueKind(models.TextChoices):
    TALK = "talk"
    PIN = "pin"
    UNPIN = "unpin"
    DROP = "drop"
    FLASH = "flash", "Flash price"
    POLL = "poll"
    END = "end"


class Cue(Record):
    """`at_seconds` is a plan; a person fires the cue. `payload` says of what: see run_of_show."""

    id_prefix = "cue"

    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="cues")
    position = models.PositiveSmallIntegerField()
    at_seconds = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=6, choices=CueKind.choices)
    title = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    fired_at = models.DateTimeField(null=True)
    skipped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CueKind.values), name="cue_kind_known"),
            models.UniqueConstraint(fields=["show", "position"], name="cue_place_once", deferrable=Deferrable.DEFERRED),
            models.CheckConstraint(
                condition=Q(fired_at__isnull=True) | Q(skipped_at__isnull=True), name="cue_fired_or_skipped"
            ),
        ]
