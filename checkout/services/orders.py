"""Placing an order: holds become lines, sums and a payment; then the provider is told.

Not here: what the provider answers (payments) and what staff does with an order (fulfilment, refunds).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Greatest, Now

from checkout import events
from checkout.errors import HoldExpired, HoldNotFound, NothingHeld, TotalChanged
from checkout.fees import platform_fee
from checkout.models import Customer, Hold, Order, OrderLine, Payment
from checkout.selectors.bag import BagLine, bag_lines
from checkout.selectors.coupons import written_code
from checkout.selectors.payment_account import charging_account
from checkout.selectors.quotes import Destination, Quote, quote
from checkout.services.caps import lock_buyer, require_cap
from checkout.services.coupons import take_coupon
from checkout.services.numbers import next_number
from checkout.services.payments import clear_way, start_payment
from checkout.services.topics import order_facts, order_variants, topic_of
from kernel.eventlog.store import append
from kernel.money import Money
from kernel.tenancy import current_brand
from kernel.viewers import Viewer
from tenants.services.payment_account import fee_basis_points

# Who has filled in the form has this long at least to pay, even if the hold was about to end.
PAYING = dt.timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys and where it goes. Checked by the form or serialiser that made it."""

    email: str
    name: str
    line1: str
    postal_code: str
    city: str
    country: str
    line2: str = ""
    region: str = ""
    language: str = "en"

    def columns(self) -> dict[str, str]:
        names = ("email", "name", "line1", "line2", "postal_code", "city", "region", "country", "language")
        return {name: getattr(self, name) for name in names}

    @property
    def place(self) -> Destination:
        return Destination(self.country, self.region, self.postal_code)


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants to order: who they are, the total that they saw, a way of delivery, a coupon."""

    buyer: Buyer
    expected: Money
    shipping_method_id: uuid.UUID | None
    coupon_code: str


def place_order(
    *,
    viewer: Viewer,
    hold_ids: Sequence[uuid.UUID],
    buyer: Buyer,
    expected: Money,
    actor: str,
    shipping_method_id: uuid.UUID | None = None,
    coupon_code: str = "",
) -> Payment:
    """Turn holds into an order that waits for its payment; the payment carries the client secret.

    Asking again for the same holds at the same total gives the same payment with the new address;
    anything else closes the earlier attempt first. `expected` is the total that the buyer saw.
    Raises HoldNotFound, HoldExpired, NothingHeld, TotalChanged, CapReached, NoShippingThere,
    ShippingMethodUnknown, OrderAlreadyPaid, PaymentRunning, PaymentsNotReady, PaymentProviderAway, PaymentRefused,
    and why a coupon does not count (selectors/coupons). A coupon is used once, and comes back if the order dies.
    Locks an order of the same holds, or the buyer; then the holds. Calls the provider after the transaction.
    """
    wanted = sorted(set(hold_ids))
    account = charging_account()
    wish = Wish(buyer, expected, shipping_method_id, written_code(coupon_code))
    payment = _same_again(viewer, wanted, wish)
    if payment is None:
        clear_way(viewer=viewer, hold_ids=wanted)
        payment = _write_order(viewer=viewer, hold_ids=wanted, wish=wish, account=account, actor=actor)
    return start_payment(payment=payment)


@transaction.atomic
def _write_order(*, viewer: Viewer, hold_ids: Sequence[uuid.UUID], wish: Wish, account: str, actor: str) -> Payment:
    buyer = wish.buyer
    lock_buyer(viewer, buyer.email)
    holds = _locked_holds(viewer, hold_ids)
    priced = _quote_as_seen(viewer, holds, wish)
    for hold in holds:
        if hold.drop is not None:
            cap = hold.drop.per_buyer
            require_cap(viewer=viewer, drop_id=hold.drop.pk, per_buyer=cap, more=0, email=buyer.email)
    order = _make_order(viewer, holds, buyer, priced)
    _make_lines(order, bag_lines(holds))
    if priced.coupon is not None:
        take_coupon(coupon=priced.coupon, order=order, viewer=viewer, actor=actor)
    longer = Case(When(order=None, then=Greatest(F("expires_at"), Now() + PAYING)), default=F("expires_at"))
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(order=order, expires_at=longer)
    payment = _make_payment(order, account)
    facts = order_facts(order)
    append(
        events.OrderPlaced(**facts, variants=order_variants(order)), topic=topic_of(order), actor=actor, to=viewer.key
    )
    append(
        events.PaymentStarted(
            payment_id=payment.public_id,
            order_id=order.public_id,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
        ),
        topic=topic_of(order),
        actor=actor,
    )
    return payment


@transaction.atomic
def _same_again(viewer: Viewer, hold_ids: Sequence[uuid.UUID], wish: Wish) -> Payment | None:
    """The open payment of these very holds, when nothing but the address has changed since. Locks the
    order, then the holds: as booking its payment does, which may come at the same moment."""
    earlier = Hold.objects.filter(pk__in=hold_ids, viewer_key=viewer.key).values("order")
    list(Order.objects.select_for_update().filter(pk__in=earlier).order_by("pk"))
    holds = _locked_holds(viewer, hold_ids)
    order_ids = {hold.order_id for hold in holds}
    if len(order_ids) != 1 or None in order_ids:
        return None
    payment = Payment.objects.select_related("order").filter(order__in=order_ids, status="pending").first()
    if payment is None or payment.order.email != wish.buyer.email:
        return None
    if payment.order.coupon_code != wish.coupon_code:
        return None
    lines = {line.hold_id: line for line in payment.order.lines.all()}
    bought = {hold.pk: (hold.quantity, hold.unit_minor) for hold in holds}
    if bought != {key: (line.quantity, line.unit_minor) for key, line in lines.items()}:
        return None
    priced = _quote_as_seen(viewer, holds, wish)
    if priced.sums.total != payment.amount:
        return None
    pending = Order.objects.filter(pk=payment.order_id, status=Order.Status.PENDING)
    if not pending.update(**wish.buyer.columns(), **_sum_columns(priced)):
        return None
    return payment


def _locked_holds(viewer: Viewer, hold_ids: Sequence[uuid.UUID]) -> list[Hold]:
    """The viewer's live holds of these ids, locked by key. All of them, or an error."""
    if not hold_ids:
        raise NothingHeld
    mine = Hold.objects.filter(pk__in=hold_ids, viewer_key=viewer.key)
    live = mine.filter(status=Hold.Status.ACTIVE, expires_at__gt=Now())
    holds = list(live.select_related("drop", "variant").select_for_update(of=("self",)).order_by("pk"))
    if len(holds) < len(hold_ids):
        raise HoldExpired if mine.count() == len(hold_ids) else HoldNotFound
    return holds


