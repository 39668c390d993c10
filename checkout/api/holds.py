"""/api/v1/holds/ and /api/v1/me/: what a viewer has taken into the bag.

Not here: paying for it (checkout).
"""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.lines import places_of
from checkout import selectors
from checkout.api.fields import parse_path_id
from checkout.api.hold_shapes import HoldRequest, HoldShape, TicketRequest, TicketShape
from checkout.api.place_shapes import PlaceShape
from checkout.api.viewers import ViewerView, viewer_behind
from checkout.doors import tickets
from checkout.doors.http import PATH as DOOR
from checkout.doors.keys import body_hash, key_of
from checkout.errors import HoldNotFound
from checkout.guards import require_admitted
from checkout.models import Hold
from checkout.services import reserving
from checkout.services.holds import extend_hold, release_hold
from kernel import clock, ids
from kernel.errors import Problem
from kernel.tenancy import current_schema
from kernel.traces import device_hash
from kernel.viewers import Viewer, viewer_of

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="A random text; repeat it on a retry."
)


_PREFIXES = {"drop": "drp", "variant": "var", "show": "shw"}


class CustomerShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    email = serializers.EmailField()
    name = serializers.CharField()


class MeShape(serializers.Serializer[Any]):
    key = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    customer = CustomerShape(allow_null=True)
    holds = HoldShape(many=True)
    places = PlaceShape(many=True)
    bag_count = serializers.IntegerField()
    now = serializers.DateTimeField()


class Holds(ViewerView):
    @extend_schema(request=HoldRequest, responses={201: HoldShape}, parameters=[IDEMPOTENCY_KEY], tags=["holds"])
    def post(self, request: Request) -> Response:
        """Keep pieces for this viewer until `expires_at`. The price is the server's.

        The same key gives the same answer, also by the short way and by the room's socket: the hold as it was
        given first. A refusal is not kept, since nothing happened; asking again may win.
        """
        key = key_of(request.headers.get("Idempotency-Key", ""))
        wanted = HoldRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        viewer = viewer_behind(request)
        require_admitted(request._request, viewer)
        hold = _reserve(viewer, wanted.validated_data, key, request)
        return Response(selectors.hold_view(hold), status=status.HTTP_201_CREATED)


class HoldTickets(ViewerView):
    @extend_schema(request=TicketRequest, responses=TicketShape, tags=["holds"], operation_id="hold_ticket")
    def post(self, request: Request) -> Response:
        """A ticket for the short way to a hold. It says who asks, for what, and is good for a quarter of an hour.

        Send what `POST /api/v1/holds/` takes to `path`, with the ticket as `X-Hold-Ticket`, an `Idempotency-Key`
        and your page's `Origin`; the answers are the same. Where that address is not served, the ordinary
        one gives the same hold under the same key.
        """
        wanted = TicketRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        viewer = viewer_behind(request)
        require_admitted(request._request, viewer)
        ((noun, subject),) = wanted.validated_data.items()
        schema = current_schema()
        ticket = tickets.issue(
            schema=schema,
            viewer=viewer,
            about=ids.public_id(_PREFIXES[noun], subject),
            device=device_hash(request._request.COOKIES, schema=schema),
        )
        until = clock.now() + dt.timedelta(seconds=tickets.SECONDS)
        return Response({"ticket": ticket, "expires_at": clock.isoformat(until), "path": DOOR})


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
        """Who this browser is to the shop, what it holds and where it stands in line. Nobody, with an empty bag,
        is an answer too."""
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
                "places": places_of(viewer.key) if viewer else [],
                "bag_count": sum(hold.quantity for hold in holds),
                "now": clock.isoformat(clock.now()),
            }
        )


def _hold_id(text: str) -> uuid.UUID:
    hold_id = parse_path_id("hld", text)
    if hold_id is None:
        raise HoldNotFound
    return hold_id


def _reserve(viewer: Viewer, wanted: dict[str, Any], key: uuid.UUID, request: Request) -> Hold:
    """The hold that was asked for, as the other doors would give it. Raises what refuses it."""
    asked = {
        "variant_id": wanted["variant"],
        "quantity": wanted["quantity"],
        "show_id": wanted.get("show"),
        "drop_id": wanted.get("drop"),
    }
    one = reserving.HoldRequest(
        viewer=viewer,
        key=key,
        body_hash=body_hash(**asked),
        device=device_hash(request._request.COOKIES, schema=current_schema()),
        **asked,
    )
    with transaction.atomic():
        (outcome,) = reserving.reserve_batch(requests=[one])
    if isinstance(outcome, Problem):
        raise outcome
    return outcome
