"""Holds as the doors tell them: the same bytes as the API's, made from the row.

Not here: refusals, which are Problems on every door.
"""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checkout.models import Hold
from checkout.selectors.bag import Shown, hold_row, shown_of
from kernel.errors import Problem
from kernel.tenancy import current_schema

_FRESH_SECONDS = 2.0  # that a product's name and picture may be old
_MOST = 5000
_shown: dict[tuple[str, uuid.UUID], tuple[float, Shown]] = {}


@dataclass(frozen=True, slots=True)
class Held:
    """A hold that is durable, as the caller reads it."""

    body: bytes


def answers_of(outcomes: Sequence[Hold | Problem], *, variant_id: uuid.UUID) -> list[Held | Problem]:
    """What each caller is told."""
    holds = [outcome for outcome in outcomes if isinstance(outcome, Hold)]
    if not holds:
        return [outcome for outcome in outcomes if isinstance(outcome, Problem)]
    shown = _remembered(variant_id, holds[0].currency)
    return [outcome if isinstance(outcome, Problem) else Held(_dumps(hold_row(outcome, shown))) for outcome in outcomes]


def _remembered(variant_id: uuid.UUID, currency: str) -> Shown:
    """How the product is shown. Remembered for a moment: a drop asks for the same one again and again."""
    key, now = (current_schema(), variant_id), time.monotonic()
    known = _shown.get(key)
    if known is None or known[0] < now:
        if len(_shown) >= _MOST:
            _shown.clear()
        known = _shown[key] = (now + _FRESH_SECONDS, shown_of(variant_id, currency))
    return known[1]


def _dumps(value: Any) -> bytes:
    """JSON in the form in which the API renders it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
