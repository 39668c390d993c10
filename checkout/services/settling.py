"""Money has arrived: held becomes sold and the order is paid, or, when the goods are gone, it goes back.

Not here: asking the provider (payments). Everything runs in the caller's transaction, under the order's lock.
"""

from django.db import transaction
from django.db.models.functions import Now

from catalog.errors import DropNotOpen, SoldOut
from catalog.services.stock import hold_stock, release_stock, sell_stock
from checkout import events
from checkout.models import Hold, Order, OrderLine, Payment
from checkout.services.cancelling import cancel_pending
from checkout.services.card_caps import is_over_cap
from checkout.services.ending import end_holds
from checkout.services.refund_claims import claim_refund, send_soon
from checkout.services.topics import order_facts, order_variants, topic_of, variant_public_id
from checkout.states import ORDER, PAYMENT, sources
from kernel.eventlog.store import append

_GONE = "What you paid for was gone when the money came. All of it goes back to you."
_SHARE_TAKEN = "This card has bought as many of this drop as one buyer may. All of the money goes back to you."


def settle(*, order: Order, payment: Payment, received: int, card: str = "") -> None:
    """Book captured money and decide what it buys. Idempotent: a payment is captured once.

    Money for an order that is still open buys the goods, held or held again. Money for one that is
    cancelled, paid already, or whose goods are gone goes back whole, by itself; so does that of a card
    which has bought as many of a drop as one buyer may, under whatever names.
    """
    booked = Payment.objects.filter(pk=payment.pk, status__in=sources(PAYMENT, "captured")).update(
        status=Payment.Status.CAPTURED, captured_minor=received, captured_at=Now(), card=card[:64]
    )
    if not booked:
        return
    payment.refresh_from_db()
    lines = list(order.lines.order_by("variant_id"))
    if card and is_over_cap(card=card, order=order, lines=lines):
        _let_go(lines)
        _send_back(order, payment, _SHARE_TAKEN)
        return
    if order.status in sources(ORDER, "paid") and received == order.total_minor:
        was_late = _take_goods(order, lines)
        if was_late is not None:
            Order.objects.filter(pk=order.pk).update(status=Order.Status.PAID, paid_at=Now())
            order.refresh_from_db()
            say_paid(order, lines)
            if was_late:
                _say_late(order, payment, "held_again")
            return
    _send_back(order, payment, _GONE)
    _say_late(order, payment, "refunded")


def _take_goods(order: Order, lines: list[OrderLine]) -> bool | None:
    """Turn what is held into sold. True when something had to be held again, None when it was gone:
    then nothing has changed."""
    ids = [line.hold_id for line in lines]
    holds = {hold.pk: hold for hold in Hold.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    was_late = False
    try:
        with transaction.atomic():
            for line in lines:
                was_late |= _sell_line(order, line, holds[line.hold_id])
    except (SoldOut, DropNotOpen):
        return None
    return was_late


def _sell_line(order: Order, line: OrderLine, hold: Hold) -> bool:
    """Sell one line from its hold, or hold its pieces again first. True in the second case."""
    is_live = hold.status == Hold.Status.ACTIVE and hold.order_id == order.pk and hold.quantity >= line.quantity
    if not is_live:
        hold_stock(variant_id=line.variant_id, quantity=line.quantity, reference=order.number, drop_id=line.drop_id)
    sell_stock(variant_id=line.variant_id, quantity=line.quantity, reference=order.number, drop_id=line.drop_id)
    if is_live:
        Hold.objects.filter(pk=hold.pk).update(status=Hold.Status.CONVERTED, ended_at=Now(), quantity=line.quantity)
        _let_rest_go(order, line, hold)
    return not is_live


def _let_rest_go(order: Order, line: OrderLine, hold: Hold) -> None:
    """The hold grew after the order was placed: the pieces that were not paid for go back on sale."""
    if rest := hold.quantity - line.quantity:
        release_stock(variant_id=line.variant_id, quantity=rest, reference=order.number, drop_id=line.drop_id)


def say_paid(order: Order, lines: list[OrderLine]) -> None:
    """Tell the buyer, and everybody what was bought, never by whom."""
    topic = topic_of(order)
    paid = events.OrderPaid(**order_facts(order), variants=order_variants(order))
    append(paid, topic=topic, actor="system", to=order.viewer_key)
    for line in lines:
        append(
            events.SaleAnnounced(
                variant_id=variant_public_id(line.variant_id), product_name=line.product_name, quantity=line.quantity
            ),
            topic=topic,
            actor="system",
        )


def _let_go(lines: list[OrderLine]) -> None:
    """What was held for these lines is for others now: also in line, nobody waits for its deadline."""
    held = Hold.objects.select_for_update().filter(pk__in=[line.hold_id for line in lines], status=Hold.Status.ACTIVE)
    for hold in held.order_by("variant_id", "pk"):
        end_holds(holds=[hold], status=Hold.Status.RELEASED, actor="system")


def _send_back(order: Order, payment: Payment, why: str) -> None:
    """Give money back whole; an order that it was to pay is cancelled."""
    Payment.objects.filter(pk=payment.pk).update(is_late=why == _GONE)
    payment.refresh_from_db()
    cancel_pending(order_id=order.pk, reason=why, actor="system")
    refund = claim_refund(order=order, payment=payment, amount=payment.captured_minor, reason=why, actor="system")
    send_soon(refund)


def _say_late(order: Order, payment: Payment, outcome: str) -> None:
    append(
        events.PaymentLate(
            payment_id=payment.public_id,
            order_id=order.public_id,
            amount_minor=payment.captured_minor,
            currency=payment.currency,
            outcome=outcome,
        ),
        topic=topic_of(order),
        actor="system",
    )
