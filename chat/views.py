"""Taking part as a guest: the one request of a room that sets a cookie.

Not here: the room itself, which is a socket (consumers), and its page (streams).
"""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.api.base import body_of
from chat.people import check_name, guest_name
from chat.selectors import load_blocklist, staff_names
from kernel.fields import ClosedSerializer
from kernel.tenancy import current_schema
from kernel.traces import device_of, write_device
from kernel.viewers import new_viewer, viewer_of, write_viewer
from tenants.api.permissions import Public


class JoinRequest(ClosedSerializer):
    name = serializers.CharField(required=False, allow_blank=True, max_length=100, default="")


class JoinShape(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The viewer's key, vwr_…, as events name it.")
    name = serializers.CharField()


class Join(APIView):
    """POST /rooms/join/ {"name"?}: gives a guest a key, and the nickname they want.

    Takes JSON alone, so that no form of another site can send it. Whoever has a key keeps it; a
    page that was connected before connects again, to be known by it.
    """

    authentication_classes: list[Any] = []
    permission_classes = [Public]

    @extend_schema(request=JoinRequest, responses=JoinShape, tags=["rooms"], operation_id="room_join")
    def post(self, request: Request) -> Response:
        wanted = body_of(request, JoinRequest)["name"]
        viewer = viewer_of(request._request) or new_viewer()
        if wanted:
            viewer = viewer.named(check_name(wanted, blocklist=load_blocklist(), staff_names=staff_names()))
        response = Response({"key": viewer.key, "name": viewer.name or guest_name(viewer)})
        write_viewer(response, viewer, secure=settings.SESSION_COOKIE_SECURE)
        schema = current_schema()
        write_device(response, device_of(request.COOKIES, schema=schema), schema=schema)
        response["Cache-Control"] = "no-store"
        return response
