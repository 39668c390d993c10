"""One viewer's holds: prices, growth, deadlines, caps, endings."""

import datetime as dt

import pytest
from django.db.models import F

from catalog.errors import DropNotOpen, SoldOut, VariantNotFound
from catalog.models import Drop, Stock
from catalog.selectors import verify_stock
from catalog.services.prices import set_price
from checkout.errors import CapReached, HoldAlreadyExtended, HoldExpired, HoldNotFound, TooManyHolds
from checkout.models import Customer, Hold
from checkout.services.ending import expire_holds
from checkout.services.holds import MOST_HOLDS, create_hold, extend_hold, release_hold
from kernel.errors import InvalidInput
from kernel.eventlog.models import EventRecord
from kernel.eventlog.sequencer import order_pending
from kernel.ids import uuid7
from kernel.money import Money
from kernel.viewers import new_viewer
from streams.models import ShowStatus
from streams.services.line_up import Place, set_line_up
from tests.factories.catalog import ACTOR, make_drop, make_product, make_variant
from tests.factories.checkout import make_hold
from tests.factories.streams import make_show_in

pytestmark = pytest.mark.usefixtures("in_aurora")


def past(hold: Hold) -> None:
    """Move a hold's deadline behind the database's clock."""
    Hold.objects.filter(pk=hold.pk).update(expires_at=F("expires_at") - dt.timedelta(hours=1))


def counts(hold: Hold) -> tuple[int, int, int]:
    stock = Stock.objects.get(pk=hold.variant_id)
    return stock.available, stock.held, stock.sold


def test_a_hold_keeps_pieces_at_the_price_of_now() -> None:
    hold = make_hold(variant_id=make_variant(price=4600, stock=3).pk, quantity=2)
    assert counts(hold) == (1, 2, 0)
    assert hold.unit_price == Money(4600, "EUR")
    set_price(variant_id=hold.variant_id, price=Money(9900, "EUR"), actor=ACTOR)
    hold.refresh_from_db()
    assert hold.unit_price == Money(4600, "EUR")


def test_the_deadline_is_ten_minutes_by_the_databases_clock_and_five_in_a_drop() -> None:
    hold = make_hold()
    assert hold.expires_at - hold.created_at == pytest.approx(dt.timedelta(minutes=10), abs=dt.timedelta(seconds=1))
    drop = make_drop(opened=True)
    quick = make_hold(variant_id=drop.variant_id, drop_id=drop.pk)
    assert quick.expires_at - quick.created_at == pytest.approx(dt.timedelta(minutes=5), abs=dt.timedelta(seconds=1))


def test_asking_again_gives_the_same_hold_and_asking_for_more_lets_it_grow() -> None:
    viewer, variant = new_viewer(), make_variant(stock=5)
    first = make_hold(viewer=viewer, variant_id=variant.pk, quantity=2)
    again = make_hold(viewer=viewer, variant_id=variant.pk, quantity=2)
    grown = make_hold(viewer=viewer, variant_id=variant.pk, quantity=4)
    assert first.pk == again.pk == grown.pk
    assert counts(grown) == (1, 4, 0)
    assert grown.expires_at == first.expires_at


def test_more_than_there_is_changes_nothing() -> None:
    viewer, variant = new_viewer(), make_variant(stock=3)
    hold = make_hold(viewer=viewer, variant_id=variant.pk, quantity=2)
    with pytest.raises(SoldOut):
        make_hold(viewer=viewer, variant_id=variant.pk, quantity=4)
    hold.refresh_from_db()
    assert hold.quantity == 2
    assert counts(hold) == (1, 2, 0)
    assert verify_stock().faults == []


@pytest.mark.parametrize("quantity", [0, -1, 21, 10**30])
def test_strange_quantities_are_refused(quantity: int) -> None:
    with pytest.raises(InvalidInput):
        make_hold(quantity=quantity)


def test_what_is_not_for_sale_cannot_be_held() -> None:
    with pytest.raises(VariantNotFound):
        make_hold(variant_id=uuid7())
    with pytest.raises(VariantNotFound):
        make_hold(variant_id=make_product(status="draft").variants.get().pk)


def test_a_drop_sets_the_price_and_the_most_a_buyer_may_have() -> None:
    drop = make_drop(opened=True, units=5, price=3800, per_buyer=2)
    viewer = new_viewer()
    hold = make_hold(viewer=viewer, variant_id=drop.variant_id, drop_id=drop.pk, quantity=2)
    assert hold.unit_price == Money(3800, "EUR")
    with pytest.raises(CapReached) as refused:
        make_hold(viewer=viewer, variant_id=drop.variant_id, drop_id=drop.pk, quantity=3)
    assert refused.value.data == {"cap": 2, "taken": 2}
    assert Drop.objects.get(pk=drop.pk).units_left == 3


def test_a_second_browser_of_a_customer_counts_for_the_cap() -> None:
    customer = Customer.objects.create(email="noor@example.test")
    drop = make_drop(opened=True, units=5, per_buyer=1)
    phone, desk = (new_viewer().signed_in(customer.pk) for _ in range(2))
    make_hold(viewer=phone, variant_id=drop.variant_id, drop_id=drop.pk)
    with pytest.raises(CapReached):
        make_hold(viewer=desk, variant_id=drop.variant_id, drop_id=drop.pk)


