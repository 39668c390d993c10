"""/api/v1/orders/, /customers/, /shipping-methods/: for staff and partners.

Not here: a viewer's own checkout (checkout).
"""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import selectors
from checkout.api.fields import StrictSerializer
from checkout.api.holds import IDEMPOTENCY_KEY
from checkout.api.pieces import PiecesRequest, pieces_of
from checkout.errors import OrderNotFound
from checkout.models import Customer, Order, OrderLine, Refund, ShippingMethod
from checkout.services.fulfilment import fulfil_order
from checkout.services.refunds import cancel_order, refund_order
from kernel import ids
from kernel.errors import InvalidInput
from kernel.idempotency.api import idempotent
from tenants.api.actors import actor_of
from tenants.api.permissions import Staff
from tenants.models import Role


class LineShape(serializers.ModelSerializer[OrderLine]):
    """`shipped` lie in parcels, `withdrawn` will not be sent, `to_send` are left; `returned` are on sale again."""

    id = serializers.CharField(source="public_id")
    to_send = serializers.IntegerField()
    variant = serializers.SerializerMethodField()
    name = serializers.CharField(source="product_name")

    class Meta:
        model = OrderLine
        fields = (
            "id", "variant", "name", "variant_name", "sku", "quantity", "unit_minor", "shipped", "withdrawn", "to_send",
            "returned",
        )  # fmt: skip

    def get_variant(self, line: OrderLine) -> str:
        return ids.public_id("var", line.variant_id)


class OrderShape(serializers.ModelSerializer[Order]):
    id = serializers.CharField(source="public_id")
    show = serializers.SerializerMethodField()
    customer = serializers.SerializerMethodField()
    lines = LineShape(many=True)

    class Meta:
        model = Order
        fields = (
            "id", "number", "status", "fulfilment", "customer", "show", "email", "name", "line1", "line2",
            "postal_code", "city", "region", "country", "shipping_name", "currency", "items_minor", "discount_minor",
            "coupon_code", "shipping_minor", "tax_minor", "tax_included", "tax_basis_points", "total_minor",
            "refunded_minor", "tracking", "attention", "placed_at", "paid_at", "fulfilled_at", "closed_at", "lines",
        )  # fmt: skip

    def get_show(self, order: Order) -> str | None:
        return ids.public_id("shw", order.show_id) if order.show_id else None

    def get_customer(self, order: Order) -> str:
        return ids.public_id("cus", order.customer_id)


class RefundShape(serializers.ModelSerializer[Refund]):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = Refund
        fields = ("id", "status", "amount_minor", "currency", "reason", "failure", "created_at", "finished_at")


class CustomerRow(serializers.ModelSerializer[Customer]):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = Customer
        fields = ("id", "email", "name", "created_at", "proved_at")


class ShippingRow(serializers.ModelSerializer[ShippingMethod]):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = ShippingMethod
        fields = (
            "id", "name", "countries", "currency", "price_minor", "free_over_minor", "days_min", "days_max",
            "is_active",
        )  # fmt: skip


class RefundRequest(StrictSerializer):
    """An amount, or `lines`, which give back what they cost; both: this amount for these lines. Named lines
    that were not sent yet will not be; `restock` puts them, or all of the order, back on sale."""

    amount_minor = serializers.IntegerField(min_value=1, required=False)
    lines = PiecesRequest(many=True, required=False, allow_empty=False)
    reason = serializers.CharField(max_length=200)
    restock = serializers.BooleanField(default=False)


class CancelRequest(StrictSerializer):
    reason = serializers.CharField(max_length=200)


class ParcelRequest(StrictSerializer):
    tracking = serializers.CharField(max_length=200, allow_blank=True, default="")


class OrdersView(GenericAPIView[Order]):
    """The base of what is about orders: who may, and which rows."""

    permission_classes = [Staff]
    read_scope, write_scope = "orders:read", "orders:write"
    read_role = write_role = Role.HOST
    serializer_class = OrderShape
    queryset = Order.objects.none()

    def found(self, order: str) -> Order:
        try:
            return Order.by_public_id(order)
        except Order.DoesNotExist:
            raise OrderNotFound from None


