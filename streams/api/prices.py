"""/api/v1/shows/<show>/prices/: show prices and flash prices planned for a show.

Not here: their steps (/api/v1/special-prices/).
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.choices import special_prices_of_show
from kernel import ids
from kernel.fields import ClosedSerializer, PublicIdField
from kernel.idempotency.api import idempotent
from kernel.money import CURRENCIES, Money
from streams.api.base import IDEMPOTENCY_KEY, ShowsView, body_of, show_id
from streams.selectors.shows import show_by_id
from streams.services.show_prices import plan_show_price
from tenants.api.actors import actor_of

KINDS = (("show", "Show price"), ("flash", "Flash price"))


class ShowPriceShape(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    variant = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(KINDS)
    status = serializers.CharField()
    price_minor = serializers.IntegerField(source="money.minor")
    currency = serializers.CharField(source="money.currency")
    run_seconds = serializers.IntegerField(allow_null=True)

    def get_variant(self, price: Any) -> str:
        return ids.public_id("var", price.variant_id)


class ShowPriceRequest(ClosedSerializer):
    variant = PublicIdField("var")
    kind = serializers.ChoiceField(KINDS)
    price_minor = serializers.IntegerField(min_value=1)
    currency = serializers.ChoiceField(CURRENCIES)
    run_seconds = serializers.IntegerField(min_value=10, required=False, allow_null=True, default=None)


class ShowPrices(ShowsView):
    serializer_class = ShowPriceShape
    pagination_class = None

    @extend_schema(tags=["prices"], responses=ShowPriceShape(many=True))
    def get(self, request: Request, show: str) -> Response:
        """The prices of a show, oldest first."""
        return Response(ShowPriceShape(special_prices_of_show(show_by_id(show).pk), many=True).data)

    @extend_schema(
        tags=["prices"], request=ShowPriceRequest, responses={201: ShowPriceShape}, parameters=[IDEMPOTENCY_KEY]
    )
    @idempotent
    def post(self, request: Request, show: str) -> Response:
        """Plan a price of a product in the line-up. A show price holds while the show is live; a flash price
        is opened by hand or by a cue with {price_id}."""
        fields = body_of(request, ShowPriceRequest)
        price_id = plan_show_price(
            show_id=show_id(show),
            variant_id=fields["variant"],
            kind=fields["kind"],
            price=Money(fields["price_minor"], fields["currency"]),
            run_seconds=fields["run_seconds"],
            actor=actor_of(request),
        )
        planned = next(price for price in special_prices_of_show(show_id(show)) if price.id == price_id)
        return Response(ShowPriceShape(planned).data, status=201)
