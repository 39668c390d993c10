"""/api/v1/shows/{show}/messages/ and what the team does with one of them.

Not here: posting; people do that over the socket.
"""

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import RoomView, body_of, found, show_id
from chat.api.shapes import EditRequest, MessageShape, PinRequest, RoomChange, RoomShape
from chat.exports import csv_rows, json_rows
from chat.models import Message
from chat.selectors import room_settings
from chat.services.edits import edit_message
from chat.services.messages import pin_message, remove_message, unpin_message
from chat.services.rooms import set_room_mode
from kernel.errors import InvalidInput
from kernel.tenancy import current_schema
from streams.selectors import show_by_id
from tenants.api.actors import actor_of
from tenants.api.permissions import current_member, has_role
from tenants.models import Role


class Messages(RoomView):
    serializer_class = MessageShape

    @extend_schema(tags=["rooms"], responses=MessageShape(many=True))
    def get(self, request: Request, show: str) -> Response:
        """The messages of a room, newest first, removed and shadowed ones included."""
        return self.page(Message.objects.filter(show_id=show_id(show)).prefetch_related("edits"))


class OneMessage(RoomView):
    serializer_class = MessageShape

    @extend_schema(tags=["rooms"], request=EditRequest, responses=MessageShape)
    def patch(self, request: Request, show: str, message: str) -> Response:
        """Change what a message says. Pages show that it was edited; `edits` keeps what it said before.
        Moderators change the team's own lines, hosts, owners and keys any."""
        room = show_id(show)
        row = found(Message.objects.filter(show_id=room), Message.id_prefix, message, "message")
        member = current_member(request._request)
        edited = edit_message(
            show_id=room,
            message_id=row.pk,
            text=body_of(request, EditRequest)["text"],
            actor=actor_of(request),
            may_correct=member is None or has_role(member, Role.HOST),
        )
        return Response(MessageShape(edited).data)

    @extend_schema(tags=["rooms"], responses={204: None})
    def delete(self, request: Request, show: str, message: str) -> Response:
        """Remove a message from the room. Its text stays readable for the team."""
        room = show_id(show)
        row = found(Message.objects.filter(show_id=room), Message.id_prefix, message, "message")
        remove_message(show_id=room, message_id=row.pk, actor=actor_of(request))
        return Response(status=204)


class Room(RoomView):
    serializer_class = RoomShape

    @extend_schema(tags=["rooms"], responses=RoomShape)
    def get(self, request: Request, show: str) -> Response:
        """How the room is set."""
        return Response(RoomShape(room_settings(show_id(show))).data)

    @extend_schema(tags=["rooms"], request=RoomChange, responses=RoomShape)
    def patch(self, request: Request, show: str) -> Response:
        """Slow mode, whether guests may write, whether the team reads lines before they are shown.

        Ending `approval` while lines wait needs `waiting`: what becomes of them."""
        room = show_id(show)
        set_room_mode(show_id=room, actor=actor_of(request), **body_of(request, RoomChange))
        return Response(RoomShape(room_settings(room)).data)


class PinnedMessage(RoomView):
    serializer_class = RoomShape

    @extend_schema(tags=["rooms"], request=PinRequest, responses=RoomShape)
    def put(self, request: Request, show: str) -> Response:
        """Show a message above the chat, in place of the one before."""
        room = show_id(show)
        pin_message(show_id=room, message_id=body_of(request, PinRequest)["message"], actor=actor_of(request))
        return Response(RoomShape(room_settings(room)).data)

    @extend_schema(tags=["rooms"], responses={204: None})
    def delete(self, request: Request, show: str) -> Response:
        """Take the pinned message down."""
        unpin_message(show_id=show_id(show), actor=actor_of(request))
        return Response(status=204)


class ChatExport(RoomView):
    serializer_class = MessageShape

    @extend_schema(
        tags=["rooms"],
        responses={(200, "text/csv"): OpenApiTypes.STR, (200, "application/json"): OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter("as", enum=["csv", "json"], description="The kind of file; csv unless told.")],
    )
    def get(self, request: Request, show: str) -> StreamingHttpResponse:
        """The whole chat as a file, oldest first: with edits, and with what was removed or shadowed."""
        room = show_by_id(show)
        kind = request.query_params.get("as", "csv")
        if kind not in ("csv", "json"):
            raise InvalidInput(param="as", reason="as is csv or json.")
        rows, content_type = (
            (csv_rows, "text/csv; charset=utf-8") if kind == "csv" else (json_rows, "application/json; charset=utf-8")
        )
        response = StreamingHttpResponse(rows(current_schema(), room.pk), content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="chat-{room.slug}.{kind}"'
        return response
