"""`lines` of a request: which pieces of an order are meant, by line and number.

Not here: whether they may be sent, paid back or returned (services).
"""

import uuid
from typing import Any

from rest_framework import serializers

from checkout.api.fields import PublicIdField, StrictSerializer
from kernel.errors import InvalidInput

MOST_LINES = 100


class PiecesRequest(StrictSerializer):
    line = PublicIdField("lne")
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)


def pieces_of(rows: list[dict[str, Any]] | None) -> dict[uuid.UUID, int] | None:
    """As the services take them; a line that is named twice counts twice. Raises InvalidInput."""
    if rows is None:
        return None
    if len(rows) > MOST_LINES:
        raise InvalidInput(param="lines", reason=f"Name at most {MOST_LINES} lines.")
    pieces: dict[uuid.UUID, int] = {}
    for row in rows:
        pieces[row["line"]] = pieces.get(row["line"], 0) + row["quantity"]
    return pieces
