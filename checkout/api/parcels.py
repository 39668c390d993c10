"""/api/v1/orders/…/shipments/, /packing-list/: parcels, and what is still to be packed.

Not here: what comes back (returns).
"""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from checkout.api.fields import StrictSerializer, parse_path_id
from checkout.api.holds import IDEMPOTENCY_KEY
from checkout.api.orders import OrdersView
from checkout.api.pieces import PiecesRequest, pieces_of
from checkout.errors import ShipmentNotFound
from checkout.models import Order, OrderLine, Shipment, ShipmentLine
from checkout.packing_csv import packing_csv
from checkout.selectors.packing import MOST, orders_to_pack
from checkout.services.fulfilment import deliver_shipment, ship_order
from kernel import ids
from kernel.errors import InvalidInput
from kernel.idempotency.api import idempotent
from tenants.api.actors import actor_of


class ShipmentRequest(StrictSerializer):
    """Without `lines` the parcel holds all that is left. A known carrier's link is made from the number."""

    carrier = serializers.CharField(max_length=40, allow_blank=True, default="")
    tracking = serializers.CharField(max_length=200, allow_blank=True, default="")
    url = serializers.CharField(max_length=300, allow_blank=True, default="")
    lines = PiecesRequest(many=True, required=False, allow_empty=False)


class ShipmentLineShape(serializers.ModelSerializer[ShipmentLine]):
    line = serializers.CharField(source="line.public_id")
    name = serializers.CharField(source="line.product_name")

    class Meta:
        model = ShipmentLine
        fields = ("line", "name", "quantity")


class ShipmentShape(serializers.ModelSerializer[Shipment]):
    id = serializers.CharField(source="public_id")
    lines = ShipmentLineShape(many=True)

    class Meta:
        model = Shipment
        fields = ("id", "status", "carrier", "tracking", "url", "sent_at", "delivered_at", "lines")


class PackingLineShape(serializers.ModelSerializer[OrderLine]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField(source="product_name")
    to_send = serializers.IntegerField()

    class Meta:
        model = OrderLine
        fields = ("id", "name", "variant_name", "sku", "quantity", "to_send")


class PackingShape(serializers.ModelSerializer[Order]):
    id = serializers.CharField(source="public_id")
    show = serializers.SerializerMethodField()
    lines = PackingLineShape(source="to_pack", many=True)

    class Meta:
        model = Order
        fields = (
            "id", "number", "fulfilment", "paid_at", "show", "name", "line1", "line2", "postal_code", "city",
            "region", "country", "shipping_name", "lines",
        )  # fmt: skip

    def get_show(self, order: Order) -> str | None:
        return ids.public_id("shw", order.show_id) if order.show_id else None


class OrderShipments(OrdersView):
    @extend_schema(responses=ShipmentShape(many=True), tags=["orders"])
    def get(self, request: Request, order: str) -> Response:
        """The parcels of an order, first to last."""
        rows = self.found(order).shipments.prefetch_related("lines__line").order_by("pk")
        return Response({"data": ShipmentShape(rows, many=True).data})

    @extend_schema(
        request=ShipmentRequest, responses={201: ShipmentShape}, parameters=[IDEMPOTENCY_KEY], tags=["orders"]
    )
    @idempotent
    def post(self, request: Request, order: str) -> Response:
        """Send a parcel. The buyer gets a mail with its number."""
        wanted = ShipmentRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        data = wanted.validated_data
        shipment = ship_order(
            order_id=self.found(order).pk,
            carrier=data["carrier"],
            tracking=data["tracking"],
            url=data["url"],
            pieces=pieces_of(data.get("lines")),
            actor=actor_of(request),
        )
        return Response(ShipmentShape(shipment).data, status=201)


class ShipmentDelivery(OrdersView):
    @extend_schema(request=None, responses=ShipmentShape, parameters=[IDEMPOTENCY_KEY], tags=["orders"])
    @idempotent
    def post(self, request: Request, order: str, shipment: str) -> Response:
        """Say that a parcel arrived; said again, nothing changes."""
        parcel_id = parse_path_id("spm", shipment)
        found = self.found(order).shipments.filter(pk=parcel_id).first() if parcel_id else None
        if found is None:
            raise ShipmentNotFound
        return Response(ShipmentShape(deliver_shipment(shipment_id=found.pk, actor=actor_of(request))).data)


_FILTERS = [
    OpenApiParameter("show", str, description="Orders from this show alone."),
    OpenApiParameter("day", OpenApiTypes.DATE, description="Orders paid on this day, by the brand's clock."),
]


class PackingList(OrdersView):
    serializer_class = PackingShape  # type: ignore[assignment]

    @extend_schema(parameters=_FILTERS, responses=PackingShape(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """Paid orders with something to send, oldest first, at most 500."""
        found = _to_pack(request)[:MOST]
        return Response({"data": PackingShape(found, many=True).data})


class PackingListCsv(OrdersView):
    @extend_schema(parameters=_FILTERS, responses={(200, "text/csv"): str}, tags=["orders"])
    def get(self, request: Request) -> HttpResponse:
        """The same as a file, a row for each line that is still to go out."""
        return csv_answer(packing_csv(_to_pack(request)[:MOST]), "packing-list.csv")


def csv_answer(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _to_pack(request: Request) -> Any:
    show, day = request.query_params.get("show"), request.query_params.get("day")
    try:
        return orders_to_pack(
            show_id=ids.parse_public_id("shw", show) if show else None,
            day=dt.date.fromisoformat(day) if day else None,
        )
    except ValueError:
        raise InvalidInput(
            param="show" if show else "day", reason="Give a show's id, or a day as 2026-11-21."
        ) from None
