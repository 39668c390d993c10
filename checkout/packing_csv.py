"""The packing list as a CSV file: a row for each line that is still to go out.

Not here: which orders (selectors/packing.py).
"""

import csv
import io
from collections.abc import Iterable

from checkout.export import as_text
from checkout.models import Order
from kernel import clock, ids

COLUMNS = (
    "number", "paid", "show", "sku", "product", "variant", "to_send", "ordered", "name", "line1", "line2",
    "postal_code", "city", "region", "country", "delivery", "email",
)  # fmt: skip


def packing_csv(orders: Iterable[Order]) -> str:
    """Times in UTC. Byte order mark for Excel; nothing that a buyer typed is computed by a spreadsheet."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for order in orders:
        writer.writerows([as_text(cell) for cell in row] for row in _rows(order))
    return target.getvalue()


def _rows(order: Order) -> list[list[str]]:
    place = [
        order.name,
        order.line1,
        order.line2,
        order.postal_code,
        order.city,
        order.region,
        order.country,
        order.shipping_name,
        order.email,
    ]
    paid = clock.isoformat(order.paid_at) if order.paid_at else ""
    show = ids.public_id("shw", order.show_id) if order.show_id else ""
    return [
        [
            *(order.number, paid, show, line.sku, line.product_name, line.variant_name),
            *(str(line.to_send), str(line.quantity)),
            *place,
        ]
        for line in order.to_pack  # type: ignore[attr-defined]
    ]
