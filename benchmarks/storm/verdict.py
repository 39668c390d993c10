"""The judge: holds what buyers were told against what is in the database and in the provider's books.

Not here: collecting either (ledger, truth). Every sum is made anew from rows; nothing is asked of our own code but
`stock verify`, whose count comes in with the truth.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.storm.ledger import Ledger
from benchmarks.storm.truth import Truth

_PAID = frozenset(["paid", "fulfilled", "refunded"])
_KEPT = frozenset(["paid", "fulfilled"])  # who gave all of it back may have another
_LIVE = "active"


@dataclass
class Verdict:
    """Each a list of sentences: what is wrong, with its id."""

    violations: list[str] = field(default_factory=list)
    lost_holds: list[str] = field(default_factory=list)
    lost_orders: list[str] = field(default_factory=list)
    lost_events: list[str] = field(default_factory=list)
    double_charges: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        return {name: len(said) for name, said in vars(self).items()}

    @property
    def clean(self) -> bool:
        return not any(vars(self).values())


def judge(ledger: Ledger, truth: Truth) -> Verdict:
    """What the storm comes to."""
    return Verdict(
        violations=[*_stock(truth), *_caps(truth), *_money(truth), *_told_otherwise(ledger, truth)],
        lost_holds=list(_lost_holds(ledger, truth)),
        lost_orders=list(_lost_orders(ledger, truth)),
        lost_events=list(_lost_events(ledger, truth)),
        double_charges=list(_double_charges(truth)),
    )


def _stock(truth: Truth) -> Iterator[str]:
    if truth.faults:
        yield f"stock verify finds {truth.faults} counts that the journal does not bear out"
    held: Counter[str] = Counter()
    sold: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for hold in truth.holds.values():
        if hold.status == _LIVE:
            held[hold.variant] += hold.quantity
            taken[hold.drop or ""] += hold.quantity
    for line in truth.lines:
        if truth.orders[line.order].status in _PAID or line.returned:
            sold[line.variant] += line.quantity - line.returned
            taken[line.drop or ""] += line.quantity
    for variant, row in truth.stock.items():
        if min(row.available, row.held, row.sold) < 0 or row.total != row.available + row.held + row.sold:
            yield f"{variant}: {row} does not add up"
        if row.held != held[variant]:
            yield f"{variant}: {row.held} are counted as held, live holds have {held[variant]}"
        if row.sold != sold[variant]:
            yield f"{variant}: {row.sold} are counted as sold, paid orders have {sold[variant]}"
    for drop, limit in truth.drops.items():
        if taken[drop] > limit.units:
            yield f"{drop}: {taken[drop]} of {limit.units} units are held or sold"
        if limit.left != limit.units - taken[drop]:
            yield f"{drop}: {limit.left} units are left by its count, {limit.units - taken[drop]} by holds and orders"


def _caps(truth: Truth) -> Iterator[str]:
    pieces: Counter[tuple[str, str]] = Counter()
    live: Counter[tuple[str, str]] = Counter()
    for hold in truth.holds.values():
        if hold.status == _LIVE:
            live[hold.viewer, hold.variant] += 1
            if hold.drop:
                pieces[hold.viewer, hold.drop] += hold.quantity
    for line in truth.lines:
        order = truth.orders[line.order]
        if line.drop and order.status in _KEPT:
            pieces[order.viewer, line.drop] += line.quantity
    for (viewer, drop), count in pieces.items():
        if count > truth.drops[drop].per_buyer:
            yield f"{viewer} has {count} pieces of {drop}, and may have {truth.drops[drop].per_buyer}"
    for (viewer, variant), count in live.items():
        if count > 1:
            yield f"{viewer} has {count} live holds of {variant}"


def _money(truth: Truth) -> Iterator[str]:
    """Our books and the provider's, to the cent."""
    for payment in truth.payments:
        charge = truth.charges.get(payment.intent or "")
        received = charge.received if charge else 0
        if payment.captured != received:
            yield f"{payment.order}: {payment.captured} captured by our books, {received} by the provider's"
    given: Counter[str] = Counter()
    for order, amount, status in truth.refunds.values():
        if status == "succeeded":
            given[order] += amount
    back: Counter[str] = Counter()
    for charge in truth.charges.values():
        back[charge.order] += charge.refunded
    for order in given.keys() | back.keys():
        if given[order] != back[order]:
            yield f"{order}: {given[order]} given back by our books, {back[order]} by the provider's"


