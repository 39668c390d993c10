"""/api/v1/variants/<id>/stock/: how many there are, and the journal of every move.

Not here: holds and sales, which move units by themselves (checkout).
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.lookup import IDEMPOTENCY_KEY, StaffView, found, id_in_path
from catalog.api.shapes import CorrectRequest, CountsShape, MoveShape, ReceiveRequest
from catalog.errors import VariantNotFound
from catalog.models import Stock, StockMove
from catalog.services.stock import correct_stock, receive_stock
from kernel.idempotency.api import idempotent
from tenants.api.actors import actor_of


class StockView(StaffView):
    read_scope, write_scope = "stock:read", "stock:write"
    serializer_class: Any = CountsShape


class VariantStock(StockView):
    @extend_schema(tags=["stock"], responses=CountsShape)
    def get(self, request: Request, variant: str) -> Response:
        """Free, held and sold units; their sum is the total."""
        return Response(CountsShape(found(Stock.objects.all(), "var", variant, VariantNotFound)).data)


class ReceiveStock(StockView):
    @extend_schema(tags=["stock"], request=ReceiveRequest, responses=CountsShape, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request, variant: str) -> Response:
        """Add units that arrived."""
        wanted = ReceiveRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        variant_id = id_in_path("var", variant, VariantNotFound)
        counts = receive_stock(variant_id=variant_id, actor=actor_of(request), **wanted.validated_data)
        return Response(CountsShape(counts).data)


class CorrectStock(StockView):
    @extend_schema(tags=["stock"], request=CorrectRequest, responses=CountsShape, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request, variant: str) -> Response:
        """Set the total to what was counted; held and sold units stay what they are."""
        wanted = CorrectRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        variant_id = id_in_path("var", variant, VariantNotFound)
        counts = correct_stock(variant_id=variant_id, actor=actor_of(request), **wanted.validated_data)
        return Response(CountsShape(counts).data)


class StockMoves(StockView):
    serializer_class = MoveShape

    @extend_schema(tags=["stock"], responses=MoveShape(many=True))
    def get(self, request: Request, variant: str) -> Response:
        """The journal, newest move first."""
        row = found(Stock.objects.all(), "var", variant, VariantNotFound)
        return self.page(StockMove.objects.filter(variant_id=row.pk))
