"""/api/v1/shows/<id>/…: go live, end, pins, the picture's health, the replay's moments.

Not here: the plan (plan).
"""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.errors import InvalidInput
from kernel.pagination import MAX_PAGE
from streams.access import enters
from streams.api.base import ShowsView, body_of, show_answer, show_id
from streams.api.shapes import HealthShape, MomentsShape, OneShowShape, OnScreenRequest
from streams.api.shows import ShowAct
from streams.errors import ShowNotFound
from streams.models import Recording
from streams.selectors.health import show_health
from streams.selectors.recordings import moments
from streams.selectors.shows import show_by_id
from streams.services.on_air import end_show, go_live
from streams.services.replay import publish_replay
from streams.services.run_of_show import pin_product, unpin_product
from tenants.api.actors import actor_of
from tenants.api.permissions import Public


class GoLive(ShowAct):
    act = staticmethod(go_live)

    @extend_schema(tags=["on air"], request=None, responses=OneShowShape)
    def post(self, request: Request, show: str) -> Response:
        """On the air: the picture must be there."""
        return self.do(request, show)


class EndShow(ShowAct):
    act = staticmethod(end_show)

    @extend_schema(tags=["on air"], request=None, responses=OneShowShape)
    def post(self, request: Request, show: str) -> Response:
        """End it; the replay follows by itself."""
        return self.do(request, show)


class PublishReplay(ShowAct):
    act = staticmethod(publish_replay)

    @extend_schema(tags=["on air"], request=None, responses=OneShowShape)
    def post(self, request: Request, show: str) -> Response:
        """Put the recording on the show's page, if it is not there yet."""
        return self.do(request, show)


class Pin(ShowsView):
    @extend_schema(tags=["on air"], request=OnScreenRequest, responses=OneShowShape)
    def put(self, request: Request, show: str) -> Response:
        """Put a product of the line-up on screen."""
        key = body_of(request, OnScreenRequest)["variant"]
        return show_answer(pin_product(show_id=show_id(show), variant_id=key, actor=actor_of(request)))

    @extend_schema(tags=["on air"], responses=OneShowShape)
    def delete(self, request: Request, show: str) -> Response:
        """Take it off the screen."""
        return show_answer(unpin_product(show_id=show_id(show), actor=actor_of(request)))


class Health(ShowsView):
    serializer_class = HealthShape

    @extend_schema(tags=["on air"], responses=HealthShape)
    def get(self, request: Request, show: str) -> Response:
        """The encoder's signal as the engine last reported it."""
        return Response(HealthShape(show_health(show_by_id(show))).data)


class Moments(GenericAPIView[Any]):
    """Open to whoever may watch: the replay is re-enacted from this."""

    permission_classes = [Public]
    serializer_class = MomentsShape

    @extend_schema(
        tags=["on air"],
        responses=MomentsShape,
        parameters=[
            OpenApiParameter("after", int, description="The `seq` that is known already."),
            OpenApiParameter("limit", int, description=f"At most {MAX_PAGE}."),
        ],
    )
    def get(self, request: Request, show: str) -> Response:
        """What viewers saw happen, by the replay's seconds."""
        found = show_by_id(show)
        recording = Recording.objects.select_related("show").filter(show=found, published_at__isnull=False).first()
        if recording is None or not enters(request._request, found):
            raise ShowNotFound
        limit = max(1, min(_number(request, "limit", MAX_PAGE), MAX_PAGE))
        page = moments(recording, after=_number(request, "after", 0), limit=limit)
        body = {"data": [moment.as_json() for moment in page.moments], "next_after": page.next_after}
        return Response(body)


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise InvalidInput(param=name, reason=f"{name} is a whole number.")
    return int(text)
