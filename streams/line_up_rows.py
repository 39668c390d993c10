"""One row of a line-up, as templates, frames and the API show it, made from an item and its offer.

Not here: reading items and offers (selectors).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.selectors import Offer, SpecialOffer, Tag
from catalog.selectors.told_drops import ToldDrop
from kernel.money import Money
from streams.drop_cards import DropCard, drop_card
from streams.events import Price, RowFacts, RowSpecial
from streams.models import LineUpItem

LOW_STOCK = 20  # from here on the page says how many are left


@dataclass(frozen=True, slots=True)
class LineUpRow:
    """`state` is hidden, now, out, drop, low or in. Ids are the public ones. A hidden row knows
    nothing of its product. `price` is what a buyer pays, with a special one until `price_until`."""

    position: int
    state: str
    note: str
    item_id: str
    variant_id: str = ""
    product_id: str = ""
    slug: str = ""
    name: str = ""
    variant_name: str = ""
    detail: str = ""
    url: str = ""
    image_url: str = ""
    image_small_url: str = ""
    image_alt: str = ""
    price: Money | None = None
    was_price: Money | None = None
    low_price_30d: Money | None = None
    price_until: dt.datetime | None = None
    ordinary: Tag | None = None
    specials: tuple[SpecialOffer, ...] = ()
    available: int | None = None
    total: int | None = None
    drop: DropCard | None = None  # one that sells, and is bought from this row
    at: str = ""  # when it was on screen, on a replay's page

    def shown_at(self, second: int) -> "LineUpRow":
        """The row with the time at which the replay shows it: 4:12."""
        minutes, seconds = divmod(second, 60)
        hours, minutes = divmod(minutes, 60)
        return replace(self, at=f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}")

    @property
    def is_hidden(self) -> bool:
        return self.state == "hidden"

    def facts(self) -> RowFacts:
        """The row as events and snapshots carry it."""
        return RowFacts(
            position=self.position,
            is_hidden=self.is_hidden,
            note=self.note,
            variant_id=self.variant_id or None,
            product_id=self.product_id or None,
            slug=self.slug,
            name=self.name,
            variant_name=self.variant_name,
            detail=self.detail,
            url=self.url,
            image_url=self.image_url,
            image_small_url=self.image_small_url,
            price=_price(self.ordinary.price if self.ordinary else None),
            was=_price(self.ordinary.was if self.ordinary else None),
            low_30d=_price(self.ordinary.low_30d if self.ordinary else None),
            specials=[_special(special) for special in self.specials],
            available=self.available,
            total=self.total,
        )


def make_row(item: LineUpItem, offer: Offer, *, pinned: uuid.UUID | None, drops: Sequence[ToldDrop]) -> LineUpRow:
    """The row of a visible item. `pinned` is the variant on screen; `drops` are those of the show, the
    one in front first. A drop that sells or is to come rules the row."""
    of_row = [drop for drop in drops if drop.variant_id == offer.variant_id and drop.status != "sold_out"]
    if pinned == offer.variant_id:
        state = "now"
    elif offer.available == 0:
        state = "out"
    elif of_row:
        state = "drop"
    else:
        state = "low" if offer.available <= LOW_STOCK else "in"
    return LineUpRow(
        position=item.position,
        state=state,
        note=item.note,
        item_id=item.public_id,
        variant_id=offer.variant_public_id,
        product_id=offer.product_public_id,
        slug=offer.slug,
        name=f"{offer.name}, {offer.variant_name}" if offer.variant_name else offer.name,
        variant_name=offer.variant_name,
        detail=offer.detail,
        url=f"/products/{offer.slug}/",
        image_url=offer.image_url,
        image_small_url=offer.image_small_url,
        image_alt=offer.image_alt,
        price=offer.price,
        was_price=offer.was,
        low_price_30d=offer.low_30d,
        price_until=offer.until,
        ordinary=offer.ordinary,
        specials=offer.specials,
        available=offer.available,
        total=offer.total,
        drop=next((drop_card(drop, offer) for drop in of_row if drop.status == "open"), None),
    )


def make_hidden_row(item: LineUpItem, name: str) -> LineUpRow:
    """A place that says nothing of its product yet; `name` are the words in its stead."""
    return LineUpRow(position=item.position, state="hidden", note=item.note, item_id=item.public_id, name=name)


def _price(money: Money | None) -> Any:
    return Price(minor=money.minor, currency=money.currency) if money else None


def _special(special: SpecialOffer) -> RowSpecial:
    return RowSpecial(
        price_id=special.public_id,
        kind=special.kind,
        price=_price(special.price),
        low_30d=_price(special.low_30d),
        ends_at=special.ends_at,
    )
