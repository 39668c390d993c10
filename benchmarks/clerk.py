"""Prepares what the drops' benchmark sells, and counts afterwards. A process of its own, with the application.

    python -m benchmarks.clerk SCHEMA

Answers each line of JSON on standard input by one: {"do": "open", "units": 500} opens a drop of a new thing;
{"do": "tickets", "about": "drp_…", "count": 1000, "file": …} writes headers that let as many viewers buy it, with
"as": "cookie" for pages that know their viewer by it, "socket" for its bare value; {"do": "count", "variant": …,
"drop": …} counts; {"do": "rivals", "names": […], "units": …} makes the tables of other ways to take units and
"audit" counts what they wrote; "signature" tells by what viewers are known, and "shipping" makes a first delivery.
"""

import contextlib
import json
import sys
import uuid
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from catalog.models import Drop, Product  # noqa: E402
from catalog.selectors import verify_stock  # noqa: E402
from catalog.services.drops import open_drop, plan_drop  # noqa: E402
from catalog.services.products import NewVariant, create_product  # noqa: E402
from checkout.doors import tickets  # noqa: E402
from checkout.models import Hold, OrderLine  # noqa: E402
from checkout.services.shipping import add_first_shipping  # noqa: E402
from kernel import ids  # noqa: E402
from kernel.eventlog.models import EventRecord  # noqa: E402
from kernel.money import Money  # noqa: E402
from kernel.tenancy import brand_context  # noqa: E402
from kernel.viewers import COOKIE, Viewer, ticket_of  # noqa: E402

ACTOR = "system"
TICKET_SECONDS = 3600

# Copies of our tables with their columns, checks and indexes, yet without triggers and foreign keys: the
# others pay for less than we do. What they are called is the peers' business (peers/units.py).
_COPIES = {
    "stock": "catalog_stock",
    "hold": "checkout_hold",
    "event": "eventlog_eventrecord",
    "idempotency": "idempotency_idempotencyrecord",
}


def open_one(units: int, show: str = "") -> dict[str, str]:
    """A new thing of so many units, and its drop, open."""
    new = NewVariant(sku=f"BENCH-{uuid.uuid4().hex[:8]}", price=Money(4600, "EUR"), stock=units)
    product = create_product(name="Measured thing", variants=[new], status=Product.Status.ACTIVE, actor=ACTOR)
    variant = product.variants.get()
    show_id = ids.parse_public_id("shw", show) if show else None
    drop = plan_drop(
        variant_id=variant.pk, title="Measured", units=units, price=Money(3800, "EUR"), show_id=show_id, actor=ACTOR
    )
    open_drop(drop_id=drop.pk, actor=ACTOR)
    return {"variant": variant.public_id, "drop": drop.public_id}


def write_tickets(schema: str, about: str, count: int, file: str, kind: str) -> dict[str, Any]:
    """A header a line, each another viewer's."""
    viewers = (Viewer(id=ids.uuid7(), name=f"Buyer {number}") for number in range(count))
    with Path(file).open("w") as out:
        for viewer in viewers:
            if kind != "ticket":
                out.write(f"{'Cookie: ' if kind == 'cookie' else ''}{COOKIE}={ticket_of(viewer)}\n")
            else:
                ticket = tickets.issue(schema=schema, viewer=viewer, about=about, seconds=TICKET_SECONDS)
                out.write(f"X-Hold-Ticket: {ticket}\n")
    return {"count": count}


def count(variant: str, drop: str) -> dict[str, Any]:
    """What became of a thing: by stock, by holds and by the log, whose order is the order of the grants."""
    variant_id, drop_id = ids.parse_public_id("var", variant), ids.parse_public_id("drp", drop)
    stock = Drop.objects.select_related("variant__stock").get(pk=drop_id).variant.stock
    told = EventRecord.objects.filter(type="hold.created", data__drop_id=drop).order_by("id")
    return {
        "held": stock.held,
        "sold": stock.sold,
        "available": stock.available,
        "holds": Hold.objects.filter(drop_id=drop_id, status=Hold.Status.ACTIVE).count(),
        "lines": OrderLine.objects.filter(drop_id=drop_id).count(),
        "faults": len(verify_stock(variant_id).faults),
        "granted": list(told.values_list("data__hold_id", flat=True)),
    }


def make_rivals(schema: str, names: list[str], units: int) -> dict[str, str]:
    """A schema for each name, with one thing of so many units."""
    made = {}
    with connection.cursor() as cursor:
        for name in names:
            rival = made[name] = f"rival_{name}"
            cursor.execute(f'CREATE SCHEMA "{rival}"')
            for copy, table in _COPIES.items():
                cursor.execute(f'CREATE TABLE "{rival}"."{copy}" (LIKE "{schema}"."{table}" INCLUDING ALL)')
            variant = ids.uuid7()
            cursor.execute(
                f'INSERT INTO "{rival}".stock (variant_id, total, available, held, sold) VALUES (%s, %s, %s, 0, 0)',
                [variant, units, units],
            )
            if name == "skip_locked":
                cursor.execute(
                    f'CREATE TABLE "{rival}".unit (id bigint PRIMARY KEY, variant_id uuid NOT NULL, hold_id uuid) '
                    "WITH (fillfactor = 50)"
                )
                cursor.execute(
                    f'INSERT INTO "{rival}".unit (id, variant_id) SELECT g, %s FROM generate_series(1, %s) g',
                    [variant, units],
                )
                cursor.execute(f'CREATE INDEX ON "{rival}".unit (variant_id, id) WHERE hold_id IS NULL')
                cursor.execute(f'ANALYZE "{rival}".unit')
    return made


def audit(names: list[str]) -> dict[str, list[int]]:
    """Of each other way: units counted as held, and how many holds, events and idempotency records it wrote."""
    found = {}
    with connection.cursor() as cursor:
        for name in names:
            counts = [f'(SELECT count(*) FROM "rival_{name}"."{table}")' for table in ("hold", "event", "idempotency")]
            held = f'SELECT held FROM "rival_{name}".stock'
            if name == "skip_locked":
                held = f'SELECT count(*) FROM "rival_{name}".unit WHERE hold_id IS NOT NULL'
            cursor.execute(f"SELECT ({held}), {', '.join(counts)}")
            found[name] = list(cursor.fetchone() or ())
    return found


def main() -> None:
    schema = sys.argv[1]
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        with brand_context(schema), contextlib.redirect_stdout(sys.stderr):
            answer: dict[str, Any]
            match order:
                case {"do": "open", "units": int(units)}:
                    answer = dict(open_one(units, order.get("show", "")))
                case {"do": "tickets", "about": about, "count": int(number), "file": file}:
                    answer = write_tickets(schema, about, number, file, order.get("as", "ticket"))
                case {"do": "count", "variant": variant, "drop": drop}:
                    answer = count(variant, drop)
                case {"do": "rivals", "names": names, "units": int(units)}:
                    answer = dict(make_rivals(schema, names, units))
                case {"do": "audit", "names": names}:
                    answer = dict(audit(names))
                case {"do": "signature"}:
                    answer = {"secret": settings.SECRET_KEY, "cookie": COOKIE, "salt": f"vitrine.viewer.{schema}"}
                case {"do": "shipping"}:
                    add_first_shipping(country="DE", currency="EUR")
                    answer = {}
                case _:
                    answer = {"unknown": order}
        print(json.dumps(answer), flush=True)


main()