def _told_otherwise(ledger: Ledger, truth: Truth) -> Iterator[str]:
    if ledger.changed:
        yield f"{ledger.changed} answers were others when they were asked for again under their key"
    for hold_id in sorted(ledger.released):
        if hold_id in truth.holds and truth.holds[hold_id].status == _LIVE:
            yield f"{hold_id} was let go and is held"
    for refund_id, (order, amount) in ledger.refunds.items():
        known = truth.refunds.get(refund_id)
        if known is None or known[:2] != (order, amount):
            yield f"{refund_id}: {amount} of {order} were promised back, and are not in the books"


def _lost_holds(ledger: Ledger, truth: Truth) -> Iterator[str]:
    for hold_id, told in ledger.holds.items():
        row = truth.holds.get(hold_id)
        if row is None:
            yield f"{hold_id} is gone"
        elif (row.viewer, row.variant) != (told.viewer, told.variant) or row.quantity < told.quantity:
            yield f"{hold_id} is another one than was promised"


def _lost_orders(ledger: Ledger, truth: Truth) -> Iterator[str]:
    for order_id, told in ledger.orders.items():
        order = truth.orders.get(order_id)
        if order is None:
            yield f"{order_id} is gone"
        elif order.total != told.total:
            yield f"{order_id} costs {order.total}, told was {told.total}"
        elif order_id in ledger.paid and order.status not in _PAID:
            yield f"{order_id} was paid and is {order.status}"
    for intent, charge in truth.charges.items():
        if charge.status != "succeeded":
            continue
        order = truth.orders.get(charge.order)
        if order is None or (order.status not in _PAID and charge.refunded < charge.received):
            yield f"{intent}: paid, and its order {charge.order} is {order.status if order else 'gone'}"


def _lost_events(ledger: Ledger, truth: Truth) -> Iterator[str]:
    told: Counter[tuple[str, str]] = Counter((event.type, event.about) for event in truth.events)
    for hold_id in ledger.holds:
        if not told["hold.created", hold_id]:
            yield f"no hold.created for {hold_id}"
    for hold_id, hold in truth.holds.items():
        ends = {"released": "hold.released", "expired": "hold.expired"}.get(hold.status)
        if ends and told[ends, hold_id] != 1:
            yield f"{told[ends, hold_id]} {ends} for {hold_id}"
    for order_id, order in truth.orders.items():
        if order.status in _PAID and told["order.paid", order_id] != 1:
            yield f"{told['order.paid', order_id]} order.paid for {order_id}"
        if order_id in ledger.orders and told["order.placed", order_id] != 1:
            yield f"{told['order.placed', order_id]} order.placed for {order_id}"
    yield from _holes(truth)


def _holes(truth: Truth) -> Iterator[str]:
    """The log's numbers: each once, none left out, by brand and by topic."""
    waiting = sum(1 for event in truth.events if event.position is None)
    if waiting:
        yield f"{waiting} events were never put in order"
    positions = sorted(event.position for event in truth.events if event.position is not None)
    if positions != list(range(1, len(positions) + 1)):
        yield "the log's positions have a hole or a double"
    topics: dict[str, list[int]] = defaultdict(list)
    for event in truth.events:
        if event.seq is not None:
            topics[event.topic].append(event.seq)
    for topic, numbers in topics.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"the numbers of {topic} have a hole or a double"


def _double_charges(truth: Truth) -> Iterator[str]:
    kept: Counter[str] = Counter()
    for charge in truth.charges.values():
        if charge.status == "succeeded":
            kept[charge.order] += charge.received - charge.refunded
    taken = Counter(charge.order for charge in truth.charges.values() if charge.received > charge.refunded)
    for order_id, amount in kept.items():
        order = truth.orders.get(order_id)
        if taken[order_id] > 1 or (order is not None and amount > order.total):
            costs = order.total if order else 0
            yield f"{order_id}: {amount} was taken in {taken[order_id]} payments, it costs {costs}"
