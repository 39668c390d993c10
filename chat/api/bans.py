"""/api/v1/bans/ and /api/v1/blocklist/: who may not speak, and which words may not be said.

Not here: single messages (messages).
"""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import RoomView, body_of, found
from chat.api.shapes import BanRequest, BanShape, BlocklistShape
from chat.models import Ban
from chat.selectors import bans_in_force, blocked_words
from chat.services.blocklist import set_blocklist
from chat.services.moderation import ban_viewer, lift_ban, shadow_viewer, time_out_viewer
from tenants.api.actors import actor_of


class Bans(RoomView):
    serializer_class = BanShape

    @extend_schema(
        tags=["rooms"],
        responses=BanShape(many=True),
        parameters=[OpenApiParameter("all", bool, description="Lifted too.")],
    )
    def get(self, request: Request) -> Response:
        """Bans, shadow bans and running time-outs, newest first."""
        return self.page(Ban.objects.all() if request.query_params.get("all") == "true" else bans_in_force())

    @extend_schema(tags=["rooms"], request=BanRequest, responses={201: BanShape})
    def post(self, request: Request) -> Response:
        """Ban a viewer, or with `seconds` silence them for a while. Open sockets follow at once.

        A second ban gives the first, which then reaches as far as both say."""
        wanted = body_of(request, BanRequest)
        about = {
            "viewer_key": wanted["viewer"],
            "show_id": wanted["show"],
            "reason": wanted["reason"],
            "actor": actor_of(request),
        }
        if wanted["seconds"] is not None:
            ban = time_out_viewer(seconds=wanted["seconds"], **about)
        else:
            act = shadow_viewer if wanted["kind"] == Ban.Kind.SHADOW else ban_viewer
            ban = act(**about, **{name: wanted[name] for name in ("devices", "networks", "network_hours")})
        return Response(BanShape(ban).data, status=201)


class OneBan(RoomView):
    serializer_class = BanShape

    @extend_schema(tags=["rooms"], responses={204: None})
    def delete(self, request: Request, ban: str) -> Response:
        """Lift a ban or a time-out."""
        lift_ban(ban_id=found(Ban.objects.all(), Ban.id_prefix, ban, "ban").pk, actor=actor_of(request))
        return Response(status=204)


class Words(RoomView):
    serializer_class = BlocklistShape

    @extend_schema(tags=["rooms"], responses=BlocklistShape)
    def get(self, request: Request) -> Response:
        """The words that the brand refuses in chats, questions and names."""
        return Response({"words": blocked_words()})

    @extend_schema(tags=["rooms"], request=BlocklistShape, responses=BlocklistShape)
    def put(self, request: Request) -> Response:
        """Replace the whole list."""
        words = set_blocklist(words=body_of(request, BlocklistShape)["words"], actor=actor_of(request))
        return Response({"words": words})
