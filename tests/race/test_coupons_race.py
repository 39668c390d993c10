"""Two hundred orders, fifty at a time, and a code that counts seven times: with the guard off it counts more
often, with it never."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

from checkout.errors import CouponUsedByYou, CouponUsedUp
from checkout.models import Coupon, CouponUse, Hold, Order
from checkout.services.cancelling import cancel_pending
from checkout.services.coupons import CouponTerms, save_coupon
from checkout.services.orders import place_order
from kernel.errors import Problem
from kernel.money import Money
from kernel.tenancy import brand_context
from kernel.viewers import Viewer, new_viewer
from tenants.models import Brand
from tests.checkout.conftest import _provider, eager_tasks, open_shops, provider
from tests.factories.catalog import ACTOR, make_variant
from tests.factories.checkout import make_buyer, make_hold
from tests.race.test_holds_race import _room_for_all, together

__all__ = ["_provider", "_room_for_all", "eager_tasks", "open_shops", "provider"]

MOST, AT_ONCE, EACH = 7, 50, 4
TOTAL = Money(3990, "EUR")  # 40.00 less 5.00, with 4.90 of delivery


def make_coupon(**limits: Any) -> Coupon:
    terms = CouponTerms("SEVEN", "amount", amount_minor=500, currency="EUR", **limits)
    return save_coupon(coupon_id=None, terms=terms, actor=ACTOR)


def make_holds(viewers: list[Viewer], quantity: int = 1) -> list[tuple[Viewer, Hold]]:
    return [
        (viewer, make_hold(viewer=viewer, variant_id=make_variant(price=4000).pk, quantity=quantity))
        for viewer in viewers
    ]


def order(viewer: Viewer, hold: Hold, email: str = "") -> Order | Problem:
    buyer = make_buyer(**({"email": email} if email else {}))
    try:
        payment = place_order(
            viewer=viewer, hold_ids=[hold.pk], buyer=buyer, expected=TOTAL, coupon_code="SEVEN", actor=ACTOR
        )
    except Problem as problem:
        return problem
    return payment.order


def in_turns(acts: list[Callable[[], Order | Problem]]) -> list[Callable[[], list[Order | Problem]]]:
    """The acts in as many queues as run at once."""
    return [partial(lambda queue: [act() for act in queue], acts[place::AT_ONCE]) for place in range(AT_ONCE)]


def use_by_counting_first(coupon: Coupon, placed: Order, barrier: threading.Barrier) -> None:
    """What the service would be without the guard: count, then use."""
    with transaction.atomic():
        counted = CouponUse.objects.filter(coupon=coupon).count()
        barrier.wait(timeout=30)
        if counted >= MOST:
            raise CouponUsedUp
        CouponUse.objects.create(coupon=coupon, order=placed)


def test_without_the_guard_it_counts_more_often(open_shops: dict[str, Brand]) -> None:
    brand = open_shops["aurora"]
    with brand_context(brand):
        coupon = make_coupon(most_uses=MOST)
        placed = [
            place_order(
                viewer=viewer, hold_ids=[hold.pk], buyer=make_buyer(), expected=Money(4490, "EUR"), actor=ACTOR
            ).order
            for viewer, hold in make_holds([new_viewer() for _ in range(20)])
        ]
    barrier = threading.Barrier(len(placed))
    together(brand, [partial(use_by_counting_first, coupon, one, barrier) for one in placed])
    with brand_context(brand):
        assert CouponUse.objects.filter(coupon=coupon).count() > MOST


def test_two_hundred_orders_use_it_seven_times(open_shops: dict[str, Brand]) -> None:
    brand = open_shops["aurora"]
    with brand_context(brand):
        coupon = make_coupon(most_uses=MOST)
        held = make_holds([new_viewer() for _ in range(AT_ONCE * EACH)])
    queues = together(brand, in_turns([partial(order, viewer, hold) for viewer, hold in held]))
    results = [result for queue in queues for result in queue]
    with brand_context(brand):
        coupon.refresh_from_db()
        assert coupon.uses == CouponUse.objects.count() == sum(isinstance(one, Order) for one in results) == MOST
        assert Order.objects.count() == MOST, "an order whose coupon was used up is not left behind"
        refused = [one for one in results if not isinstance(one, Order)]
        assert len(refused) == AT_ONCE * EACH - MOST
        assert all(isinstance(one, CouponUsedUp) for one in refused)


def test_one_person_on_many_devices_uses_it_once(open_shops: dict[str, Brand]) -> None:
    brand = open_shops["aurora"]
    with brand_context(brand):
        coupon = make_coupon(most_per_person=1)
        held = make_holds([new_viewer() for _ in range(40)])
    results = together(brand, [partial(order, viewer, hold, "noor@example.test") for viewer, hold in held])
    assert sum(isinstance(one, CouponUsedByYou) for one in results) == 39
    with brand_context(brand):
        coupon.refresh_from_db()
        assert coupon.uses == CouponUse.objects.count() == 1


def test_an_order_cancelled_by_many_gives_one_back(open_shops: dict[str, Brand]) -> None:
    brand = open_shops["aurora"]
    with brand_context(brand):
        coupon = make_coupon(most_uses=2)
        orders = [order(viewer, hold) for viewer, hold in make_holds([new_viewer() for _ in range(2)])]
    dying = next(one for one in orders if isinstance(one, Order))
    together(brand, [partial(cancel_pending, order_id=dying.pk, reason="No", actor=ACTOR)] * 20)
    with brand_context(brand):
        coupon.refresh_from_db()
        assert coupon.uses == 1
        assert CouponUse.objects.filter(given_back_at__isnull=True).count() == 1
