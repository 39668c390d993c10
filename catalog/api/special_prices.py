"""/api/v1/special-prices/: show prices and flash prices; those of a show are planned at the show.

Not here: the ordinary price (products), and the prices' rules (services/special_prices).
"""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.lookup import IDEMPOTENCY_KEY, StaffView, choice_in_query, found, id_in_path, id_in_query
from catalog.errors import SpecialPriceNotFound
from catalog.models import SpecialPrice, Variant
from catalog.services.special_prices import close_special_price, open_special_price, plan_special_price
from kernel import ids
from kernel.fields import ClosedSerializer, PublicIdField
from kernel.idempotency.api import idempotent
from kernel.money import CURRENCIES, Money
from tenants.api.actors import actor_of


class SpecialPriceShape(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    kind = serializers.ChoiceField(SpecialPrice.Kind.choices)
    variant = serializers.SerializerMethodField()
    show = serializers.SerializerMethodField()
    price_minor = serializers.IntegerField(source="minor")
    currency = serializers.CharField()
    status = serializers.ChoiceField(SpecialPrice.Status.choices)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    run_seconds = serializers.IntegerField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_variant(self, special: SpecialPrice) -> str:
        return ids.public_id(Variant.id_prefix, special.variant_id)

    def get_show(self, special: SpecialPrice) -> str | None:
        return ids.public_id("shw", special.show_id) if special.show_id else None


class FlashPriceRequest(ClosedSerializer):
    variant = PublicIdField("var")
    price_minor = serializers.IntegerField(min_value=1)
    currency = serializers.ChoiceField(CURRENCIES)
    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    run_seconds = serializers.IntegerField(min_value=10, required=False, allow_null=True, default=None)


class SpecialPricesView(StaffView):
    read_scope, write_scope = "products:read", "products:write"
    serializer_class: Any = SpecialPriceShape


class SpecialPrices(SpecialPricesView):
    @extend_schema(
        tags=["prices"],
        responses=SpecialPriceShape(many=True),
        parameters=[
            OpenApiParameter("status", enum=SpecialPrice.Status.values),
            OpenApiParameter("variant", description="Prices of this variant."),
            OpenApiParameter("show", description="Prices of this show."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Show prices and flash prices, newest first."""
        rows, asked = SpecialPrice.objects.all(), request.query_params
        if text := asked.get("status"):
            rows = rows.filter(status=choice_in_query("status", text, SpecialPrice.Status.values))
        if text := asked.get("variant"):
            rows = rows.filter(variant_id=id_in_query("var", "variant", text))
        if text := asked.get("show"):
            rows = rows.filter(show_id=id_in_query("shw", "show", text))
        return self.page(rows)

    @extend_schema(
        tags=["prices"], request=FlashPriceRequest, responses={201: SpecialPriceShape}, parameters=[IDEMPOTENCY_KEY]
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Plan a flash price that holds everywhere. Without `starts_at` it is opened by hand."""
        wanted = FlashPriceRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        fields = dict(wanted.validated_data)
        special = plan_special_price(
            variant_id=fields.pop("variant"),
            kind=SpecialPrice.Kind.FLASH,
            price=Money(fields.pop("price_minor"), fields.pop("currency")),
            actor=actor_of(request),
            **fields,
        )
        return Response(SpecialPriceShape(special).data, status=status.HTTP_201_CREATED)


class OneSpecialPrice(SpecialPricesView):
    @extend_schema(tags=["prices"], responses=SpecialPriceShape)
    def get(self, request: Request, special: str) -> Response:
        row = found(SpecialPrice.objects.all(), "spp", special, SpecialPriceNotFound)
        return Response(SpecialPriceShape(row).data)


class OpenSpecialPrice(SpecialPricesView):
    @extend_schema(tags=["prices"], request=None, responses=SpecialPriceShape, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request, special: str) -> Response:
        """Let a flash price hold from now on. Show prices open with their show."""
        price_id = id_in_path("spp", special, SpecialPriceNotFound)
        return Response(SpecialPriceShape(open_special_price(price_id=price_id, actor=actor_of(request))).data)


class CloseSpecialPrice(SpecialPricesView):
    @extend_schema(tags=["prices"], request=None, responses=SpecialPriceShape, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request, special: str) -> Response:
        """End it, also one that never opened. Holds keep the price that they were made at."""
        price_id = id_in_path("spp", special, SpecialPriceNotFound)
        return Response(SpecialPriceShape(close_special_price(price_id=price_id, actor=actor_of(request))).data)
