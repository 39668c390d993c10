"""/api/v1/shows/{show}/held/: the lines that wait for the team, and what is said to them.

Not here: messages that are shown (messages).
"""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import RoomView, found, show_id
from chat.api.shapes import HeldShape
from chat.models import HeldMessage
from chat.services.claiming import claim_line, release_line
from chat.services.deciding import approve_line, decline_line
from kernel.errors import InvalidInput
from tenants.api.actors import actor_of, name_of


class Held(RoomView):
    serializer_class = HeldShape

    @extend_schema(
        tags=["rooms"],
        responses=HeldShape(many=True),
        parameters=[OpenApiParameter("status", enum=HeldMessage.Status.values, description="waiting unless told.")],
    )
    def get(self, request: Request, show: str) -> Response:
        """The lines that wait, or waited, for the team; newest first."""
        status = request.query_params.get("status", HeldMessage.Status.WAITING)
        if status not in HeldMessage.Status.values:
            raise InvalidInput(param="status", reason=f"status is one of {', '.join(HeldMessage.Status.values)}.")
        return self.page(HeldMessage.objects.filter(show_id=show_id(show), status=status))


class ApproveHeld(RoomView):
    serializer_class = HeldShape

    @extend_schema(tags=["rooms"], request=None, responses=HeldShape)
    def post(self, request: Request, show: str, held: str) -> Response:
        """Show a line that waits, at the end of the chat. Doing it twice changes nothing."""
        room = show_id(show)
        row = found(HeldMessage.objects.filter(show_id=room), HeldMessage.id_prefix, held, "message")
        return Response(HeldShape(approve_line(show_id=room, held_id=row.pk, actor=actor_of(request))).data)


class DeclineHeld(RoomView):
    serializer_class = HeldShape

    @extend_schema(tags=["rooms"], request=None, responses=HeldShape)
    def post(self, request: Request, show: str, held: str) -> Response:
        """Give a line that waits back to its author, who alone is told. Doing it twice changes nothing."""
        room = show_id(show)
        row = found(HeldMessage.objects.filter(show_id=room), HeldMessage.id_prefix, held, "message")
        return Response(HeldShape(decline_line(show_id=room, held_id=row.pk, actor=actor_of(request))).data)


class ClaimHeld(RoomView):
    serializer_class = HeldShape

    @extend_schema(tags=["rooms"], request=None, responses=HeldShape)
    def post(self, request: Request, show: str, held: str) -> Response:
        """Deal with a line for a minute: nobody else of the team decides it meanwhile."""
        room = show_id(show)
        row = found(HeldMessage.objects.filter(show_id=room), HeldMessage.id_prefix, held, "message")
        claimed = claim_line(show_id=room, held_id=row.pk, actor=actor_of(request), name=name_of(request))
        return Response(HeldShape(claimed).data)

    @extend_schema(tags=["rooms"], responses={204: None})
    def delete(self, request: Request, show: str, held: str) -> Response:
        """Leave a line to the others again."""
        room = show_id(show)
        row = found(HeldMessage.objects.filter(show_id=room), HeldMessage.id_prefix, held, "message")
        release_line(show_id=room, held_id=row.pk, actor=actor_of(request))
        return Response(status=204)
