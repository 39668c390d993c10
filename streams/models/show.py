"""A show: the planned public thing with its page, its line-up and, in the end, its replay.

Not here: who may move it from one status to the next (states) and the encoder's side (broadcast).
"""

import datetime as dt
import zoneinfo

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from kernel.models import Record


class ShowStatus(models.TextChoices):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LOBBY = "lobby"
    LIVE = "live"
    ENDED = "ended"
    REPLAY = "replay"
    CANCELLED = "cancelled"


class Visibility(models.TextChoices):
    PUBLIC = "public", "Everyone"
    PRIVATE = "private", "People with the link"


class Orientation(models.TextChoices):
    PORTRAIT = "portrait", "Portrait, from a phone"
    LANDSCAPE = "landscape", "Landscape, from a camera"


class Show(Record):
    """`status` is set by states.move_show alone. `media_started_at` is the UTC of the broadcast's
    first picture: events of the show count their media time from it."""

    id_prefix = "shw"

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    subtitle = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    host_name = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=10, choices=ShowStatus.choices, default=ShowStatus.DRAFT)
    starts_at = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=40, default="Europe/Berlin")
    duration_minutes = models.PositiveSmallIntegerField(default=45)
    lobby_minutes = models.PositiveSmallIntegerField(default=15)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC)
    # Raised to make the links given out so far worthless.
    link_version = models.PositiveIntegerField(default=1)
    orientation = models.CharField(max_length=10, choices=Orientation.choices, default=Orientation.PORTRAIT)
    poster = models.CharField(max_length=200, blank=True)  # storage name of the re-encoded upload
    reconnect_seconds = models.PositiveIntegerField(default=60)
    pinned_variant_id = models.UUIDField(null=True)
    pinned_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    media_started_at = models.DateTimeField(null=True)
    viewers = models.PositiveIntegerField(default=0)  # as last counted by the room
    peak_viewers = models.PositiveIntegerField(default=0)  # of the counts so far; of every moment once closed
    unique_viewers = models.PositiveIntegerField(null=True)
    audience_closed_at = models.DateTimeField(null=True)  # since then both are exact
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["status", "starts_at"], name="show_by_status_and_start")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ShowStatus.values), name="show_status_known"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="show_visibility_known"),
            models.CheckConstraint(condition=Q(orientation__in=Orientation.values), name="show_orientation_known"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"]) | Q(starts_at__isnull=False),
                name="show_with_a_date_has_a_start",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["live", "ended", "replay"]) | Q(started_at__isnull=False),
                name="show_that_aired_has_started",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ended", "replay"]) | Q(ended_at__gte=F("started_at")),
                name="show_that_is_over_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=5, duration_minutes__lte=720), name="show_length_is_sane"
            ),
            models.CheckConstraint(condition=Q(lobby_minutes__lte=120), name="show_lobby_is_sane"),
            models.CheckConstraint(
                condition=Q(reconnect_seconds__gte=5, reconnect_seconds__lte=1800), name="show_window_is_sane"
            ),
            models.CheckConstraint(
                condition=Q(pinned_variant_id__isnull=True, pinned_at__isnull=True)
                | Q(pinned_variant_id__isnull=False, pinned_at__isnull=False),
                name="show_pin_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_private(self) -> bool:
        return self.visibility == Visibility.PRIVATE

    @property
    def is_over(self) -> bool:
        return self.status in (ShowStatus.ENDED, ShowStatus.REPLAY)

    @property
    def is_open_for_plans(self) -> bool:
        """Whether its date and plan may still change."""
        return self.status in (ShowStatus.DRAFT, ShowStatus.SCHEDULED, ShowStatus.LOBBY)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> dt.datetime | None:
        """The start on the clock of the place it was planned for."""
        return self.starts_at.astimezone(self.zone) if self.starts_at else None

    @property
    def ends_at(self) -> dt.datetime | None:
        """The planned end."""
        return self.starts_at + dt.timedelta(minutes=self.duration_minutes) if self.starts_at else None

    def media_time_at(self, moment: dt.datetime) -> float | None:
        """Seconds since the first picture, None before there was one."""
        if self.media_started_at is None:
            return None
        return round((moment - self.media_started_at).total_seconds(), 3)
