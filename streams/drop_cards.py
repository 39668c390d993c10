"""A drop as a show's page shows it, and which one stands in front; the page's own code has the same rule.

Not here: reading drops (catalog) and drawing them (templates/components/drop.html).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.selectors import Offer
from catalog.selectors.told_drops import ToldDrop
from kernel.money import Money

_RANK = {"open": 0, "sold_out": 1, "announced": 2}


@dataclass(frozen=True, slots=True)
class DropCard:
    """Ids are public."""

    id: str
    variant_id: str
    product_id: str
    status: str
    title: str
    image_url: str
    units: int
    left: int
    per_buyer: int
    price: Money
    opens_at: dt.datetime | None
    opened_at: dt.datetime | None
    closes_at: dt.datetime | None
    mode: str
    window_seconds: int | None
    list_state: str
    list_closes_at: dt.datetime | None
    entered: int
    is_committed: bool

    @property
    def goes_by_list(self) -> bool:
        """A window or a draw whose entrants still have their turn."""
        return self.mode != "first_come" and self.list_state != "over"


def in_front_first(drops: Iterable[ToldDrop]) -> list[ToldDrop]:
    """One that sells before one that is sold out, before one to come; the one opened last before the
    others, for it is what the host shows now."""
    by_id = sorted(drops, key=lambda drop: drop.facts.drop_id)
    newest_first = sorted(by_id, key=_opened, reverse=True)
    return sorted(newest_first, key=lambda drop: _RANK[drop.status])


def drop_card(drop: ToldDrop, offer: Offer) -> DropCard:
    facts = drop.facts
    return DropCard(
        id=facts.drop_id,
        variant_id=facts.variant_id,
        product_id=offer.product_public_id,
        status=drop.status,
        title=facts.title,
        image_url=offer.image_url,
        units=facts.units,
        left=facts.units_left,
        per_buyer=facts.per_buyer,
        price=Money(facts.price_minor, facts.currency),
        opens_at=facts.opens_at,
        opened_at=facts.opened_at,
        closes_at=facts.closes_at,
        mode=facts.mode,
        window_seconds=facts.window_seconds,
        list_state=facts.list_state,
        list_closes_at=facts.list_closes_at,
        entered=facts.entered,
        is_committed=bool(facts.commitment),
    )


def _opened(drop: ToldDrop) -> float:
    return drop.facts.opened_at.timestamp() if drop.facts.opened_at else 0.0
