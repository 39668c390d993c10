"""Any evening of batches, deadlines and changed minds ends as a model in plain dictionaries says.

Not here: single cases with names (test_reserving, test_holds). The model knows nothing of SQL or of batches: it
decides one wish after the other.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import SoldOut
from catalog.models import Drop, Stock
from checkout.errors import CapReached
from checkout.models import Customer, Hold
from checkout.selectors.stock_agreement import verify_all
from checkout.services.ending import expire_holds
from checkout.services.holds import release_hold
from checkout.services.reserving import HoldRequest, reserve_batch
from kernel.eventlog.sequencer import order_pending
from kernel.idempotency.api import IdempotencyKeyReused
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.factories.catalog import make_drop, make_variant

# Six browsers: two of one customer, two on one device, two that nothing joins.
CUSTOMER_OF, DEVICE_OF = {0: "noor", 1: "noor"}, {2: "tablet", 3: "tablet"}
PER_BUYER = 3


@dataclass(frozen=True)
class Wish:
    browser: int
    quantity: int
    key: int | None


@dataclass
class Kept:
    serial: int
    in_drop: bool
    quantity: int
    is_over: bool = False


@dataclass
class Model:
    """The rules, one wish at a time."""

    available: int
    left: int
    kept: dict[int, Kept] = field(default_factory=dict)
    keys: dict[tuple[int, int], tuple[tuple[int, bool], int, int]] = field(default_factory=dict)
    told: list[tuple[str, int, int]] = field(default_factory=list)
    sold_out: bool = False
    serials: int = 0

    def ask(self, wish: Wish, in_drop: bool) -> Any:
        """(serial, quantity) of the hold, or the class of the refusal."""
        body = (wish.quantity, in_drop)
        if wish.key is not None and (known := self.keys.get((wish.browser, wish.key))):
            return known[1:] if known[0] == body else IdempotencyKeyReused
        before = (
            self.available,
            self.left,
            self.sold_out,
            {k: replace(v) for k, v in self.kept.items()},
            len(self.told),
        )
        answer = self.decide(wish, in_drop)
        if isinstance(answer, type):
            self.available, self.left, self.sold_out, self.kept = before[:4]
            del self.told[before[4] :]
        elif wish.key is not None:
            self.keys[wish.browser, wish.key] = (body, *answer)
        return answer

    def decide(self, wish: Wish, in_drop: bool) -> Any:
        mine = self.kept.get(wish.browser)
        fits = mine is not None and mine.in_drop == in_drop and not mine.is_over
        if mine and fits and wish.quantity <= mine.quantity:
            return mine.serial, mine.quantity
        if in_drop and self.sold_out:
            return SoldOut
        if mine and not fits:
            self.end(wish.browser, "hold.expired" if mine.is_over else "hold.released")
            mine = None
        more = wish.quantity - (mine.quantity if mine else 0)
        if in_drop and self.taken(wish.browser) + more > PER_BUYER:
            return CapReached
        if (in_drop and self.left < more) or self.available < more:
            return SoldOut
        self.available -= more
        if in_drop:
            self.left -= more
            self.sold_out = self.sold_out or self.left == 0
        if mine is None:
            self.serials += 1
            mine = self.kept[wish.browser] = Kept(self.serials, in_drop, wish.quantity)
        mine.quantity = wish.quantity
        self.told.append(("hold.created", wish.browser, wish.quantity))
        return mine.serial, mine.quantity

    def taken(self, browser: int) -> int:
        def pieces(names: dict[int, str]) -> int:
            same = [b for b in self.kept if b == browser or (b in names and names[b] == names.get(browser))]
            return sum(self.kept[b].quantity for b in same if self.kept[b].in_drop and not self.kept[b].is_over)

        return max(pieces(CUSTOMER_OF), pieces(DEVICE_OF) if browser in DEVICE_OF else 0)

    def end(self, browser: int, how: str) -> None:
        mine = self.kept.pop(browser)
        self.available += mine.quantity
        if mine.in_drop:
            self.left += mine.quantity
            self.sold_out = False
        self.told.append((how, browser, mine.quantity))


WISHES = st.lists(
    st.builds(Wish, st.integers(0, 5), st.integers(1, 4), st.none() | st.integers(0, 2)), min_size=1, max_size=7
)
STEPS = st.lists(
    st.tuples(st.just("ask"), WISHES, st.booleans())
    | st.tuples(st.just("over"), st.integers(0, 5), st.none())
    | st.tuples(st.just("let go"), st.integers(0, 5), st.none())
    | st.tuples(st.just("sweep"), st.none(), st.none()),
    max_size=14,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, stock=st.integers(2, 12), units=st.integers(2, 8))
def test_any_evening_ends_as_the_model_says(in_aurora: Brand, steps: list[Any], stock: int, units: int) -> None:
    units = min(units, stock)
    drop = make_drop(variant_id=make_variant(stock=stock).pk, units=units, per_buyer=min(PER_BUYER, units), opened=True)
    if units < PER_BUYER:
        Drop.objects.filter(pk=drop.pk).update(per_buyer=PER_BUYER)
    customer, _ = Customer.objects.get_or_create(email="noor@example.test")
    browsers = [new_viewer().signed_in(customer.pk if number in CUSTOMER_OF else None) for number in range(6)]
    model, keys = Model(stock, units), [uuid.uuid4() for _ in range(3)]
    holds: dict[int, uuid.UUID] = {}
    number_of = {viewer.key: number for number, viewer in enumerate(browsers)}
    expire_holds()  # of the evening before: all of them share this test's transaction
    while order_pending():
        pass
    for act, what, in_drop in steps:
        if act == "ask":
            requests = [
                HoldRequest(
                    browsers[wish.browser], drop.variant_id, wish.quantity, drop_id=drop.pk if in_drop else None,
                    device=DEVICE_OF.get(wish.browser, ""), key=None if wish.key is None else keys[wish.key],
                    body_hash=f"{wish.quantity} {in_drop}".encode(),
                )
                for wish in what
            ]  # fmt: skip
            for wish, answer in zip(what, reserve_batch(requests=requests), strict=True):
                expected = model.ask(wish, in_drop)
                if isinstance(expected, type):
                    assert type(answer) is expected, (wish, answer)
                else:
                    assert isinstance(answer, Hold), (wish, answer)
                    assert holds.setdefault(expected[0], answer.pk) == answer.pk
        elif act == "over" and what in model.kept:
            model.kept[what].is_over = True
            Hold.objects.filter(viewer_key=browsers[what].key, status="active").update(
                expires_at=F("created_at") - dt.timedelta(hours=1)
            )
        elif act == "let go" and what in model.kept:
            serial = model.kept[what].serial
            model.end(what, "hold.released")
            release_hold(viewer=browsers[what], hold_id=holds[serial], actor="viewer:x")
        elif act == "sweep":
            over = [number for number, kept in model.kept.items() if kept.is_over]
            for number in over:
                model.end(number, "hold.expired")
            assert expire_holds() == len(over)
        compare(model, drop, holds, number_of)
    assert verify_all(drop.variant_id).faults == []


def compare(model: Model, drop: Drop, holds: dict[int, uuid.UUID], number_of: dict[str, int]) -> None:
    """The rows, the counts and what was told, against the model."""
    stock, row = Stock.objects.get(pk=drop.variant_id), Drop.objects.get(pk=drop.pk)
    held = sum(kept.quantity for kept in model.kept.values())
    assert (stock.available, stock.held, row.units_left) == (model.available, held, model.left)
    assert row.status == ("sold_out" if model.sold_out else "open")
    live = Hold.objects.filter(variant=drop.variant_id, status="active")
    assert {(hold.pk, hold.quantity) for hold in live} == {
        (holds[kept.serial], kept.quantity) for kept in model.kept.values()
    }
    told = order_pending()
    mine = [
        (record.type, number_of[record.to], record.data["quantity"])
        for record in told
        if record.type.startswith("hold.")
    ]
    assert sorted(mine) == sorted(model.told)
    assert [row for row in mine if row[0] == "hold.created"] == [row for row in model.told if row[0] == "hold.created"]
    levels = [record for record in told if record.type == "stock.changed"]
    assert bool(levels) == bool(mine)
    if levels:
        assert (levels[-1].data["available"], levels[-1].data["total"]) == (stock.available, stock.total)
    for record in told:
        record.event()
    model.told.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM checkout_holdkey WHERE viewer_key = ANY(%s)", [list(number_of)])
        assert cursor.fetchone() == (len(model.keys),)
