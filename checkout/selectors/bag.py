"""What a viewer holds now, with what a page shows of it.

Not here: totals (quotes).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Now

from catalog.selectors import Offer, offers
from checkout.models import Hold
from kernel import clock, ids
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class BagLine:
    """A live hold and its product as it is shown; `offer` is None when it left the shop since."""

    hold: Hold
    offer: Offer | None

    @property
    def name(self) -> str:
        return self.offer.name if self.offer else ""

    @property
    def variant_name(self) -> str:
        return self.offer.variant_name if self.offer else ""

    @property
    def image_url(self) -> str:
        return self.offer.image_small_url if self.offer else ""

    @property
    def total(self) -> Money:
        return self.hold.unit_price * self.hold.quantity


def live_holds(viewer_key: str) -> list[Hold]:
    """The viewer's holds whose deadline is ahead by PostgreSQL's clock, oldest first."""
    live = Hold.objects.filter(viewer_key=viewer_key, status=Hold.Status.ACTIVE, expires_at__gt=Now())
    return list(live.select_related("variant").order_by("pk"))


def bag_lines(holds: Sequence[Hold]) -> list[BagLine]:
    """Holds with their offers; a bounded number of queries however many."""
    known: dict[Any, Offer] = {}
    for currency in {hold.currency for hold in holds}:
        known |= offers([hold.variant_id for hold in holds if hold.currency == currency], currency)
    return [BagLine(hold=hold, offer=known.get(hold.variant_id)) for hold in holds]


def hold_views(holds: Sequence[Hold]) -> list[dict[str, Any]]:
    """Holds as the API shows them."""
    return [_view(line) for line in bag_lines(holds)]


def hold_view(hold: Hold) -> dict[str, Any]:
    return hold_views([hold])[0]


def _view(line: BagLine) -> dict[str, Any]:
    return hold_row(line.hold, Shown(line.name, line.variant_name, line.image_url))


@dataclass(frozen=True, slots=True)
class Shown:
    """What an answer says of a hold that its row does not: the product as it is shown now."""

    name: str = ""
    variant_name: str = ""
    image_url: str = ""


def shown_of(variant_id: uuid.UUID, currency: str) -> Shown:
    """How one variant is shown; empty when it left the shop."""
    offer = offers([variant_id], currency).get(variant_id)
    return Shown(offer.name, offer.variant_name, offer.image_small_url) if offer else Shown()


def hold_row(hold: Hold, shown: Shown) -> dict[str, Any]:
    """A hold as every door answers it."""
    return {
        "id": hold.public_id,
        "status": hold.status,
        "variant": ids.public_id("var", hold.variant_id),
        "drop": ids.public_id("drp", hold.drop_id) if hold.drop_id else None,
        "name": shown.name,
        "variant_name": shown.variant_name,
        "image_url": shown.image_url,
        "quantity": hold.quantity,
        "unit_price_minor": hold.unit_minor,
        "total_minor": hold.unit_minor * hold.quantity,
        "currency": hold.currency,
        "expires_at": clock.isoformat(hold.expires_at),
        "extended": hold.extended,
    }