def _quote_as_seen(viewer: Viewer, holds: Sequence[Hold], wish: Wish) -> Quote:
    priced = quote(
        holds,
        to=wish.buyer.place,
        shipping_method_id=wish.shipping_method_id,
        coupon_code=wish.coupon_code,
        viewer=viewer,
        email=wish.buyer.email,
    )
    if priced.sums.total != wish.expected:
        total = priced.sums.total
        raise TotalChanged(total=total.formatted, total_minor=total.minor, currency=total.currency)
    return priced


def _make_order(viewer: Viewer, holds: Sequence[Hold], buyer: Buyer, priced: Quote) -> Order:
    customer, _ = Customer.objects.get_or_create(email=buyer.email, defaults={"name": buyer.name})
    order = Order.objects.create(
        number=next_number(current_brand().name),
        customer=customer,
        viewer_key=viewer.key,
        show_id=next((hold.show_id for hold in holds if hold.show_id), None),
        currency=priced.sums.total.currency,
        **buyer.columns(),
        **_sum_columns(priced),
    )
    order.refresh_from_db()
    return order


def _make_payment(order: Order, account: str) -> Payment:
    """The payment of a new order, with the platform's part when it is on the brand's own account."""
    fee = platform_fee(order.total_minor, fee_basis_points(current_brand())) if account else 0
    return Payment.objects.create(
        order=order, account=account, amount_minor=order.total_minor, fee_minor=fee, currency=order.currency
    )


def _sum_columns(priced: Quote) -> dict[str, object]:
    sums = priced.sums
    return {
        "shipping_method": priced.chosen.method,
        "shipping_name": priced.chosen.method.name,
        "items_minor": sums.items.minor,
        "discount_minor": sums.discount.minor,
        "coupon_code": priced.coupon.code if priced.coupon else "",
        "shipping_minor": sums.shipping.minor,
        "tax_minor": sums.tax.minor,
        "tax_basis_points": sums.basis_points,
        "tax_included": sums.included,
        "total_minor": sums.total.minor,
    }


def _make_lines(order: Order, lines: Sequence[BagLine]) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant_id=line.hold.variant_id,
            drop_id=line.hold.drop_id,
            show_id=line.hold.show_id,
            hold_id=line.hold.pk,
            product_name=line.name,
            variant_name=line.variant_name,
            sku=line.offer.sku if line.offer else "",
            image_url=line.image_url,
            quantity=line.hold.quantity,
            unit_minor=line.hold.unit_minor,
            currency=line.hold.currency,
        )
        for line in lines
    )
