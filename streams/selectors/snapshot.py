"""The state of a show as the room sends it first; events carry on from there.

Not here: messages, polls and viewers (chat).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.selectors import DropOffer, Offer
from kernel import clock
from kernel.money import Money
from streams.line_up_rows import LineUpRow
from streams.models import Broadcast, BroadcastStatus, LineUpItem, Show, ShowStatus
from streams.playback import live_path, replay_path
from streams.selectors.line_up import items_with_offers, pinned_row, rows_of

_RANK = {"open": 0, "sold_out": 1, "announced": 2}


@dataclass(frozen=True, slots=True)
class DropCard:
    """The drop that a show's page shows. Ids are public."""

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
    low_price_30d: Money | None
    opens_at: Any
    closes_at: Any

    def as_json(self) -> dict[str, Any]:
        return {
            "drop_id": self.id,
            "variant_id": self.variant_id,
            "product_id": self.product_id,
            "status": self.status,
            "title": self.title,
            "image_url": self.image_url,
            "units": self.units,
            "units_left": self.left,
            "per_buyer": self.per_buyer,
            "price_minor": self.price.minor,
            "currency": self.price.currency,
            "opens_at": clock.isoformat(self.opens_at) if self.opens_at else None,
            "closes_at": clock.isoformat(self.closes_at) if self.closes_at else None,
        }


@dataclass(frozen=True, slots=True)
class ShowState:
    """A show with what is on sale in it, read once for a page or a snapshot."""

    show: Show
    rows: list[LineUpRow]
    drop: DropCard | None
    broadcast: Broadcast | None

    @property
    def pin(self) -> LineUpRow | None:
        return pinned_row(self.rows)


def show_state(show: Show) -> ShowState:
    """Six queries, however long the line-up."""
    items, found = items_with_offers(show)
    return ShowState(
        show=show,
        rows=rows_of(show, items, found),
        drop=_drop_card(show, items, [found[item.variant_id] for item in items if item.variant_id in found]),
        broadcast=aired_broadcast(show),
    )


def aired_broadcast(show: Show) -> Broadcast | None:
    """The broadcast that viewers saw or see."""
    return Broadcast.objects.select_related("recording").filter(show=show, aired_at__isnull=False).first()


def show_snapshot(show_id: uuid.UUID) -> dict[str, Any]:
    """The show as plain JSON: show, lineup, pin, drop, picture."""
    return snapshot_of(show_state(Show.objects.get(pk=show_id)))


def snapshot_of(state: ShowState) -> dict[str, Any]:
    """The same of a state that was read before."""
    show, pin = state.show, state.pin
    return {
        "show": {
            "id": show.public_id,
            "slug": show.slug,
            "title": show.title,
            "subtitle": show.subtitle,
            "host_name": show.host_name,
            "status": show.status,
            "orientation": show.orientation,
            "starts_at": _iso(show.starts_at),
            "started_at": _iso(show.started_at),
            "ended_at": _iso(show.ended_at),
        },
        "lineup": [row.facts().model_dump(mode="json") for row in state.rows],
        "pin": pin.facts().model_dump(mode="json") if pin else None,
        "drop": state.drop.as_json() if state.drop else None,
        "picture": _picture(show, state.broadcast),
    }


def _picture(show: Show, broadcast: Broadcast | None) -> dict[str, Any]:
    """Where the picture is; for a private show the page puts its own token into the path."""
    if broadcast is None:
        return {"state": "none", "live": None, "replay": None}
    live = show.status == ShowStatus.LIVE
    return {
        "state": "lost" if live and broadcast.status == BroadcastStatus.LOST else "live" if live else "over",
        "live": live_path(broadcast.pk) if live else None,
        "replay": replay_path(broadcast.pk) if show.status == ShowStatus.REPLAY else None,
    }


def _drop_card(show: Show, items: Sequence[LineUpItem], offers: Sequence[Offer]) -> DropCard | None:
    """Of the drops of this show: an open one, else one sold out, else one announced. Hidden
    products have none to see."""
    hidden = {item.variant_id for item in items if item.is_hidden}
    seen: list[tuple[DropOffer, Offer]] = [
        (offer.drop, offer)
        for offer in offers
        if offer.drop is not None and offer.drop.show_id == show.pk and offer.variant_id not in hidden
    ]
    if not seen or show.status not in (ShowStatus.LOBBY, ShowStatus.LIVE):
        return None
    drop, offer = min(seen, key=lambda pair: _RANK.get(pair[0].status, 9))
    return DropCard(
        id=drop.public_id,
        variant_id=offer.variant_public_id,
        product_id=offer.product_public_id,
        status=drop.status,
        title=drop.title,
        image_url=offer.image_url,
        units=drop.units,
        left=drop.units_left,
        per_buyer=drop.per_buyer,
        price=drop.price,
        low_price_30d=drop.low_30d,
        opens_at=drop.opens_at,
        closes_at=drop.closes_at,
    )


def _iso(moment: Any) -> str | None:
    return clock.isoformat(moment) if moment else None
