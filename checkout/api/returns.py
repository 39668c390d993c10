"""/api/v1/returns/ and /orders/…/returns/: what buyers send back, for staff and partners.

Not here: the buyer's own request, a form on the order's page.
"""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from checkout.api.fields import StrictSerializer
from checkout.api.holds import IDEMPOTENCY_KEY
from checkout.api.orders import OrdersView
from checkout.api.parcels import ShipmentLineShape
from checkout.api.pieces import PiecesRequest, pieces_of
from checkout.errors import ReturnNotFound
from checkout.models import Return, ReturnLine
from checkout.selectors.returns import VIEWS, returns_list
from checkout.services.returns import approve_return, decline_return, receive_return, request_return
from kernel.errors import InvalidInput
from kernel.idempotency.api import idempotent
from tenants.api.actors import actor_of


class ReturnLineShape(ShipmentLineShape):
    class Meta:
        model = ReturnLine
        fields = ("line", "name", "quantity", "restocked")


class ReturnShape(serializers.ModelSerializer[Return]):
    id = serializers.CharField(source="public_id")
    order = serializers.CharField(source="order.public_id")
    number = serializers.CharField(source="order.number")
    refund_minor = serializers.SerializerMethodField(help_text="What went back for it.")
    lines = ReturnLineShape(many=True)

    class Meta:
        model = Return
        fields = (
            "id", "order", "number", "status", "reason", "note", "requested_at", "decided_at", "received_at",
            "refund_minor", "lines",
        )  # fmt: skip

    def get_refund_minor(self, ret: Return) -> int:
        return ret.refund.amount_minor if ret.refund else 0


class ReturnRequest(StrictSerializer):
    lines = PiecesRequest(many=True, allow_empty=False)
    reason = serializers.CharField(max_length=300)


class DecisionRequest(StrictSerializer):
    """`note` is read by the buyer: where to send it, or why not."""

    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class ReceiptRequest(StrictSerializer):
    """`amount_minor`: what goes back; left out, what the pieces cost and was not paid back yet; 0: nothing."""

    restock = serializers.BooleanField(default=True)
    amount_minor = serializers.IntegerField(min_value=0, required=False, allow_null=True)


class ReturnsView(OrdersView):
    serializer_class = ReturnShape  # type: ignore[assignment]

    def one(self, text: str) -> Return:
        try:
            return Return.by_public_id(text)
        except Return.DoesNotExist:
            raise ReturnNotFound from None


class Returns(ReturnsView):
    @extend_schema(
        parameters=[OpenApiParameter("view", str, enum=list(VIEWS), description="Those that wait, or all.")],
        responses=ReturnShape(many=True),
        tags=["returns"],
    )
    def get(self, request: Request) -> Response:
        """Returns, newest first."""
        view = request.query_params.get("view", "open")
        if view not in VIEWS:
            raise InvalidInput(param="view", reason=f"Choose from {', '.join(VIEWS)}.")
        page = self.paginate_queryset(returns_list(view=view))  # type: ignore[arg-type]
        return self.get_paginated_response(ReturnShape(page, many=True).data)  # type: ignore[arg-type]


class OrderReturns(ReturnsView):
    @extend_schema(responses=ReturnShape(many=True), tags=["returns"])
    def get(self, request: Request, order: str) -> Response:
        rows = returns_list(view="all").filter(order=self.found(order))
        return Response({"data": ReturnShape(rows, many=True).data})

    @extend_schema(request=ReturnRequest, responses={201: ReturnShape}, parameters=[IDEMPOTENCY_KEY], tags=["returns"])
    @idempotent
    def post(self, request: Request, order: str) -> Response:
        """Ask for pieces back on a buyer's behalf; approved with it, the buyer gets a mail."""
        wanted = ReturnRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        data = wanted.validated_data
        ret = request_return(
            order_id=self.found(order).pk,
            pieces=pieces_of(data["lines"]) or {},
            reason=data["reason"],
            actor=actor_of(request),
            by_team=True,
        )
        return Response(ReturnShape(ret).data, status=201)


class ReturnApproval(ReturnsView):
    @extend_schema(request=DecisionRequest, responses=ReturnShape, parameters=[IDEMPOTENCY_KEY], tags=["returns"])
    @idempotent
    def post(self, request: Request, **names: str) -> Response:
        """Let the buyer send it."""
        wanted = DecisionRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        ret = self.one(names["return"])
        return Response(
            ReturnShape(approve_return(return_id=ret.pk, actor=actor_of(request), **wanted.validated_data)).data
        )


class ReturnRefusal(ReturnsView):
    @extend_schema(request=DecisionRequest, responses=ReturnShape, parameters=[IDEMPOTENCY_KEY], tags=["returns"])
    @idempotent
    def post(self, request: Request, **names: str) -> Response:
        """Say no, and why."""
        wanted = DecisionRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        ret = self.one(names["return"])
        return Response(
            ReturnShape(decline_return(return_id=ret.pk, actor=actor_of(request), **wanted.validated_data)).data
        )


class ReturnReceipt(ReturnsView):
    @extend_schema(request=ReceiptRequest, responses=ReturnShape, parameters=[IDEMPOTENCY_KEY], tags=["returns"])
    @idempotent
    def post(self, request: Request, **names: str) -> Response:
        """It arrived: pieces back on sale, money back, once."""
        wanted = ReceiptRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        data = wanted.validated_data
        ret = receive_return(
            return_id=self.one(names["return"]).pk,
            restock=data["restock"],
            amount=data.get("amount_minor"),
            actor=actor_of(request),
        )
        return Response(ReturnShape(ret).data)
