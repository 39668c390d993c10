"""What a request's body asks for: read the short way when it is plain, else by the API's own serialiser, so
that both doors take and refuse the same.

Not here: whether it may be had.
"""

import io
import json
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rest_framework.exceptions import APIException

from checkout.api.hold_shapes import HoldRequest
from checkout.services.holds import MOST_PIECES
from kernel import ids
from kernel.bodies import JsonBody
from kernel.errors import InvalidInput
from kernel.problems import Malformed, first_fault

_NOT_PLAIN = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_FIELDS = {"variant", "quantity", "drop", "show"}


@dataclass(frozen=True, slots=True)
class Wish:
    variant_id: uuid.UUID
    quantity: int = 1
    drop_id: uuid.UUID | None = None
    show_id: uuid.UUID | None = None


def read_wish(body: bytes) -> Wish:
    """The wish in a JSON body. Raises Malformed, InvalidInput, PriceTampered as the API does."""
    try:
        return _plain(json.loads(body))
    except _NOT_PLAIN:
        try:
            return _checked(JsonBody().parse(io.BytesIO(body)))
        except APIException as error:
            raise Malformed(reason=str(error.detail)) from None


def wish_of(data: dict[str, Any]) -> Wish:
    """The same for a body that was read already."""
    try:
        return _plain(data)
    except _NOT_PLAIN:
        return _checked(data)


def _plain(data: dict[str, Any]) -> Wish:
    """The wish of a body that is written as pages write it. Raises one of many errors for any other."""
    if data.keys() - _FIELDS:
        raise KeyError
    quantity, drop, show = data.get("quantity", 1), data.get("drop"), data.get("show")
    if type(quantity) is not int or not 1 <= quantity <= MOST_PIECES:
        raise ValueError
    return Wish(
        _id("var", data["variant"]),
        quantity,
        _id("drp", drop) if drop is not None else None,
        _id("shw", show) if show is not None else None,
    )


def _checked(data: object) -> Wish:
    serialiser = HoldRequest(data=data)
    if not serialiser.is_valid():
        param, reason = first_fault(serialiser.errors)
        raise InvalidInput(param=param, reason=reason)
    known = serialiser.validated_data
    return Wish(known["variant"], known["quantity"], known.get("drop"), known.get("show"))


# A drop is asked for by the same few ids, thousands of times.
_id = lru_cache(maxsize=4096)(ids.parse_public_id)
