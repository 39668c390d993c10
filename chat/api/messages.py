"""/api/v1/shows/{show}/messages/ and what the team does with one of them.

Not here: posting; people do that over the socket.
"""

import csv
import uuid
from collections.abc import Iterator

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import RoomView, body_of, found, show_id
from chat.api.shapes import MessageShape, PinRequest, RoomChange, RoomShape
from chat.models import Message
from chat.selectors import export_lines, room_settings
from chat.services.messages import pin_message, remove_message, unpin_message
from chat.services.rooms import set_room_mode
from kernel import clock
from kernel.tenancy import brand_context, current_schema
from streams.selectors import show_by_id
from tenants.api.actors import actor_of

_COLUMNS = ("time", "id", "author", "role", "text", "removed")


class Messages(RoomView):
    serializer_class = MessageShape

    @extend_schema(tags=["rooms"], responses=MessageShape(many=True))
    def get(self, request: Request, show: str) -> Response:
        """The messages of a room, newest first, removed ones included."""
        return self.page(Message.objects.filter(show_id=show_id(show)))


class OneMessage(RoomView):
    serializer_class = MessageShape

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
        """Slow mode, and whether guests may write."""
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

    @extend_schema(tags=["rooms"], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, show: str) -> StreamingHttpResponse:
        """The whole chat as a CSV file, oldest first."""
        room = show_by_id(show)
        response = StreamingHttpResponse(_rows(current_schema(), room.pk), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="chat-{room.slug}.csv"'
        return response


def _rows(schema: str, room: uuid.UUID) -> Iterator[str]:
    """The lines of the file. Streamed after the view, so that the brand is entered again."""
    writer = csv.writer(_Echo())
    yield "\ufeff"  # so that spreadsheets read it as UTF-8
    yield writer.writerow(_COLUMNS)
    with brand_context(schema):
        for message in export_lines(room):
            yield writer.writerow(
                [
                    clock.isoformat(message.posted_at),
                    message.public_id,
                    _cell(message.author),
                    message.badge or "viewer",
                    _cell(message.text),
                    "yes" if message.removed_at else "",
                ]
            )


def _cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line
