"""What buyers and staff were told: each acknowledged answer, and nothing that was only sent.

Not here: what the database and the provider hold (truth) and what follows from the difference (verdict).
"""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ToldHold:
    """A hold that was answered with 201."""

    viewer: str
    variant: str
    drop: str | None
    quantity: int


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """An order that was answered with 201. `intent` is the payment at the provider."""

    viewer: str
    hold: str
    total: int
    intent: str


@dataclass
class Ledger:
    """All by public id. `changed` counts answers that were others when asked again under their key; `answers`
    counts statuses, `unknown` requests that nobody answered in time."""

    holds: dict[str, ToldHold] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    orders: dict[str, ToldOrder] = field(default_factory=dict)
    paid: set[str] = field(default_factory=set)
    charged: set[str] = field(default_factory=set)  # orders whose payment the provider called succeeded
    refunds: dict[str, tuple[str, int]] = field(default_factory=dict)  # order and amount
    changed: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    good: int = 0  # answers that gave what was asked for
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def noting(self) -> Iterator["Ledger"]:
        """Buyers are threads."""
        with self._lock:
            yield self

    def counts(self) -> Mapping[str, Any]:
        return {
            "holds": len(self.holds),
            "released": len(self.released),
            "orders": len(self.orders),
            "paid": len(self.paid),
            "refunds": len(self.refunds),
            "unknown": self.unknown,
        }
