"""/api/v1/shows/: shows, their dates, who may watch, posters, keys.

Not here: line-up and cues (plan), the air (on_air).
"""

from collections.abc import Callable
from typing import ClassVar

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.errors import InvalidInput
from kernel.idempotency.api import idempotent
from kernel.tenancy import current_brand
from streams.api.base import IDEMPOTENCY_KEY, ShowsView, body_of, show_answer, show_id
from streams.api.shapes import (
    OneShowShape,
    PosterRequest,
    RescheduleRequest,
    ShowChange,
    ShowRequest,
    ShowShape,
    StreamKeyShape,
    VisibilityRequest,
)
from streams.models import Show, ShowStatus
from streams.selectors.shows import show_by_id
from streams.services.details import replace_link, set_visibility, update_show
from streams.services.posters import MOST_BYTES, set_poster
from streams.services.schedule import (
    cancel_show,
    create_show,
    open_lobby,
    reschedule_show,
    schedule_show,
    withdraw_show,
)
from streams.services.stream_keys import rotate_stream_key
from tenants.api.actors import actor_of


class Shows(ShowsView):
    serializer_class = ShowShape

    @extend_schema(
        tags=["shows"],
        responses=ShowShape(many=True),
        parameters=[OpenApiParameter("status", enum=ShowStatus.values)],
    )
    def get(self, request: Request) -> Response:
        """Shows, newest first."""
        rows = Show.objects.all()
        if text := request.query_params.get("status"):
            if text not in ShowStatus.values:
                raise InvalidInput(param="status", reason=f"status is one of {', '.join(ShowStatus.values)}.")
            rows = rows.filter(status=text)
        return self.get_paginated_response(ShowShape(self.paginate_queryset(rows), many=True).data)

    @extend_schema(tags=["shows"], request=ShowRequest, responses={201: OneShowShape}, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request) -> Response:
        """Draft a show. Without a slug one is made from the title."""
        fields = body_of(request, ShowRequest)
        fields.setdefault("time_zone", current_brand().time_zone)
        return show_answer(create_show(actor=actor_of(request), **fields), status=201)


class OneShow(ShowsView):
    @extend_schema(tags=["shows"], responses=OneShowShape)
    def get(self, request: Request, show: str) -> Response:
        return Response(OneShowShape(show_by_id(show)).data)

    @extend_schema(tags=["shows"], request=ShowChange, responses=OneShowShape)
    def patch(self, request: Request, show: str) -> Response:
        """Change what its page says. Dates have an act of their own."""
        fields = body_of(request, ShowChange)
        return show_answer(update_show(show_id=show_id(show), actor=actor_of(request), **fields))


class ShowAct(ShowsView):
    """The base of acts without a body: the same address shape, the same answer. Each is safe to repeat."""

    act: ClassVar[Callable[..., Show]]

    def do(self, request: Request, show: str) -> Response:
        return show_answer(type(self).act(show_id=show_id(show), actor=actor_of(request)))


class ScheduleShow(ShowAct):
    act = staticmethod(schedule_show)

    @extend_schema(tags=["shows"], request=None, responses=OneShowShape)
    def post(self, request: Request, show: str) -> Response:
        """Publish the date."""
        return self.do(request, show)


class WithdrawShow(ShowAct):
    act = staticmethod(withdraw_show)

    @extend_schema(tags=["shows"], request=None, responses=OneShowShape)
    def post(self, request: Request, show: str) -> Response:
        """Back to a draft."""
        return self.do(request, show)


class CancelShow(ShowAct):
    act = staticmethod(cancel_show)

    @extend_schema(tags=["shows"], request=None, responses=OneShowShape)
    def post(self, request: Request, show: str) -> Response:
        """Call it off, before it aired."""
        return self.do(request, show)


class OpenLobby(ShowAct):
    act = staticmethod(open_lobby)

    @extend_schema(tags=["shows"], request=None, responses=OneShowShape)
    def post(self, request: Request, show: str) -> Response:
        """Open the lobby now, before its time."""
        return self.do(request, show)


class ReplaceLink(ShowAct):
    act = staticmethod(replace_link)

    @extend_schema(tags=["shows"], request=None, responses=OneShowShape)
    def post(self, request: Request, show: str) -> Response:
        """Make the private links given out so far worthless. The answer's `url` is the new one."""
        return self.do(request, show)


class RescheduleShow(ShowsView):
    @extend_schema(tags=["shows"], request=RescheduleRequest, responses=OneShowShape)
    def post(self, request: Request, show: str) -> Response:
        """Move the start."""
        fields = body_of(request, RescheduleRequest)
        return show_answer(reschedule_show(show_id=show_id(show), actor=actor_of(request), **fields))


class ShowVisibility(ShowsView):
    @extend_schema(tags=["shows"], request=VisibilityRequest, responses=OneShowShape)
    def put(self, request: Request, show: str) -> Response:
        """Who may watch."""
        fields = body_of(request, VisibilityRequest)
        return show_answer(set_visibility(show_id=show_id(show), actor=actor_of(request), **fields))


class ShowPoster(ShowsView):
    parser_classes = [MultiPartParser]

    @extend_schema(tags=["shows"], request={"multipart/form-data": PosterRequest}, responses=OneShowShape)
    def put(self, request: Request, show: str) -> Response:
        """Re-encoded to one JPEG; what the file carries besides its pixels is dropped."""
        upload = body_of(request, PosterRequest)["poster"]
        # One byte more than allowed is enough to know.
        return show_answer(set_poster(show_id=show_id(show), data=upload.read(MOST_BYTES + 1), actor=actor_of(request)))


class ShowStreamKey(ShowsView):
    serializer_class = StreamKeyShape

    @extend_schema(tags=["shows"], request=None, responses=StreamKeyShape)
    def post(self, request: Request, show: str) -> Response:
        """A new key, shown this once; the one before opens nothing any more."""
        key = rotate_stream_key(show_id=show_id(show), actor=actor_of(request))
        return Response(StreamKeyShape({"url": settings.RTMP_URL, "key": key}).data)
