"""How much of a drop one card may buy: nicknames, devices and addresses are free, cards are not.

The provider tells which card it was once it has paid, so this is judged when the money comes (settling).
Not here: what a buyer may hold (caps).
"""

import uuid
from collections import Counter
from collections.abc import Sequence

from django.db.models import Sum

from catalog.selectors.lines import caps_of
from checkout.models import Order, OrderLine, Payment
from kernel.locks import advisory_lock

_BOUGHT = (Order.Status.PAID, Order.Status.FULFILLED)


def is_over_cap(*, card: str, order: Order, lines: Sequence[OrderLine]) -> bool:
    """Whether this order's pieces of a drop, with what the card bought before, are more than one buyer may
    have. Holds the card to the end of the transaction: two of its orders are judged one after the other."""
    wanted: Counter[uuid.UUID] = Counter()
    for line in lines:
        if line.drop_id:
            wanted[line.drop_id] += line.quantity
    if not wanted:
        return False
    advisory_lock("buyer", f"card:{card}")
    paid = Payment.objects.filter(card=card, status=Payment.Status.CAPTURED).exclude(order=order)
    before = OrderLine.objects.filter(order__in=paid.values("order_id"), order__status__in=_BOUGHT, drop__in=wanted)
    taken = dict(before.values_list("drop").annotate(pieces=Sum("quantity")))
    caps = caps_of(wanted)
    return any(taken.get(drop_id, 0) + pieces > caps[drop_id] for drop_id, pieces in wanted.items())
