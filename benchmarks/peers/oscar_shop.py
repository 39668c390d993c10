"""django-oscar's own way from basket to order, in a database of its own; nothing of it is changed.

    python -m benchmarks.peers.oscar_shop

Runs in the peers' own environment. Makes its tables, then answers each line `UNITS BUYERS THREADS` by one line of
JSON: buyers who all want one product, each by the library's strategy, basket and order creator. The library
asks whether it may be bought, and allocates a unit when the order is placed; payment is left to the shop.
"""

import json
import os
import sys
import threading
import time
from decimal import Decimal
from itertools import count
from typing import Any

import django
from django.conf import settings
from oscar import INSTALLED_APPS, defaults

if not settings.configured:
    host, name, user = os.environ["PEER_DATABASE"].split("|")
    database = {"ENGINE": "django.db.backends.postgresql", "HOST": host, "NAME": name, "USER": user}
    settings.configure(
        DATABASES={"default": {**database, "OPTIONS": {"options": "-c synchronous_commit=on"}, "CONN_MAX_AGE": None}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        INSTALLED_APPS=INSTALLED_APPS,
        LOGGING_CONFIG=None,
        ROOT_URLCONF=__name__,
        SECRET_KEY="of no use here",
        SITE_ID=1,
        USE_TZ=True,
        **{key: value for key, value in vars(defaults).items() if key.startswith("OSCAR")},
    )
    django.setup()

from django.core.management import call_command
from django.db import connections
from oscar.core.loading import get_class, get_model

Basket, Line = get_model("basket", "Basket"), get_model("order", "Line")
Product, ProductClass = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")
Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")
Selector = get_class("partner.strategy", "Selector")
OrderCreator = get_class("order.utils", "OrderCreator")
Calculator = get_class("checkout.calculators", "OrderTotalCalculator")
FreeShipping = get_class("shipping.methods", "Free")

urlpatterns: list[Any] = []
_numbers = count(1)


def put_on_sale(units: int) -> Any:
    """A product of which there are so many."""
    kind, _ = ProductClass.objects.get_or_create(
        name="Measured", defaults={"requires_shipping": False, "track_stock": True}
    )
    partner, _ = Partner.objects.get_or_create(name="Warehouse")
    product = Product.objects.create(title="Measured thing", product_class=kind)
    sku = f"measured-{next(_numbers)}"
    StockRecord.objects.create(
        product=product, partner=partner, partner_sku=sku, price=Decimal("38.00"), num_in_stock=units
    )
    return product


def order_one(product_id: int, strategy: Any) -> bool:
    """One buyer: fill a basket, look whether it may be bought, place the order. False when it may not."""
    basket = Basket.objects.create()
    basket.strategy = strategy
    basket.add_product(Product.objects.get(pk=product_id), 1)
    basket = Basket.objects.get(pk=basket.pk)  # the request in which one pays is another than the one before
    basket.strategy = strategy
    permitted, _ = basket.all_lines()[0].purchase_info.availability.is_purchase_permitted(1)
    if not permitted:
        return False
    shipping = FreeShipping()
    charge = shipping.calculate(basket)
    OrderCreator().place_order(
        basket=basket, total=Calculator().calculate(basket, charge), shipping_method=shipping, shipping_charge=charge
    )
    basket.submit()
    return True


def race(units: int, buyers: int, threads: int) -> dict[str, Any]:
    """Let them all buy; the figures."""
    product = put_on_sale(units)
    strategy = Selector().strategy()
    waiting, lock = iter(range(buyers)), threading.Lock()
    outcomes: list[str] = []

    def shopper() -> None:
        while True:
            with lock:
                if next(waiting, None) is None:
                    break
            try:
                outcomes.append("ordered" if order_one(product.pk, strategy) else "refused")
            except Exception as error:  # a shop's own failure is part of the figures
                outcomes.append(f"failed: {type(error).__name__}")
        connections.close_all()

    began, used = time.perf_counter(), time.process_time()
    crowd = [threading.Thread(target=shopper) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    seconds = time.perf_counter() - began
    sold = Line.objects.filter(product=product).count()
    return {
        "orders": outcomes.count("ordered"),
        "refused": outcomes.count("refused"),
        "failed": sum(outcome.startswith("failed") for outcome in outcomes),
        "seconds": seconds,
        "cpu": time.process_time() - used,
        "oversold": max(0, sold - units),
    }


def main() -> None:
    call_command("migrate", verbosity=0)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(race(*(int(word) for word in line.split()))), flush=True)


main()
