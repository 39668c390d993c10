"""From an id in an address to its row, or the refusal that says what is missing; lists in pages.

Not here: what is done with the rows.
"""

import uuid
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from kernel import ids
from kernel.errors import InvalidInput, Problem
from tenants.api.permissions import Staff

Row = TypeVar("Row", bound=Model)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="A random text; repeat it on a retry."
)


class StaffView(GenericAPIView[Any]):
    """An endpoint for members and keys; `page` answers a list."""

    permission_classes = [Staff]

    def page(self, rows: "QuerySet[Any]") -> Response:
        serializer = self.get_serializer(self.paginate_queryset(rows), many=True)
        return self.get_paginated_response(serializer.data)


def id_in_path(prefix: str, text: str, missing: type[Problem]) -> uuid.UUID:
    """The UUID of an id in the address. Raises `missing` for anything else."""
    try:
        return ids.parse_public_id(prefix, text)
    except ValueError:
        raise missing from None


def found(rows: "QuerySet[Row]", prefix: str, text: str, missing: type[Problem]) -> Row:
    """The row behind an id in the address. Raises `missing`."""
    row = rows.filter(pk=id_in_path(prefix, text, missing)).first()
    if row is None:
        raise missing
    return row


def id_in_query(prefix: str, name: str, text: str) -> uuid.UUID:
    """The UUID of an id in a filter. Raises InvalidInput: a filter that means nothing is a mistake."""
    try:
        return ids.parse_public_id(prefix, text)
    except ValueError:
        raise InvalidInput(param=name, reason=f"{name} takes an id that begins with {prefix}_.") from None


def choice_in_query(name: str, text: str, choices: list[str]) -> str:
    """A filter's value out of a closed set. Raises InvalidInput."""
    if text not in choices:
        raise InvalidInput(param=name, reason=f"{name} is one of {', '.join(choices)}.")
    return text
