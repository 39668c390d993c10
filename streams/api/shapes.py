"""What the API shows and takes of shows, line-ups and cues.

Not here: the addresses (shows, plan, on_air).
"""

from typing import Any

from rest_framework import serializers

from kernel import ids
from kernel.fields import ClosedSerializer, PublicIdField
from streams.access import show_link
from streams.models import CueKind, LineUpItem, Orientation, Show, ShowStatus, Visibility

Shape = serializers.Serializer[Any]


class ShowShape(Shape):
    id = serializers.CharField(source="public_id")
    title = serializers.CharField()
    slug = serializers.CharField()
    subtitle = serializers.CharField()
    description = serializers.CharField(help_text="Plain text.")
    host_name = serializers.CharField()
    status = serializers.ChoiceField(ShowStatus.choices)
    starts_at = serializers.DateTimeField(allow_null=True)
    time_zone = serializers.CharField()
    duration_minutes = serializers.IntegerField()
    lobby_minutes = serializers.IntegerField()
    reconnect_seconds = serializers.IntegerField()
    visibility = serializers.ChoiceField(Visibility.choices)
    orientation = serializers.ChoiceField(Orientation.choices)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    viewers = serializers.IntegerField(help_text="As last counted.")
    peak_viewers = serializers.IntegerField(
        help_text="The most at one moment on air; exact once unique_viewers is there."
    )
    unique_viewers = serializers.IntegerField(
        allow_null=True, help_text="Different viewers on air, exact; null until shortly after the end."
    )
    pinned_variant = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_pinned_variant(self, show: Show) -> str | None:
        return ids.public_id("var", show.pinned_variant_id) if show.pinned_variant_id else None


class OneShowShape(ShowShape):
    """With its address; for a private show the one with the key."""

    url = serializers.SerializerMethodField()

    def get_url(self, show: Show) -> str:
        return show_link(show)


class ItemShape(Shape):
    id = serializers.CharField(source="public_id")
    variant = serializers.SerializerMethodField()
    position = serializers.IntegerField()
    is_hidden = serializers.BooleanField(help_text="Viewers see the place and the note, not the product.")
    note = serializers.CharField()

    def get_variant(self, item: LineUpItem) -> str:
        return ids.public_id("var", item.variant_id)


class CueShape(Shape):
    id = serializers.CharField(source="public_id")
    position = serializers.IntegerField()
    at_seconds = serializers.IntegerField(help_text="A plan; a person fires the cue.")
    kind = serializers.ChoiceField(CueKind.choices)
    title = serializers.CharField()
    payload = serializers.JSONField()
    fired_at = serializers.DateTimeField(allow_null=True)
    skipped_at = serializers.DateTimeField(allow_null=True)


class StreamKeyShape(Shape):
    url = serializers.CharField(help_text="Where the encoder sends to.")
    key = serializers.CharField(help_text="Shown this once; only its fingerprint is kept.")


class HealthShape(Shape):
    """The picture as the studio sees it."""

    broadcast = serializers.CharField(allow_null=True)
    status = serializers.CharField(help_text="none, opened, active, lost or closed.")
    signal = serializers.CharField(help_text="connected, active, starving or disconnected; empty before a report.")
    reason = serializers.CharField(help_text="Why nothing is on air; empty when all is well.")
    fps = serializers.FloatField()
    bitrate_kbit = serializers.FloatField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    lost_at = serializers.DateTimeField(allow_null=True)
    window_ends_at = serializers.DateTimeField(allow_null=True)
    reported_at = serializers.DateTimeField(allow_null=True)
    preview_url = serializers.CharField(help_text="The picture for staff; empty before there is one.")


class MomentShape(Shape):
    """An event as webhooks carry it; `media_time` is its second in the replay."""

    id = serializers.CharField()
    type = serializers.CharField()
    version = serializers.IntegerField()
    position = serializers.IntegerField()
    topic = serializers.CharField()
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    media_time = serializers.FloatField()
    actor = serializers.CharField()
    data = serializers.JSONField()  # type: ignore[assignment]  # a field, whatever the base class calls data


class MomentsShape(Shape):
    data = MomentShape(many=True)  # type: ignore[assignment]  # likewise
    next_after = serializers.IntegerField(allow_null=True, help_text="Ask again with this `after`; null at the end.")


class ShowChange(ClosedSerializer):
    title = serializers.CharField(max_length=120, required=False)
    slug = serializers.CharField(max_length=80, required=False)
    subtitle = serializers.CharField(max_length=200, allow_blank=True, required=False)
    description = serializers.CharField(max_length=10_000, allow_blank=True, required=False)
    host_name = serializers.CharField(max_length=80, allow_blank=True, required=False)
    orientation = serializers.ChoiceField(Orientation.choices, required=False)
    lobby_minutes = serializers.IntegerField(min_value=0, max_value=120, required=False)
    reconnect_seconds = serializers.IntegerField(min_value=5, max_value=1800, required=False)


class ShowRequest(ShowChange):
    title = serializers.CharField(max_length=120)
    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    time_zone = serializers.CharField(max_length=40, required=False)
    duration_minutes = serializers.IntegerField(min_value=5, max_value=720, default=45)


class RescheduleRequest(ClosedSerializer):
    starts_at = serializers.DateTimeField()
    time_zone = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    duration_minutes = serializers.IntegerField(
        min_value=5, max_value=720, required=False, allow_null=True, default=None
    )


class VisibilityRequest(ClosedSerializer):
    visibility = serializers.ChoiceField(Visibility.choices)


class PlaceRequest(ClosedSerializer):
    variant = PublicIdField("var")
    is_hidden = serializers.BooleanField(default=False)
    note = serializers.CharField(max_length=80, allow_blank=True, default="")


class LineUpRequest(ClosedSerializer):
    items = PlaceRequest(many=True)


class PlaceChange(ClosedSerializer):
    position = serializers.IntegerField(min_value=0, max_value=99, required=False)
    is_hidden = serializers.BooleanField(required=False)
    note = serializers.CharField(max_length=80, allow_blank=True, required=False)


class CueRequest(ClosedSerializer):
    kind = serializers.ChoiceField(CueKind.choices)
    title = serializers.CharField(max_length=120)
    payload = serializers.DictField(required=False, default=dict)
    at_seconds = serializers.IntegerField(min_value=0, max_value=86_400, default=0)
    position = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)


class CueChange(ClosedSerializer):
    title = serializers.CharField(max_length=120, required=False)
    payload = serializers.DictField(required=False)
    at_seconds = serializers.IntegerField(min_value=0, max_value=86_400, required=False)
    position = serializers.IntegerField(min_value=0, required=False)


class OnScreenRequest(ClosedSerializer):
    variant = PublicIdField("var")


class PosterRequest(ClosedSerializer):
    poster = serializers.FileField(help_text="JPEG, PNG or WebP, at most 10 MB.")
