"""/api/v1/viewers/{viewer}/ and who looks after a room: what moderators know of people and of one another.

Not here: what they do (messages, queue, bans).
"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import RoomView, body_of, show_id
from chat.api.shapes import HandOverRequest, HandOverShape, ShiftShape, ViewerShape
from chat.errors import MembersOnly
from chat.histories import history_of
from chat.services.shifts import begin_shift, end_shift, write_hand_over
from tenants.api.actors import actor_of, name_of
from tenants.api.permissions import current_member, has_role
from tenants.models import ApiKey, Member, Role


class OneViewer(RoomView):
    serializer_class = ViewerShape

    @extend_schema(tags=["rooms"], responses=ViewerShape)
    def get(self, request: Request, viewer: str) -> Response:
        """What one viewer said, and what the team did about it. How often they bought is told to hosts,
        owners, and keys that may read orders."""
        key = request.auth if isinstance(request.auth, ApiKey) else None
        sees_orders = "orders:read" in key.scopes if key else has_role(current_member(request._request), Role.HOST)
        return Response(ViewerShape(history_of(viewer, orders=sees_orders)).data)


class OwnShift(RoomView):
    serializer_class = ShiftShape

    @extend_schema(tags=["rooms"], request=None, responses=ShiftShape)
    def put(self, request: Request, show: str) -> Response:
        """Look after a room from now on. The others of the team see it."""
        member = _member(request)
        shift = begin_shift(
            show_id=show_id(show),
            member_id=member.public_id,
            name=member.user.display_name,
            actor=actor_of(request),
        )
        return Response(ShiftShape(shift).data)

    @extend_schema(tags=["rooms"], responses={204: None})
    def delete(self, request: Request, show: str) -> Response:
        """Look after it no longer."""
        end_shift(show_id=show_id(show), member_id=_member(request).public_id, actor=actor_of(request))
        return Response(status=204)


class HandOverNote(RoomView):
    serializer_class = HandOverShape

    @extend_schema(tags=["rooms"], request=HandOverRequest, responses=HandOverShape)
    def put(self, request: Request, show: str) -> Response:
        """Leave a note for whoever looks after the room next, in place of the one before."""
        text = body_of(request, HandOverRequest)["text"]
        note = write_hand_over(show_id=show_id(show), text=text, author=name_of(request), actor=actor_of(request))
        return Response(HandOverShape(note).data)


def _member(request: Request) -> Member:
    member = current_member(request._request)
    if member is None:
        raise MembersOnly
    return member
