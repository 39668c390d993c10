"""Several requests for one thing, decided together: each gets its own answer, in the order in which they came."""

import datetime as dt
import uuid

import pytest
from django.db import connection

from catalog.errors import DropNotFound, DropNotOpen, LineFirst, SoldOut, VariantNotFound
from catalog.models import Drop, Stock, StockMove
from catalog.services.drops import close_drop
from checkout.errors import CapReached, NotSoldInShow, TooManyHolds
from checkout.models import Customer, Hold, HoldKey
from checkout.services.ending import end_holds
from checkout.services.holds import MOST_HOLDS, extend_hold, release_hold
from checkout.services.reserving import HoldRequest, reserve_batch
from kernel.errors import InvalidInput, Problem
from kernel.eventlog.models import EventRecord
from kernel.eventlog.sequencer import order_pending
from kernel.idempotency.api import IdempotencyKeyReused
from kernel.ids import uuid7
from kernel.viewers import Viewer, new_viewer
from tests.factories.catalog import make_drop, make_product, make_variant
from tests.factories.checkout import make_hold

pytestmark = pytest.mark.usefixtures("in_aurora")


def kinds(answers: list[Hold | Problem]) -> list[type]:
    return [type(answer) for answer in answers]


def counts(variant_id: uuid.UUID) -> tuple[int, int, int]:
    stock = Stock.objects.get(pk=variant_id)
    return stock.available, stock.held, stock.sold


def wish(drop: Drop, viewer: Viewer | None = None, quantity: int = 1, **fields: object) -> HoldRequest:
    return HoldRequest(viewer or new_viewer(), drop.variant_id, quantity, drop_id=drop.pk, **fields)  # type: ignore[arg-type]


def test_each_request_gets_its_answer_in_order_and_a_large_one_steps_aside() -> None:
    variant = make_variant(stock=3)
    first, second, third = (HoldRequest(new_viewer(), variant.pk, quantity) for quantity in (2, 2, 1))
    answers = reserve_batch(requests=[first, second, third])
    assert kinds(answers) == [Hold, SoldOut, Hold]
    assert counts(variant.pk) == (0, 3, 0)


def test_a_hold_is_told_as_it_was_written() -> None:
    drop = make_drop(opened=True, show_id=uuid7())
    [answer] = reserve_batch(requests=[wish(drop, device="d" * 32, key=uuid7(), body_hash=b"x")])
    assert isinstance(answer, Hold)
    stored = Hold.objects.get(pk=answer.pk)
    for field in Hold._meta.concrete_fields:
        assert getattr(answer, field.attname) == getattr(stored, field.attname), field.attname
    assert stored.show_id == drop.show_id


def test_the_journal_and_the_log_say_the_same_as_the_counts() -> None:
    drop = make_drop(opened=True, units=3)
    order_pending()
    answers = reserve_batch(requests=[wish(drop) for _ in range(5)])
    held = [answer for answer in answers if isinstance(answer, Hold)]
    assert kinds(answers) == [Hold] * 3 + [SoldOut] * 2
    moves = StockMove.objects.filter(variant=drop.variant_id, kind="hold").order_by("id")
    assert [(move.reference, move.quantity, move.available, move.held) for move in moves] == [
        (hold.public_id, 1, 2 - place, 1 + place) for place, hold in enumerate(held)
    ]
    told = order_pending()
    assert [record.type for record in told] == ["stock.changed", *["hold.created"] * 3, "drop.sold_out"]
    assert [record.to for record in told[1:4]] == [hold.viewer_key for hold in held]
    assert [record.data["hold_id"] for record in told[1:4]] == [hold.public_id for hold in held]
    for record in told:
        record.event()  # what the database wrote is what the event's class allows
    assert told[0].data["drop_units_left"] == 0
    assert {told[0].actor, told[4].actor} == {"system"}  # everybody reads these: they name no buyer


def test_the_same_key_gives_the_hold_as_it_was_granted_whatever_became_of_it() -> None:
    drop, viewer, key = make_drop(opened=True, units=5, per_buyer=3), new_viewer(), uuid.uuid4()
    request = wish(drop, viewer, key=key, body_hash=b"one")
    [first] = reserve_batch(requests=[request])
    assert isinstance(first, Hold)
    extend_hold(viewer=viewer, hold_id=first.pk, actor="viewer:x")
    reserve_batch(requests=[wish(drop, viewer, 3)])
    release_hold(viewer=viewer, hold_id=first.pk, actor="viewer:x")
    close_drop(drop_id=drop.pk, actor="member:x")
    before = EventRecord.objects.count()
    [again] = reserve_batch(requests=[request])
    assert isinstance(again, Hold)
    for field in Hold._meta.concrete_fields:
        assert getattr(again, field.attname) == getattr(first, field.attname), field.attname
    assert EventRecord.objects.count() == before
    assert counts(drop.variant_id)[1] == 0


def test_a_key_with_another_body_is_refused_and_another_viewers_key_is_another_key() -> None:
    variant, viewer, key = make_variant(stock=5), new_viewer(), uuid.uuid4()
    one = HoldRequest(viewer, variant.pk, 1, key=key, body_hash=b"one")
    answers = reserve_batch(
        requests=[
            one,
            one,
            HoldRequest(viewer, variant.pk, 2, key=key, body_hash=b"two"),
            HoldRequest(new_viewer(), variant.pk, 2, key=key, body_hash=b"two"),
        ]
    )
    assert kinds(answers) == [Hold, Hold, IdempotencyKeyReused, Hold]
    assert answers[0] is answers[1]
    [later] = reserve_batch(requests=[HoldRequest(viewer, variant.pk, 2, key=key, body_hash=b"two")])
    assert isinstance(later, IdempotencyKeyReused)
    assert HoldKey.objects.count() == 2


