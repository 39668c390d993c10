"""What a request to hold says, and how a hold is shown: the same on every door.

Not here: the addresses (holds) and the route before Django (checkout.doors).
"""

from typing import Any

from rest_framework import serializers

from checkout.api.fields import PublicIdField, StrictSerializer
from checkout.services.holds import MOST_PIECES


class HoldRequest(StrictSerializer):
    variant = PublicIdField("var")
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_PIECES, default=1)
    show = PublicIdField("shw", required=False, allow_null=True)
    drop = PublicIdField("drp", required=False, allow_null=True)


class HoldShape(serializers.Serializer[Any]):
    """A hold as its viewer sees it."""

    id = serializers.CharField()
    status = serializers.CharField()
    variant = serializers.CharField()
    drop = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    variant_name = serializers.CharField()
    image_url = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price_minor = serializers.IntegerField()
    total_minor = serializers.IntegerField()
    currency = serializers.CharField()
    expires_at = serializers.DateTimeField()
    extended = serializers.BooleanField()


class TicketRequest(StrictSerializer):
    """Exactly one of the three: what the ticket is for."""

    drop = PublicIdField("drp", required=False)
    variant = PublicIdField("var", required=False)
    show = PublicIdField("shw", required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Name one of drop, variant and show.")
        return attrs


class TicketShape(serializers.Serializer[Any]):
    ticket = serializers.CharField(help_text="Send it as X-Hold-Ticket to `path`.")
    expires_at = serializers.DateTimeField()
    path = serializers.CharField()
