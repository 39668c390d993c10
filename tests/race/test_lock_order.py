"""Who waits for whom: two acts that take the same rows take them in one order (docs/concepts/architecture.md).

Not here: how many get a piece (test_stock_race, test_holds_race).
"""

import threading
import time
from collections.abc import Callable

from django.db import connections, transaction

from catalog.models import Drop, ImportRun, Stock, Variant
from catalog.services.drops import close_drops_of_show
from catalog.services.imports import check_import, import_step, start_import
from catalog.services.prices import set_price
from catalog.services.products import update_product
from catalog.services.stock import correct_stock, hold_stock
from checkout.models import Hold, Order
from kernel.eventlog.models import EventRecord
from kernel.ids import uuid7
from kernel.locks import lock_timeout
from kernel.money import Money
from kernel.tenancy import brand_context
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.checkout.conftest import _provider, open_shops, provider
from tests.factories.catalog import ACTOR, make_drop, make_product, make_variant
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


def checked_file(variants: list[Variant]) -> ImportRun:
    """A file that counts these variants anew, in this order."""
    lines = [f"{variant.product.name},{variant.sku},46.00,7" for variant in variants]
    text = "\n".join(["name,sku,price,stock", *lines])
    return check_import(file_name="count.csv", content=text.encode(), currency="EUR", actor=ACTOR)


def test_an_import_keeps_no_stock_while_it_waits_for_the_next_row(live_brands: dict[str, Brand]) -> None:
    """A payment takes the stock of its lines by variant, a file names them in any order."""
    brand = live_brands["aurora"]
    with brand_context(brand):
        first, second = make_variant(), make_variant()
        run = checked_file([second, first])
        with transaction.atomic():
            Stock.objects.select_for_update().get(pk=first.pk)  # as a payment of both begins
            thread, failed = beside(brand, lambda: start_import(run_id=run.pk))
            time.sleep(0.7)
            with lock_timeout(1500):
                assert Stock.objects.select_for_update().get(pk=second.pk).available == 7
        thread.join(10)
        run.refresh_from_db()
        assert (failed, run.status, run.updated) == ([], "finished", 2)


def test_two_steps_of_an_import_at_once_take_each_row_once(live_brands: dict[str, Brand]) -> None:
    brand = live_brands["aurora"]
    with brand_context(brand):
        run = checked_file([make_variant() for _ in range(12)])
        ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.Status.RUNNING)
        others = [beside(brand, lambda: import_step(run_id=run.pk)) for _ in range(3)]
        for thread, failed in others:
            thread.join(20)
            assert failed == []
        run.refresh_from_db()
        assert (run.updated, run.status, run.faults) == (12, "finished", [])
        assert EventRecord.objects.filter(type="import.finished").count() == 1
        assert EventRecord.objects.filter(type="stock.adjusted").count() == 12


def test_closing_the_drops_of_a_show_and_a_payment_of_two_cannot_cross(live_brands: dict[str, Brand]) -> None:
    """The drops were planned in the other order than their variants were made."""
    brand, show_id = live_brands["aurora"], uuid7()
    with brand_context(brand):
        first, second = make_variant(), make_variant()
        late, early = (make_drop(variant_id=each.pk, show_id=show_id, opened=True) for each in (second, first))
        with transaction.atomic():
            hold_stock(variant_id=first.pk, quantity=1, reference="h", drop_id=early.pk)
            thread, failed = beside(brand, lambda: close_drops_of_show(show_id=show_id, actor=ACTOR))
            time.sleep(0.5)
            with lock_timeout(500):
                hold_stock(variant_id=second.pk, quantity=1, reference="h", drop_id=late.pk)
        thread.join(10)
        assert failed == []
        assert set(Drop.objects.values_list("status", flat=True)) == {"closed"}


def test_who_changes_drops_of_one_variant_and_the_end_of_the_show_cannot_cross(live_brands: dict[str, Brand]) -> None:
    brand, show_id = live_brands["aurora"], uuid7()
    with brand_context(brand):
        variant = make_variant(stock=20)
        first, second = (make_drop(variant_id=variant.pk, show_id=show_id) for _ in range(2))
        with transaction.atomic():
            Stock.objects.select_for_update().get(pk=variant.pk)  # a hold that leaves the second drop …
            Drop.objects.select_for_update().get(pk=second.pk)
            thread, failed = beside(brand, lambda: close_drops_of_show(show_id=show_id, actor=ACTOR))
            time.sleep(0.5)
            with lock_timeout(500):
                Drop.objects.select_for_update().get(pk=first.pk)  # … and takes from the first
        thread.join(10)
        assert failed == []


def test_a_count_that_runs_while_a_product_comes_on_sale_is_not_lost_to_viewers(live_brands: dict[str, Brand]) -> None:
    """Counted as a draft and not told, told with the old count: viewers would be left with that one."""
    brand = live_brands["aurora"]
    with brand_context(brand):
        product = make_product(status="draft", stock=10)
        variant_id = product.variants.get().pk
        with transaction.atomic():
            correct_stock(variant_id=variant_id, total=4, reason="Counted", actor=ACTOR)
            thread, failed = beside(brand, lambda: update_product(product_id=product.pk, status="active", actor=ACTOR))
            thread.join(0.5)
            assert thread.is_alive()
        thread.join(10)
        assert failed == []
        told = EventRecord.objects.filter(type="stock.changed").order_by("id")
        assert [row.data["available"] for row in told] == [4]
