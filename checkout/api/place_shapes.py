"""How a place in line is shown: the same wherever it is told.

Not here: the addresses (lines, holds).
"""

from typing import Any

from rest_framework import serializers


class PlaceShape(serializers.Serializer[Any]):
    """Where somebody stands in a line."""

    id = serializers.CharField()
    status = serializers.ChoiceField(["entered", "waiting", "offered", "bought", "lapsed", "left"])
    variant = serializers.CharField()
    drop = serializers.CharField(allow_null=True)
    is_entry = serializers.BooleanField(help_text="Of a window or a draw; else of a waitlist.")
    ahead = serializers.IntegerField(allow_null=True, help_text="How many have their turn before, while it waits.")
    hold = serializers.CharField(allow_null=True, help_text="The hold that came with the offer.")
    offered_until = serializers.DateTimeField(allow_null=True)
