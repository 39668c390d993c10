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
    """`show_id` is None for a drop outside of shows, which belongs on no show's page."""

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


class ImportFinished(Event):
    type: ClassVar[str] = "import.finished"
    import_id: str
    rows: int
    created: int
    updated: int
    refused: int
