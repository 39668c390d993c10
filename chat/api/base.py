"""What all endpoints of rooms share: scopes, roles, the ids in the address, the body.

Not here: the endpoints.
"""

import uuid
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from chat.errors import NotInRoom
from kernel import ids
from streams.selectors import show_by_id
from tenants.api.permissions import Staff
from tenants.models import Role

Row = TypeVar("Row", bound=Model)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="A random text; repeat it on a retry."
)


class RoomView(GenericAPIView[Any]):
    """For keys with the shows' scopes, and for members: the room is what moderators are for."""

    permission_classes = [Staff]
    read_scope, write_scope = "shows:read", "shows:write"
    write_role = Role.MODERATOR
    serializer_class: type[serializers.BaseSerializer[Any]]

    def page(self, rows: "QuerySet[Any]") -> Response:
        serializer = self.get_serializer(self.paginate_queryset(rows), many=True)
        return self.get_paginated_response(serializer.data)


def show_id(text: str) -> uuid.UUID:
    """The id of a show that exists here. Raises ShowNotFound."""
    return show_by_id(text).pk


def found(rows: "QuerySet[Row]", prefix: str, text: str, noun: str) -> Row:
    """The row behind an id in the address. Raises NotInRoom."""
    try:
        row = rows.filter(pk=ids.parse_public_id(prefix, text)).first()
    except ValueError:
        row = None
    if row is None:
        raise NotInRoom(noun=noun)
    return row


def body_of(request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The checked body. Raises DRF's ValidationError, which becomes a Problem that names the field."""
    wanted = shape(data=request.data)
    wanted.is_valid(raise_exception=True)
    fields: dict[str, Any] = wanted.validated_data
    return fields
