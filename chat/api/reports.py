"""/api/v1/shows/{show}/reports/: lines that viewers have reported, and leaving them as they are.

Not here: removing a line (messages). Viewers report over the socket.
"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import RoomView, found, show_id
from chat.api.shapes import ReportedShape
from chat.models import Message
from chat.selectors import reported_lines
from chat.services.reports import settle_reports
from tenants.api.actors import actor_of


class Reports(RoomView):
    serializer_class = ReportedShape

    @extend_schema(tags=["rooms"], responses=ReportedShape(many=True))
    def get(self, request: Request, show: str) -> Response:
        """Lines that viewers have reported and the team has not dealt with; newest first."""
        return self.page(reported_lines(show_id(show)))


class OneReported(RoomView):
    serializer_class = ReportedShape

    @extend_schema(tags=["rooms"], responses={204: None})
    def delete(self, request: Request, show: str, message: str) -> Response:
        """Leave a reported line as it is. Doing it twice changes nothing."""
        room = show_id(show)
        row = found(Message.objects.filter(show_id=room), Message.id_prefix, message, "message")
        settle_reports(show_id=room, message_id=row.pk, actor=actor_of(request))
        return Response(status=204)
