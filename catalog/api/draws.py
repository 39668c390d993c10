"""/api/v1/drops/<drop>/draw/: all that anybody needs to compute a draw again. Public, like the page.

Not here: the page (views.draw) and the rule (kernel.draws).
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.api.lookup import id_in_path
from catalog.errors import DrawNotFound
from catalog.models import Drop
from catalog.selectors.lines import published_draw
from tenants.api.permissions import Public


class DrawShape(serializers.Serializer[Any]):
    """A draw as far as it has come. Lines are `place:network`; the network's name means nothing elsewhere."""

    drop = serializers.CharField()
    title = serializers.CharField()
    mode = serializers.ChoiceField(Drop.Mode.choices)
    list_state = serializers.ChoiceField(Drop.List.choices)
    units = serializers.IntegerField()
    rule = serializers.CharField(help_text="The rule by which it is computed, written down in the documentation.")
    share = serializers.IntegerField(help_text="So many of one network have their turn before its next ones.")
    commitment = serializers.CharField(help_text="SHA-256 of the seed, told before anybody could enter.")
    committed_at = serializers.DateTimeField()
    entries = serializers.IntegerField()
    closed_at = serializers.DateTimeField(allow_null=True)
    root: Any = serializers.CharField(help_text="Merkle root over the lines; empty until the list is closed.")
    drawn_at = serializers.DateTimeField(allow_null=True)
    seed = serializers.CharField(help_text="Empty until it is drawn.")
    lines = serializers.ListField(child=serializers.CharField())
    order = serializers.ListField(child=serializers.CharField(), help_text="Places in the order of their turns.")


class DropDraw(APIView):
    authentication_classes: list[Any] = []
    permission_classes = [Public]

    @extend_schema(tags=["drops"], responses=DrawShape, operation_id="drop_draw")
    def get(self, request: Request, drop: str) -> Response:
        """A window's or a draw's commitment, root, seed, list and order."""
        return Response(published_draw(id_in_path("drp", drop, DrawNotFound)).as_json())
