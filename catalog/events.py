"""What happens to products, prices, stock and drops.

Not here: line-ups and pins (streams), holds and orders (checkout).
"""

import datetime as dt
from typing import ClassVar

from pydantic import BaseModel

from kernel.eventlog.schema import Audience, Event, Lane, Timing


class ProductFacts(BaseModel):
    product_id: str
    name: str
    slug: str
    status: str


class ProductCreated(ProductFacts, Event):
    type: ClassVar[str] = "product.created"


class ProductUpdated(ProductFacts, Event):
    type: ClassVar[str] = "product.updated"


class ProductArchived(ProductFacts, Event):
    type: ClassVar[str] = "product.archived"


class PriceChanged(Event):
    """The ordinary price of a variant from now on. `was_minor` is the struck-out price, and
    `low_30d_minor` the lowest in the 30 days before, when there is a reduction to tell of."""

    type: ClassVar[str] = "price.changed"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    variant_id: str
    currency: str
    price_minor: int
    was_minor: int | None
    low_30d_minor: int | None


class SpecialPriceFacts(BaseModel):
    """`show_id` is None for a price that holds everywhere; `low_30d_minor` is the lowest of the 30 days
    before it opened."""

    price_id: str
    kind: str
    variant_id: str
    show_id: str | None
    currency: str
    price_minor: int
    low_30d_minor: int | None
    ends_at: dt.datetime | None


class SpecialPricePlanned(SpecialPriceFacts, Event):
    type: ClassVar[str] = "special_price.planned"


class SpecialPriceOpened(SpecialPriceFacts, Event):
    """Holds beside the ordinary price from now on; whoever buys pays the lowest that holds for them."""

    type: ClassVar[str] = "special_price.opened"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT


class SpecialPriceClosed(SpecialPriceFacts, Event):
    type: ClassVar[str] = "special_price.closed"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT


class StockFacts(BaseModel):
    variant_id: str
    sku: str
    quantity: int
    available: int
    total: int
    reference: str


class StockRestocked(StockFacts, Event):
    type: ClassVar[str] = "stock.restocked"


class StockAdjusted(StockFacts, Event):
    """A person counted again; `quantity` is the difference, negative for units that were missing."""

    type: ClassVar[str] = "stock.adjusted"


class StockChanged(Event):
    """How many are free now, and of how many; when a drop took or gave back units, how many it has left.
    Events from before it was told have no `total`."""

    type: ClassVar[str] = "stock.changed"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.LEVEL
    variant_id: str
    available: int
    total: int | None = None
    drop_id: str | None = None
    drop_units_left: int | None = None


class DropFacts(BaseModel):
    """`show_id` is None for a drop outside of shows, which belongs on no show's page. Of a window or a draw:
    `commitment` is told before anybody enters, `root` when its list is closed, `seed` when it is drawn."""

    drop_id: str
    show_id: str | None = None
    variant_id: str
    title: str
    units: int
    units_left: int
    price_minor: int
    currency: str
    per_buyer: int
    opens_at: dt.datetime | None
    opened_at: dt.datetime | None = None
    closes_at: dt.datetime | None
    mode: str = "first_come"
    window_seconds: int | None = None
    list_state: str = "none"
    list_closes_at: dt.datetime | None = None
    entered: int = 0
    commitment: str = ""
    root: str = ""
    seed: str = ""


class DropScheduled(DropFacts, Event):
    type: ClassVar[str] = "drop.scheduled"


class DropChanged(DropFacts, Event):
    """A drop that no viewer has heard of was planned anew."""

    type: ClassVar[str] = "drop.changed"


class DropStruck(DropFacts, Event):
    """A drop that no viewer has heard of was given up."""

    type: ClassVar[str] = "drop.struck"


class DropAnnounced(DropFacts, Event):
    type: ClassVar[str] = "drop.announced"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    timing: ClassVar[Timing] = Timing.PICTURE


class DropOpened(DropFacts, Event):
    type: ClassVar[str] = "drop.opened"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    timing: ClassVar[Timing] = Timing.PICTURE


class DropSoldOut(DropFacts, Event):
    type: ClassVar[str] = "drop.sold_out"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT


class DropClosed(DropFacts, Event):
    type: ClassVar[str] = "drop.closed"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT
    timing: ClassVar[Timing] = Timing.PICTURE


class DropListClosed(DropFacts, Event):
    """Nobody can enter any more; the root fixes who is in, before the seed is known."""

    type: ClassVar[str] = "drop.list_closed"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT


class DropDrawn(DropFacts, Event):
    """The seed is told, and with it who gets a unit: /drops/<id>/draw/ computes it again."""

    type: ClassVar[str] = "drop.drawn"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.URGENT


class DropEntriesCounted(Event):
    """How many are on a list that is open."""

    type: ClassVar[str] = "drop.entries_counted"
    audience: ClassVar[Audience] = Audience.ALL
    lane: ClassVar[Lane] = Lane.LEVEL
    drop_id: str
    entered: int


class PlaceFacts(BaseModel):
    """`hold_id` and `offered_until` are those of an offer."""

    place_id: str
    variant_id: str
    drop_id: str | None
    status: str
    hold_id: str | None
    offered_until: dt.datetime | None


class WaitlistJoined(PlaceFacts, Event):
    type: ClassVar[str] = "waitlist.joined"
    audience: ClassVar[Audience] = Audience.ONE


class WaitlistOffered(PlaceFacts, Event):
    """A turn has come, of an entrant that was drawn or of one who waited: a hold until `offered_until`."""

    type: ClassVar[str] = "waitlist.offered"
    audience: ClassVar[Audience] = Audience.ONE
    lane: ClassVar[Lane] = Lane.URGENT


class WaitlistLapsed(PlaceFacts, Event):
    """The offer ended unpaid; the unit goes to the next in line."""

    type: ClassVar[str] = "waitlist.lapsed"
    audience: ClassVar[Audience] = Audience.ONE


class ImportFinished(Event):
    type: ClassVar[str] = "import.finished"
    import_id: str
    rows: int
    created: int
    updated: int
    refused: int
