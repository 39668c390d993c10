"""/api/v1/stock/verify/: the journal of stock added up again, for whoever wants to see it.

Not here: the counts and the journal themselves (catalog).
"""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.services.stock import require_variant
from checkout.selectors.stock_agreement import Agreement, verify_all, words_of
from kernel import clock, ids
from kernel.errors import InvalidInput
from tenants.api.permissions import Staff


class StockFaultShape(serializers.Serializer[Any]):
    what = serializers.ChoiceField(["chain", "counts", "now", "holds"])
    subject = serializers.CharField(help_text="The variant, or the drop.")
    move = serializers.IntegerField(allow_null=True, help_text="The first line of the journal that is wrong.")
    detail = serializers.CharField()


class VerificationShape(serializers.Serializer[Any]):
    verified_at = serializers.DateTimeField()
    variants = serializers.IntegerField()
    moves = serializers.IntegerField()
    last_move = serializers.IntegerField(allow_null=True)
    head = serializers.CharField(help_text="The hash at the end of one variant's chain; empty for all.")
    adds_up = serializers.BooleanField()
    faults = StockFaultShape(many=True)


class StockVerification(GenericAPIView[Any]):
    permission_classes = [Staff]
    read_scope = write_scope = "stock:read"
    serializer_class: Any = VerificationShape
    pagination_class = None

    @extend_schema(tags=["stock"], responses=VerificationShape, parameters=[OpenApiParameter("variant", str)])
    def get(self, request: Request) -> Response:
        """Recompute stock = available + held + sold at every move, follow the chain of hashes, and compare with
        holds and drops. Of one variant, or of all."""
        variant_id = _variant(request.query_params.get("variant", ""))
        return Response(VerificationShape(_shown(verify_all(variant_id))).data)


def _variant(text: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        variant_id = ids.parse_public_id("var", text)
    except ValueError:
        raise InvalidInput(param="variant", reason="variant takes an id that begins with var_.") from None
    require_variant(variant_id)
    return variant_id


def _shown(found: Agreement) -> dict[str, Any]:
    faults = [
        {
            "what": fault.what.value,
            "subject": ids.public_id("var", fault.variant_id),
            "move": fault.move,
            "detail": words_of(fault),
        }
        for fault in found.stock.faults
    ]
    faults += [
        {"what": "holds", "subject": each.where, "move": None, "detail": str(each)} for each in found.disagreements
    ]
    return {
        "verified_at": clock.now(),
        "variants": found.stock.variants,
        "moves": found.stock.moves,
        "last_move": found.stock.last_move,
        "head": found.stock.head,
        "adds_up": not faults,
        "faults": faults,
    }