def test_a_refusal_is_not_kept_for_its_key() -> None:
    drop = make_drop(opened=True, units=1)
    [taken] = reserve_batch(requests=[wish(drop)])
    assert isinstance(taken, Hold)
    late = wish(drop, key=uuid.uuid4(), body_hash=b"x")
    assert kinds(reserve_batch(requests=[late])) == [SoldOut]
    end_holds(holds=[taken], status=Hold.Status.RELEASED, actor="viewer:x")
    assert kinds(reserve_batch(requests=[late])) == [Hold]


def test_one_person_who_asks_several_times_in_a_batch_counts_once() -> None:
    drop, viewer = make_drop(opened=True, units=9, per_buyer=2), new_viewer()
    customer = Customer.objects.create(email="noor@example.test")
    phone, desk = (new_viewer().signed_in(customer.pk) for _ in range(2))
    answers = reserve_batch(
        requests=[
            wish(drop, viewer, 1),
            wish(drop, viewer, 1),
            wish(drop, viewer, 2),
            wish(drop, viewer, 3),
            wish(drop, phone, 2),
            wish(drop, desk, 1),
            wish(drop, device="d" * 32, quantity=2),
            wish(drop, device="d" * 32, quantity=1),
        ]
    )
    assert kinds(answers) == [Hold, Hold, Hold, CapReached, Hold, CapReached, Hold, CapReached]
    assert answers[0].pk == answers[1].pk == answers[2].pk  # type: ignore[union-attr]
    assert counts(drop.variant_id) == (3, 6, 0)
    assert Drop.objects.get(pk=drop.pk).units_left == 3
    assert answers[5].data == {"cap": 2, "taken": 2}  # type: ignore[union-attr]


def test_a_hold_outside_the_drop_goes_when_the_drop_grants_and_stays_when_it_refuses() -> None:
    drop = make_drop(variant_id=make_variant(stock=5).pk, opened=True, units=1)
    lucky, late = new_viewer(), new_viewer()
    old = [make_hold(viewer=each, variant_id=drop.variant_id) for each in (lucky, late)]
    answers = reserve_batch(requests=[wish(drop, lucky), wish(drop, late), wish(drop)])
    assert kinds(answers) == [Hold, SoldOut, SoldOut]
    for hold in old:
        hold.refresh_from_db()
    assert [hold.status for hold in old] == ["released", "active"]
    assert counts(drop.variant_id) == (3, 2, 0)


def test_refusals_are_told_apart() -> None:
    viewer, variant = new_viewer(), make_variant(stock=3)
    draft = make_product(status="draft").variants.get()
    planned, full = make_drop(units=2), new_viewer()
    for _ in range(MOST_HOLDS):
        make_hold(viewer=full)
    stranger = uuid7()
    assert kinds(reserve_batch(requests=[HoldRequest(viewer, draft.pk)])) == [VariantNotFound]
    assert kinds(reserve_batch(requests=[HoldRequest(viewer, uuid7())])) == [VariantNotFound]
    assert kinds(reserve_batch(requests=[wish(planned)])) == [DropNotOpen]
    assert kinds(reserve_batch(requests=[HoldRequest(viewer, variant.pk, drop_id=uuid7())])) == [DropNotFound]
    answers = reserve_batch(
        requests=[
            HoldRequest(viewer, variant.pk, 0),
            HoldRequest(viewer, variant.pk, show_id=stranger),
            HoldRequest(full, variant.pk),
            HoldRequest(viewer, variant.pk, 4),
            HoldRequest(viewer, variant.pk, 3),
        ]
    )
    assert kinds(answers) == [InvalidInput, NotSoldInShow, TooManyHolds, SoldOut, Hold]
    assert answers[3].data == {"available": 3, "quantity": 4}  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="one variant"):
        reserve_batch(requests=[HoldRequest(viewer, variant.pk), HoldRequest(viewer, draft.pk)])


def test_while_others_stand_in_line_only_their_turn_gets_units() -> None:
    drop = make_drop(opened=True, units=3, per_buyer=3)
    Drop.objects.filter(pk=drop.pk).update(by_line=True)
    answers = reserve_batch(requests=[wish(drop), wish(drop, quantity=2, granted=True), wish(drop)])
    assert kinds(answers) == [LineFirst, Hold, LineFirst]
    Drop.objects.filter(pk=drop.pk).update(status="sold_out")
    long = dt.timedelta(hours=1)
    [turn] = reserve_batch(requests=[wish(drop, granted=True, length=long)])
    assert isinstance(turn, Hold)
    assert turn.expires_at - turn.created_at == long
    assert Drop.objects.get(pk=drop.pk).units_left == 0


def test_who_comes_too_late_costs_no_lock_and_no_write() -> None:
    drop = make_drop(opened=True, units=1)
    reserve_batch(requests=[wish(drop)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned(), count(*) FROM pg_locks WHERE locktype = 'advisory'")
        before = cursor.fetchone()
        answers = reserve_batch(requests=[wish(drop) for _ in range(600)])
        cursor.execute("SELECT pg_current_xact_id_if_assigned(), count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone() == before
    assert kinds(answers) == [SoldOut] * 600


def test_more_than_fit_into_one_statement_are_answered_in_order() -> None:
    variant = make_variant(stock=300)
    answers = reserve_batch(requests=[HoldRequest(new_viewer(), variant.pk) for _ in range(310)])
    assert kinds(answers) == [Hold] * 300 + [SoldOut] * 10
