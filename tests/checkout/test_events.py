"""What the log says of a purchase: every event reads back typed, and the story is in order."""

import datetime as dt

import pytest

from checkout import events
from checkout.services.fulfilment import fulfil_order
from checkout.services.holds import extend_hold, release_hold
from checkout.services.refunds import cancel_order, refund_order
from checkout.states import HOLD, ORDER, PAYMENT, REFUND
from kernel.eventlog.schema import Audience, Event
from kernel.eventlog.sequencer import order_pending
from kernel.viewers import new_viewer
from streams.services.line_up import Place, set_line_up
from tests.checkout.provider import Provider
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_hold, make_paid_order
from tests.factories.streams import make_scheduled_show

OURS = [each for each in vars(events).values() if isinstance(each, type) and issubclass(each, Event) and each != Event]


def test_a_purchase_reads_back_as_typed_events_in_order(shop: object, provider: Provider) -> None:
    viewer = new_viewer()
    show, variant = make_scheduled_show(), make_variant()
    set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor="system")
    order = make_paid_order(viewer=viewer, variant_id=variant.pk, show_id=show.pk)
    fulfil_order(order_id=order.pk, tracking="1Z", actor="member:x")
    refund_order(order_id=order.pk, amount=100, reason="x", actor="member:x")
    known = {each.type for each in OURS}
    told = [record for record in order_pending() if record.type in known]
    assert [record.type for record in told] == [
        "hold.created",
        "order.placed",
        "payment.started",
        "order.paid",
        "sale.announced",
        "shipment.sent",
        "order.fulfilled",
        "refund.issued",
    ]
    for record in told:
        event = record.event()
        assert event.model_dump(mode="json") == record.data
        assert bool(record.to) == (event.audience == Audience.ONE)
        assert record.topic == f"show:{order.show_id}"


def test_the_other_endings_read_back_too(shop: object, provider: Provider) -> None:
    viewer = new_viewer()
    hold = make_hold(viewer=viewer)
    extend_hold(viewer=viewer, hold_id=hold.pk, actor="viewer:x")
    release_hold(viewer=viewer, hold_id=hold.pk, actor="viewer:x")
    cancel_order(order_id=make_paid_order().pk, reason="Broken", actor="member:x")
    types = {record.event().type for record in order_pending()}
    assert {"hold.extended", "hold.released", "order.cancelled", "refund.issued"} <= types


@pytest.mark.parametrize("event", OURS, ids=lambda event: event.type)
def test_no_event_can_carry_a_person(event: type[Event]) -> None:
    forbidden = {"email", "name", "address", "line1", "city", "phone", "card"}
    assert not forbidden & set(event.model_fields)


@pytest.mark.parametrize("table", [HOLD, ORDER, PAYMENT, REFUND])
def test_states_lead_to_known_states(table: dict[str, frozenset[str]]) -> None:
    assert {to for following in table.values() for to in following} <= set(table)


def test_deadlines_travel_as_utc(shop: object) -> None:
    make_hold()
    (record,) = [record for record in order_pending() if record.type == "hold.created"]
    assert dt.datetime.fromisoformat(record.data["expires_at"]).utcoffset() == dt.timedelta()
