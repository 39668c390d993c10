"""Pages of lists: opaque cursors, at most 250 items.

Not here: the order of a list; the view's queryset gives it.
"""

from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.errors import InvalidInput

if TYPE_CHECKING:
    from rest_framework.views import APIView

MAX_PAGE = 250  # the largest page, as Shopify's and Stripe's users know it


class Pages(CursorPagination):
    """`?limit=&cursor=`; newest first. The answer is {data, next_cursor, previous_cursor}."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = MAX_PAGE
    ordering = "-id"
    cursor_query_param = "cursor"

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any] | None:
        """A cursor may be well formed and hold no key of this list; the database finds out. Raises
        InvalidInput."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError):
            raise InvalidInput(param="cursor", reason="This is no cursor of this list. Begin again without.") from None

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            OrderedDict(
                data=data, next_cursor=_cursor(self.get_next_link()), previous_cursor=_cursor(self.get_previous_link())
            )
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        cursor = {"type": "string", "nullable": True}
        return {
            "type": "object",
            "required": ["data", "next_cursor", "previous_cursor"],
            "properties": {"data": schema, "next_cursor": cursor, "previous_cursor": cursor},
        }


def _cursor(link: str | None) -> str | None:
    return parse_qs(urlsplit(link).query)["cursor"][0] if link else None
