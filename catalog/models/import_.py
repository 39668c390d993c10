"""One file of products that somebody brought, what is wrong in it and how far it has come."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from kernel.models import Record


class ImportRun(Record):
    """`content` is the file's text until the run is over. `next_row` is the first row not imported
    yet, so that a killed task goes on where it stood. `faults` are {row, column, value, needs}."""

    id_prefix = "imp"

    class Status(models.TextChoices):
        CHECKED = "checked"
        RUNNING = "running"
        FINISHED = "finished"
        DISCARDED = "discarded"

    file_name = models.CharField(max_length=120)
    content = models.TextField(blank=True)
    currency = models.CharField(max_length=3)
    rows = models.PositiveIntegerField()
    good_rows = models.PositiveIntegerField()
    next_row = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.CHECKED)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["checked", "running", "finished", "discarded"]), name="import_status_known"
            ),
            models.CheckConstraint(condition=Q(good_rows__lte=F("rows")), name="import_rows_in_range"),
        ]
