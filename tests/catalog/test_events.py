"""Every event of the catalog: written, read back and equal; described by a schema that holds it."""

import datetime as dt

import jsonschema
import pytest

from catalog import events
from kernel.eventlog.schema import Audience, Event, event_class, json_schema
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import SHOP_TOPIC, append, log_head, read_log
from tenants.models import Brand

PRODUCT = {"product_id": "prd_1", "name": "Dawn Serum", "slug": "dawn-serum", "status": "active"}
UNITS = {
    "variant_id": "var_1",
    "sku": "AUR-DS30",
    "quantity": -2,
    "available": 98,
    "total": 250,
    "reference": "Counted",
}
DROP = {
    "drop_id": "drp_1",
    "variant_id": "var_1",
    "title": "First batch",
    "units": 50,
    "units_left": 31,
    "price_minor": 1200,
    "currency": "EUR",
    "per_buyer": 1,
    "opens_at": None,
    "closes_at": dt.datetime(2026, 11, 20, 18, 30, tzinfo=dt.UTC),
}
SPECIAL = {
    "price_id": "spp_1",
    "kind": "flash",
    "variant_id": "var_1",
    "show_id": None,
    "currency": "EUR",
    "price_minor": 3000,
    "low_30d_minor": 3800,
    "ends_at": dt.datetime(2026, 11, 20, 18, 30, tzinfo=dt.UTC),
}
PLACE = {
    "place_id": "plc_1",
    "variant_id": "var_1",
    "drop_id": "drp_1",
    "status": "offered",
    "hold_id": "hld_1",
    "offered_until": dt.datetime(2026, 11, 20, 18, 35, tzinfo=dt.UTC),
}
EXAMPLES: list[Event] = [
    events.ProductCreated(**PRODUCT),
    events.ProductUpdated(**PRODUCT),
    events.ProductArchived(**PRODUCT),
    events.PriceChanged(variant_id="var_1", currency="EUR", price_minor=3800, was_minor=4600, low_30d_minor=4400),
    *(kind(**SPECIAL) for kind in (events.SpecialPricePlanned, events.SpecialPriceOpened, events.SpecialPriceClosed)),
    events.StockRestocked(**UNITS),
    events.StockAdjusted(**UNITS),
    events.StockChanged(variant_id="var_1", available=98),
    events.StockChanged(variant_id="var_1", available=98, total=120, drop_id="drp_1", drop_units_left=3),
    *(
        kind(**DROP)
        for kind in (
            events.DropScheduled,
            events.DropChanged,
            events.DropStruck,
            events.DropListClosed,
            events.DropDrawn,
            events.DropAnnounced,
            events.DropOpened,
            events.DropSoldOut,
            events.DropClosed,
        )
    ),
    events.DropEntriesCounted(drop_id="drp_1", entered=1204),
    *(kind(**PLACE) for kind in (events.WaitlistJoined, events.WaitlistOffered, events.WaitlistLapsed)),
    events.ImportFinished(import_id="imp_1", rows=42, created=30, updated=9, refused=3),
]


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.type)
def test_an_event_survives_the_log(in_aurora: Brand, event: Event) -> None:
    order_pending()
    start = log_head()
    append(event, topic=SHOP_TOPIC)
    order_pending()
    [record] = read_log(after=start)
    assert record.event() == event
    jsonschema.validate(record.data, json_schema(type(event)))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**record.data, "unknown": 1}, json_schema(type(event)))


def test_every_event_of_the_app_has_an_example() -> None:
    declared = {
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    }
    assert declared == {type(event) for event in EXAMPLES}
    assert all(event_class(kind.type, kind.version) is kind for kind in declared)


def test_viewers_are_told_of_prices_free_units_and_drops_only() -> None:
    public = {event.type for event in EXAMPLES if type(event).audience is Audience.ALL}
    steps = ("announced", "opened", "list_closed", "drawn", "entries_counted", "sold_out", "closed")
    drops = {f"drop.{step}" for step in steps}
    assert public == {"price.changed", "special_price.opened", "special_price.closed", "stock.changed"} | drops
