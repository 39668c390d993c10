"""Places in line: entering a window or a draw, waiting for what is sold out, giving a place up.

Not here: who gets a unit when (checkout.services.lines), and the draw to check (catalog.api.draws).
"""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.errors import DropNotFound, PlaceNotFound
from catalog.selectors.lines import place_view
from catalog.services.lists import enter_list
from catalog.services.waitlist import join_waitlist, leave_line
from checkout.api.fields import PublicIdField, StrictSerializer, parse_path_id
from checkout.api.place_shapes import PlaceShape
from checkout.api.viewers import ViewerView, viewer_behind
from checkout.guards import require_admitted
from checkout.people import asker_of, device_behind
from kernel.tenancy import current_schema
from kernel.traces import write_device
from kernel.viewers import viewer_of


class EntryRequest(StrictSerializer):
    email = serializers.EmailField(required=False, allow_blank=True)


class WaitlistRequest(StrictSerializer):
    """`email` is written to when the turn comes; a signed-in customer's own address needs no asking."""

    variant = PublicIdField("var")
    drop = PublicIdField("drp", required=False, allow_null=True)
    email = serializers.EmailField(required=False, allow_blank=True)


class LineView(ViewerView):
    """Gives a browser a device as well: there is one place to a device."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.device = device_behind(request._request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code < 400 and hasattr(self, "device"):
            write_device(final, self.device, schema=current_schema())
        return final


class DropEntry(LineView):
    @extend_schema(request=EntryRequest, responses={201: PlaceShape}, tags=["lines"], operation_id="drop_enter")
    def post(self, request: Request, drop: str) -> Response:
        """Put this viewer on the list of a window or a draw. Again it is the same place: one to a viewer, a
        device and a customer."""
        wanted = EntryRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        viewer = viewer_behind(request)
        require_admitted(request._request, viewer)
        drop_id = parse_path_id("drp", drop)
        if drop_id is None:
            raise DropNotFound
        asker = asker_of(request._request, viewer, device=self.device, email=wanted.validated_data.get("email", ""))
        place = enter_list(drop_id=drop_id, asker=asker)
        return Response(place_view(place), status=status.HTTP_201_CREATED)


class Waitlist(LineView):
    @extend_schema(request=WaitlistRequest, responses={201: PlaceShape}, tags=["lines"], operation_id="waitlist_join")
    def post(self, request: Request) -> Response:
        """Take a place at the end of the line for what is sold out. Again it is the same place."""
        wanted = WaitlistRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        viewer = viewer_behind(request)
        require_admitted(request._request, viewer)
        asked = wanted.validated_data
        place = join_waitlist(
            variant_id=asked["variant"],
            drop_id=asked.get("drop"),
            asker=asker_of(request._request, viewer, device=self.device, email=asked.get("email", "")),
            actor=f"viewer:{viewer.key}",
        )
        return Response(place_view(place), status=status.HTTP_201_CREATED)


class OnePlace(ViewerView):
    makes_viewers: ClassVar[bool] = False  # who has no cookie has no place

    @extend_schema(responses={204: None}, tags=["lines"], operation_id="place_leave")
    def delete(self, request: Request, place: str) -> Response:
        """Give a place up; doing it again changes nothing. One with an offer ends with its hold."""
        viewer, place_id = viewer_of(request._request), parse_path_id("plc", place)
        if viewer is None or place_id is None:
            raise PlaceNotFound
        leave_line(place_id=place_id, viewer_key=viewer.key)
        return Response(status=status.HTTP_204_NO_CONTENT)
