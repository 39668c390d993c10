"""Many orders whose money has come and whose goods are held: paid and sold together, by one commit.

Not here: every other case (late money, goods that are gone, a payment of another sum), which `settling` decides one
by one, and asking the provider (payments).
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now

from catalog.services.stock import sell_pieces
from checkout.gateway.stripe import Intent
from checkout.models import Hold, Order, OrderLine, Payment
from checkout.services.card_caps import is_over_cap
from checkout.services.settling import say_paid
from checkout.states import ORDER, PAYMENT, sources
from kernel.locks import advisory_lock

MOST_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class _Sale:
    payment: Payment
    order: Order
    lines: list[OrderLine]
    card: str


@transaction.atomic
def sell_batch(*, paid: Mapping[uuid.UUID, Intent]) -> set[uuid.UUID]:
    """Book the payments of these that are as simple as can be: captured in full, for an order that waits, every
    piece of which is held for it. Returns which were booked; the others are as they were, for `apply_intent`.

    The same events as one by one, an order's after the other's. What somebody else has locked is left out. Locks
    the orders, the payments, the cards, the holds, then the stock rows by variant.
    """
    sales = _without_second_of_a_card(_simple(paid))
    for card in sorted({sale.card for sale in sales if sale.card}):
        advisory_lock("buyer", f"card:{card}")
    sales = [sale for sale in sales if not _is_over_cap(sale)]
    sales = _all_held(sales)
    if not sales:
        return set()
    payments = [sale.payment.pk for sale in sales]
    cards = Case(*(When(pk=sale.payment.pk, then=Value(sale.card[:64])) for sale in sales), default=F("card"))
    Payment.objects.filter(pk__in=payments).update(
        status=Payment.Status.CAPTURED, captured_minor=F("amount_minor"), captured_at=Now(), card=cards
    )
    holds = [line.hold_id for sale in sales for line in sale.lines]
    Hold.objects.filter(pk__in=holds).update(status=Hold.Status.CONVERTED, ended_at=Now())
    Order.objects.filter(pk__in=[sale.order.pk for sale in sales]).update(status=Order.Status.PAID, paid_at=Now())
    _sell(sales)
    for sale in sales:
        say_paid(sale.order, sale.lines)
    return set(payments)


def _simple(paid: Mapping[uuid.UUID, Intent]) -> list[_Sale]:
    """The sales whose order and payment wait, locked; by order."""
    captured = {payment for payment, intent in paid.items() if intent.status == "succeeded"}
    waiting = Order.objects.select_for_update(skip_locked=True).filter(
        pk__in=Payment.objects.filter(pk__in=captured).values("order_id"), status__in=sources(ORDER, "paid")
    )
    orders = {order.pk: order for order in waiting.order_by("pk")}
    open_ones = Payment.objects.select_for_update(skip_locked=True).filter(
        pk__in=captured, order__in=orders, status__in=sources(PAYMENT, "captured")
    )
    lines: defaultdict[uuid.UUID, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=orders).order_by("variant_id"):
        lines[line.order_id].append(line)
    sales = []
    for payment in open_ones.order_by("order_id"):
        order, intent = orders[payment.order_id], paid[payment.pk]
        if intent.amount_received == order.total_minor == payment.amount_minor:
            sales.append(_Sale(payment, order, lines[order.pk], intent.card))
    return sales


def _without_second_of_a_card(sales: Sequence[_Sale]) -> list[_Sale]:
    """What a card bought counts for its next order: so one order of a card at a time."""
    seen: set[str] = set()
    kept = []
    for sale in sales:
        if not sale.card or sale.card not in seen:
            kept.append(sale)
        seen.add(sale.card)
    return kept


def _is_over_cap(sale: _Sale) -> bool:
    return bool(sale.card) and is_over_cap(card=sale.card, order=sale.order, lines=sale.lines)


def _all_held(sales: Sequence[_Sale]) -> list[_Sale]:
    """The sales whose pieces are all held for their order, as many as were paid for; the holds are locked."""
    wanted = [line.hold_id for sale in sales for line in sale.lines]
    locked = Hold.objects.select_for_update(skip_locked=True).filter(pk__in=wanted, status=Hold.Status.ACTIVE)
    held = {(hold.pk, hold.order_id, hold.quantity) for hold in locked.order_by("pk")}
    return [sale for sale in sales if all((line.hold_id, sale.order.pk, line.quantity) in held for line in sale.lines)]


def _sell(sales: Sequence[_Sale]) -> None:
    """Held becomes sold: a statement for each variant."""
    pieces: defaultdict[uuid.UUID, list[tuple[int, str]]] = defaultdict(list)
    for sale in sales:
        for line in sale.lines:
            pieces[line.variant_id].append((line.quantity, sale.order.number))
    for variant_id in sorted(pieces):
        sell_pieces(variant_id=variant_id, pieces=pieces[variant_id])