def test_the_last_piece_sells_a_drop_out_and_its_return_opens_it() -> None:
    drop = make_drop(opened=True, units=1)
    hold = make_hold(variant_id=drop.variant_id, drop_id=drop.pk)
    assert Drop.objects.get(pk=drop.pk).status == "sold_out"
    with pytest.raises(SoldOut):
        make_hold(variant_id=drop.variant_id, drop_id=drop.pk)
    past(hold)
    assert expire_holds() == 1
    assert Drop.objects.get(pk=drop.pk).status == "open"


def test_a_hold_whose_drop_is_over_still_ends() -> None:
    drop = make_drop(opened=True, units=1)
    hold = make_hold(variant_id=drop.variant_id, drop_id=drop.pk)
    long_ago = dt.timedelta(hours=1)
    Drop.objects.filter(pk=drop.pk).update(
        opens_at=None, closes_at=F("opened_at") - long_ago, opened_at=F("opened_at") - 2 * long_ago
    )
    past(hold)
    assert expire_holds() == 1
    assert verify_stock().faults == []


def test_a_drop_that_is_not_open_holds_nothing() -> None:
    drop = make_drop(units=2)
    with pytest.raises(DropNotOpen):
        make_hold(variant_id=drop.variant_id, drop_id=drop.pk)


def test_a_viewer_cannot_hold_the_whole_shop() -> None:
    viewer = new_viewer()
    for _ in range(MOST_HOLDS):
        make_hold(viewer=viewer)
    with pytest.raises(TooManyHolds):
        make_hold(viewer=viewer)


def test_more_time_is_given_once() -> None:
    viewer = new_viewer()
    hold = make_hold(viewer=viewer)
    longer = extend_hold(viewer=viewer, hold_id=hold.pk, actor="viewer:x")
    assert longer.expires_at - hold.expires_at == dt.timedelta(minutes=5)
    with pytest.raises(HoldAlreadyExtended):
        extend_hold(viewer=viewer, hold_id=hold.pk, actor="viewer:x")


def test_what_is_over_gets_no_more_time() -> None:
    viewer = new_viewer()
    hold = make_hold(viewer=viewer)
    past(hold)
    with pytest.raises(HoldExpired):
        extend_hold(viewer=viewer, hold_id=hold.pk, actor="viewer:x")


def test_another_viewers_hold_does_not_exist() -> None:
    hold = make_hold()
    with pytest.raises(HoldNotFound):
        release_hold(viewer=new_viewer(), hold_id=hold.pk, actor="viewer:x")
    with pytest.raises(HoldNotFound):
        extend_hold(viewer=new_viewer(), hold_id=hold.pk, actor="viewer:x")


def test_letting_go_twice_returns_the_pieces_once() -> None:
    viewer = new_viewer()
    hold = make_hold(viewer=viewer, variant_id=make_variant(stock=3).pk, quantity=2)
    release_hold(viewer=viewer, hold_id=hold.pk, actor="viewer:x")
    release_hold(viewer=viewer, hold_id=hold.pk, actor="viewer:x")
    assert counts(hold) == (3, 0, 0)
    assert verify_stock().faults == []


def test_the_sweep_ends_what_is_over_and_nothing_else() -> None:
    over, live = make_hold(), make_hold()
    past(over)
    assert expire_holds() == 1
    assert expire_holds() == 0
    over.refresh_from_db()
    live.refresh_from_db()
    assert (over.status, live.status) == ("expired", "active")
    assert counts(over)[1] == 0


def test_asking_again_after_the_deadline_makes_a_new_hold() -> None:
    viewer = new_viewer()
    old = make_hold(viewer=viewer)
    past(old)
    new = make_hold(viewer=viewer, variant_id=old.variant_id)
    old.refresh_from_db()
    assert new.pk != old.pk
    assert old.status == "expired"
    assert counts(new)[1] == 1


def test_a_hold_tells_its_viewer_alone() -> None:
    viewer = new_viewer()
    show = make_show_in(ShowStatus.LOBBY)
    variant = make_variant()
    set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor="system")
    hold = make_hold(viewer=viewer, variant_id=variant.pk, show_id=show.pk)
    release_hold(viewer=viewer, hold_id=hold.pk, actor=f"viewer:{viewer.key}")
    told = [record for record in order_pending() if record.type.startswith("hold.")]
    assert [record.type for record in told] == ["hold.created", "hold.released"]
    assert {record.to for record in told} == {viewer.key}
    assert {record.topic for record in told} == {f"show:{hold.show_id}"}
    assert told[0].event().model_dump()["quantity"] == 1


def test_a_refused_hold_leaves_no_event() -> None:
    variant = make_variant(stock=1)
    before = EventRecord.objects.count()
    with pytest.raises(SoldOut):
        create_hold(viewer=new_viewer(), variant_id=variant.pk, quantity=2, actor="viewer:x")
    assert EventRecord.objects.count() == before