class Orders(OrdersView):
    @extend_schema(
        parameters=[
            OpenApiParameter("view", str, enum=list(selectors.VIEWS), description="Which orders; all by default."),
            OpenApiParameter("search", str, description="A number, or part of a name or e-mail address."),
        ],
        responses=OrderShape(many=True),
        tags=["orders"],
    )
    def get(self, request: Request) -> Response:
        """Orders, newest first."""
        view = request.query_params.get("view", "all")
        if view not in selectors.VIEWS:
            raise InvalidInput(param="view", reason=f"Choose from {', '.join(selectors.VIEWS)}.")
        rows = selectors.orders_list(view=view, search=request.query_params.get("search", "")[:80])
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(OrderShape(page, many=True).data)


class OneOrder(OrdersView):
    @extend_schema(responses=OrderShape, tags=["orders"])
    def get(self, request: Request, order: str) -> Response:
        return Response(OrderShape(self.found(order)).data)


class OrderRefunds(OrdersView):
    @extend_schema(responses=RefundShape(many=True), tags=["orders"])
    def get(self, request: Request, order: str) -> Response:
        rows = self.found(order).refunds.order_by("pk")
        return Response({"data": RefundShape(rows, many=True).data})

    @extend_schema(request=RefundRequest, responses={201: RefundShape}, parameters=[IDEMPOTENCY_KEY], tags=["orders"])
    @idempotent
    def post(self, request: Request, order: str) -> Response:
        """Give money back. Refunds together never exceed what was captured."""
        wanted = RefundRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        data = wanted.validated_data
        refund = refund_order(
            order_id=self.found(order).pk,
            amount=data.get("amount_minor"),
            pieces=pieces_of(data.get("lines")),
            reason=data["reason"],
            restock=data["restock"],
            actor=actor_of(request),
        )
        return Response(RefundShape(refund).data, status=201)


class OrderCancellation(OrdersView):
    @extend_schema(request=CancelRequest, responses=OrderShape, parameters=[IDEMPOTENCY_KEY], tags=["orders"])
    @idempotent
    def post(self, request: Request, order: str) -> Response:
        """Cancel an order that has not gone out; money and pieces go back."""
        wanted = CancelRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        row = cancel_order(order_id=self.found(order).pk, actor=actor_of(request), **wanted.validated_data)
        return Response(OrderShape(row).data)


class OrderFulfilment(OrdersView):
    @extend_schema(request=ParcelRequest, responses=OrderShape, parameters=[IDEMPOTENCY_KEY], tags=["orders"])
    @idempotent
    def post(self, request: Request, order: str) -> Response:
        """Say that the parcel has gone out."""
        wanted = ParcelRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        row = fulfil_order(order_id=self.found(order).pk, actor=actor_of(request), **wanted.validated_data)
        return Response(OrderShape(row).data)


class Customers(GenericAPIView[Customer]):
    permission_classes = [Staff]
    read_scope = write_scope = "customers:read"
    read_role = Role.HOST
    serializer_class = CustomerRow
    queryset = Customer.objects.none()

    @extend_schema(parameters=[OpenApiParameter("email", str)], responses=CustomerRow(many=True), tags=["customers"])
    def get(self, request: Request) -> Response:
        """Customers, newest first; with `email`, the one of that address."""
        rows: QuerySet[Customer] = Customer.objects.order_by("-id")
        if email := request.query_params.get("email"):
            rows = rows.filter(email=email.strip().lower())
        return self.get_paginated_response(CustomerRow(self.paginate_queryset(rows), many=True).data)


class ShippingMethods(GenericAPIView[ShippingMethod]):
    permission_classes = [Staff]
    read_scope = write_scope = "orders:read"
    read_role = Role.HOST
    serializer_class = ShippingRow
    queryset = ShippingMethod.objects.none()

    @extend_schema(responses=ShippingRow(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """All ways of delivery, in the order in which buyers see them."""
        return Response({"data": ShippingRow(ShippingMethod.objects.all(), many=True).data})
