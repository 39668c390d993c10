"""Whole purchases by our services, in threads: held, ordered, paid at the provider's server, confirmed.

    python -m benchmarks.purchaser SCHEMA

Answers each line of JSON {"variant", "drop", "units", "buyers", "threads"} by one of figures, like the peer's race
(peers/oscar_shop.py). Nothing is left out but HTTP, which the peer has not either.
"""

import json
import sys
import threading
import time
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402

from checkout.models import OrderLine  # noqa: E402
from checkout.services.orders import Buyer  # noqa: E402
from checkout.services.sandbox_purchases import buy  # noqa: E402
from kernel import ids  # noqa: E402
from kernel.errors import Problem  # noqa: E402
from kernel.tenancy import brand_context  # noqa: E402
from kernel.viewers import new_viewer  # noqa: E402


def race(schema: str, *, variant: str, drop: str, units: int, buyers: int, threads: int) -> dict[str, Any]:
    """Let them all buy; the figures."""
    variant_id, drop_id = ids.parse_public_id("var", variant), ids.parse_public_id("drp", drop)
    waiting, lock = iter(range(buyers)), threading.Lock()
    outcomes: list[str] = []

    def shopper() -> None:
        with brand_context(schema):
            while True:
                with lock:
                    number = next(waiting, None)
                if number is None:
                    break
                buyer = Buyer(
                    email=f"{drop}-{number}@example.test", name="Noor Haddad", line1="14 rue des Lilas",
                    postal_code="69003", city="Lyon", country="FR",
                )  # fmt: skip
                try:
                    order = buy(viewer=new_viewer(), variant_id=variant_id, drop_id=drop_id, buyer=buyer)
                    outcomes.append("ordered" if order.status == "paid" else f"failed: {order.status}")
                except Problem as problem:
                    outcomes.append("refused" if problem.code == "sold_out" else f"failed: {problem.code}")
            connections.close_all()

    began, used = time.perf_counter(), time.process_time()
    crowd = [threading.Thread(target=shopper) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    seconds = time.perf_counter() - began
    with brand_context(schema):
        sold = OrderLine.objects.filter(drop_id=drop_id, order__status="paid").count()
    return {
        "orders": outcomes.count("ordered"),
        "refused": outcomes.count("refused"),
        "failed": sum(outcome.startswith("failed") for outcome in outcomes),
        "seconds": seconds,
        "cpu": time.process_time() - used,
        "oversold": max(0, sold - units),
    }


def main() -> None:
    schema = sys.argv[1]
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(race(schema, **json.loads(line))), flush=True)


main()
