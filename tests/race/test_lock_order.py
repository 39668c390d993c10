"""Who waits for whom: two acts that take the same rows take them in one order, and prices stop no buyer.

Not here: how many get a piece (test_stock_race, test_holds_race).
"""

import threading
import time
from collections.abc import Callable

from django.db import connections, transaction

from catalog.models import Stock
from catalog.services.prices import set_price
from checkout.models import Hold, Order
from kernel.locks import lock_timeout
from kernel.money import Money
from kernel.tenancy import brand_context
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.checkout.conftest import _provider, open_shops, provider
from tests.factories.catalog import ACTOR, make_variant
from tests.factories.checkout import make_buyer, make_hold, make_payment

__all__ = ["_provider", "open_shops", "provider"]  # fixtures of the shop that can sell


def beside(brand: Brand, act: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    """The act, on its way on a thread and connection of its own, and what it raises."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with brand_context(brand):
                act()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, failed


def test_who_holds_waits_for_no_price_that_is_being_set(live_brands: dict[str, Brand]) -> None:
    """An import sets a price and goes on to the count in one transaction: a buyer that waited for the
    first while the import waits for the second would be a deadlock."""
    brand = live_brands["aurora"]
    with brand_context(brand):
        variant = make_variant(stock=5)
        with transaction.atomic():
            set_price(variant_id=variant.pk, price=Money(4100, "EUR"), actor=ACTOR)
            thread, failed = beside(brand, lambda: make_hold(variant_id=variant.pk))
            thread.join(5)
            assert not thread.is_alive()
            assert Stock.objects.select_for_update().get(pk=variant.pk).held == 1
    assert failed == []


def test_asking_to_pay_again_and_booking_the_payment_cannot_cross(open_shops: dict[str, Brand]) -> None:
    brand, viewer = open_shops["aurora"], new_viewer()
    with brand_context(brand):
        hold, buyer = make_hold(viewer=viewer), make_buyer()
        payment = make_payment(viewer=viewer, holds=[hold], buyer=buyer)
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=payment.order_id)  # as booking a payment begins
            thread, failed = beside(brand, lambda: make_payment(viewer=viewer, holds=[hold], buyer=buyer))
            time.sleep(0.5)
            with lock_timeout(2000):
                Hold.objects.select_for_update().get(pk=hold.pk)
        thread.join(10)
    assert failed == []
