"""What all endpoints of shows share: scopes, the id in the address, the body.

Not here: the endpoints.
"""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from kernel import ids
from kernel.errors import Problem
from streams.api.shapes import OneShowShape
from streams.errors import CueNotFound, NotInLineUp, ShowNotFound
from streams.models import Show
from tenants.api.permissions import Staff

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="A random text; repeat it on a retry."
)


class ShowsView(GenericAPIView[Any]):
    """An endpoint for members and keys."""

    permission_classes = [Staff]
    read_scope, write_scope = "shows:read", "shows:write"
    serializer_class: type[serializers.BaseSerializer[Any]] = OneShowShape


def show_id(text: str) -> uuid.UUID:
    return _parse("shw", text, ShowNotFound)


def cue_id(text: str) -> uuid.UUID:
    return _parse("cue", text, CueNotFound)


def variant_id(text: str) -> uuid.UUID:
    return _parse("var", text, NotInLineUp)


def body_of(request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The checked body. Raises DRF's ValidationError, which becomes a Problem that names the field."""
    wanted = shape(data=request.data)
    wanted.is_valid(raise_exception=True)
    fields: dict[str, Any] = wanted.validated_data
    return fields


def show_answer(show: Show, *, status: int = 200) -> Response:
    """The show as it is in the database now."""
    show.refresh_from_db()
    return Response(OneShowShape(show).data, status=status)


def _parse(prefix: str, text: str, missing: type[Problem]) -> uuid.UUID:
    try:
        return ids.parse_public_id(prefix, text)
    except ValueError:
        raise missing from None
