"""Orders as a CSV file that a spreadsheet can open without running what buyers typed.

Not here: which orders (selectors).
"""

import csv
import io
from collections.abc import Iterable

from checkout.models import Order
from kernel import clock

COLUMNS = (
    "number", "placed", "paid", "status", "fulfilment", "name", "email", "line1", "line2", "postal_code", "city",
    "region", "country", "items", "delivery", "coupon", "currency", "goods_minor", "discount_minor", "delivery_minor",
    "tax_minor", "total_minor", "refunded_minor", "tracking",
)  # fmt: skip
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def orders_csv(orders: Iterable[Order]) -> str:
    """One row an order, amounts in minor units, times in UTC. Byte order mark for Excel."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    writer.writerows([as_text(cell) for cell in _row(order)] for order in orders)
    return target.getvalue()


def as_text(cell: str) -> str:
    """A cell that a spreadsheet shows and never computes."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_DANGEROUS) or cell.startswith(_DANGEROUS) else cell


def _row(order: Order) -> list[str]:
    pieces = (f"{line.quantity} x {line.sku or line.product_name}" for line in order.lines.all())
    return [
        order.number,
        clock.isoformat(order.placed_at),
        clock.isoformat(order.paid_at) if order.paid_at else "",
        order.status,
        order.fulfilment,
        order.name,
        order.email,
        order.line1,
        order.line2,
        order.postal_code,
        order.city,
        order.region,
        order.country,
        "; ".join(pieces),
        order.shipping_name,
        order.coupon_code,
        order.currency,
        *(str(amount) for amount in (order.items_minor, order.discount_minor, order.shipping_minor, order.tax_minor)),
        *(str(amount) for amount in (order.total_minor, order.refunded_minor)),
        order.tracking,
    ]
