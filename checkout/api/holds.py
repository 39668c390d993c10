"""/api/v1/holds/ and /api/v1/me/: what a viewer has taken into the bag.

Not here: paying for it (checkout).
"""

import uuid
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import selectors
from checkout.api.fields import PublicIdField, StrictSerializer, parse_path_id
from checkout.api.viewers import ViewerView, viewer_behind
from checkout.errors import HoldNotFound
from checkout.services.holds import MOST_PIECES, create_hold, extend_hold, release_hold
from kernel import clock
from kernel.idempotency.api import idempotent
from kernel.viewers import viewer_of

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="A random text; repeat it on a retry."
)


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


class CustomerShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    email = serializers.EmailField()
    name = serializers.CharField()


class MeShape(serializers.Serializer[Any]):
    key = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    customer = CustomerShape(allow_null=True)
    holds = HoldShape(many=True)
    bag_count = serializers.IntegerField()
    now = serializers.DateTimeField()


class Holds(ViewerView):
    @extend_schema(request=HoldRequest, responses={201: HoldShape}, parameters=[IDEMPOTENCY_KEY], tags=["holds"])
    @idempotent
    def post(self, request: Request) -> Response:
        """Keep pieces for this viewer until `expires_at`. The price is the server's."""
        wanted = HoldRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        viewer = viewer_behind(request)
        hold = create_hold(
            viewer=viewer,
            variant_id=wanted.validated_data["variant"],
            quantity=wanted.validated_data["quantity"],
            show_id=wanted.validated_data.get("show"),
            drop_id=wanted.validated_data.get("drop"),
            actor=f"viewer:{viewer.key}",
        )
        return Response(selectors.hold_view(hold), status=status.HTTP_201_CREATED)


class OneHold(ViewerView):
    makes_viewers: ClassVar[bool] = False  # who has no cookie has no hold

    @extend_schema(responses={204: None}, tags=["holds"])
    def delete(self, request: Request, hold: str) -> Response:
        """Let a hold go; doing it again changes nothing."""
        viewer = viewer_of(request._request)
        if viewer is None:
            raise HoldNotFound
        release_hold(viewer=viewer, hold_id=_hold_id(hold), actor=f"viewer:{viewer.key}")
        return Response(status=status.HTTP_204_NO_CONTENT)


class HoldExtension(ViewerView):
    makes_viewers: ClassVar[bool] = False

    @extend_schema(request=None, responses=HoldShape, tags=["holds"])
    def post(self, request: Request, hold: str) -> Response:
        """Five minutes more, once."""
        viewer = viewer_of(request._request)
        if viewer is None:
            raise HoldNotFound
        extended = extend_hold(viewer=viewer, hold_id=_hold_id(hold), actor=f"viewer:{viewer.key}")
        return Response(selectors.hold_view(extended))


class Me(ViewerView):
    makes_viewers: ClassVar[bool] = False  # a look at a page makes nobody

    @extend_schema(responses=MeShape, tags=["holds"])
    def get(self, request: Request) -> Response:
        """Who this browser is to the shop, and what it holds. Nobody, with an empty bag, is an answer too."""
        viewer = viewer_of(request._request)
        holds = selectors.live_holds(viewer.key) if viewer else []
        customer = selectors.customer_of(viewer) if viewer else None
        return Response(
            {
                "key": viewer.key if viewer else None,
                "name": viewer.name if viewer else "",
                "customer": (
                    {"id": customer.public_id, "email": customer.email, "name": customer.name} if customer else None
                ),
                "holds": selectors.hold_views(holds),
                "bag_count": sum(hold.quantity for hold in holds),
                "now": clock.isoformat(clock.now()),
            }
        )


def _hold_id(text: str) -> uuid.UUID:
    hold_id = parse_path_id("hld", text)
    if hold_id is None:
        raise HoldNotFound
    return hold_id
