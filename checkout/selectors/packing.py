"""What is still to go out, by show or by day: the list that somebody packs from.

Not here: how it is printed (templates) and shows' titles, which another app knows.
"""

import datetime as dt
import uuid
import zoneinfo
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Prefetch, QuerySet

from checkout.models import Order, OrderLine
from kernel import ids
from kernel.tenancy import current_brand

GROUPS = ("show", "day")
# More than a team packs from one list; the rest comes with the next one.
MOST = 500


@dataclass(frozen=True, slots=True)
class Pick:
    """How many of one thing to fetch from the shelf."""

    sku: str
    name: str
    variant: str
    quantity: int


@dataclass(slots=True)
class PackingGroup:
    """Orders of one show, or of one day; `show_id` and `day` are None in the other kind, and for orders of no
    show."""

    show_id: uuid.UUID | None
    day: dt.date | None
    orders: list[Order] = field(default_factory=list)

    @property
    def show_key(self) -> str:
        """The show as an address carries it."""
        return ids.public_id("shw", self.show_id) if self.show_id else ""

    @property
    def picks(self) -> list[Pick]:
        """What to fetch for all of them, by name."""
        wanted: Counter[tuple[str, str, str]] = Counter()
        for order in self.orders:
            for line in order.to_pack:  # type: ignore[attr-defined]
                wanted[line.product_name, line.variant_name, line.sku] += line.to_send
        return [Pick(sku, name, variant, count) for (name, variant, sku), count in sorted(wanted.items())]


def orders_to_pack(*, show_id: uuid.UUID | None = None, day: dt.date | None = None) -> QuerySet[Order]:
    """Paid orders with something to send, oldest first, their lines as `to_pack`; of one show or of one day by
    the brand's clock."""
    left = OrderLine.objects.filter(quantity__gt=F("shipped") + F("withdrawn")).order_by("product_name", "pk")
    found = Order.objects.filter(status=Order.Status.PAID, lines__in=left).distinct()
    if show_id is not None:
        found = found.filter(show_id=show_id)
    if day is not None:
        zone = zoneinfo.ZoneInfo(current_brand().time_zone)
        begin = dt.datetime.combine(day, dt.time(), zone)
        found = found.filter(paid_at__gte=begin, paid_at__lt=begin + dt.timedelta(days=1))
    return found.prefetch_related(Prefetch("lines", queryset=left, to_attr="to_pack")).order_by("paid_at", "pk")


def packing_groups(orders: Iterable[Order], *, by: str) -> list[PackingGroup]:
    """The orders under their show or day, in the order in which each group's first was paid."""
    zone = zoneinfo.ZoneInfo(current_brand().time_zone)
    groups: dict[uuid.UUID | dt.date | None, PackingGroup] = {}
    for order in orders:
        day = order.paid_at.astimezone(zone).date() if by == "day" and order.paid_at else None
        key = order.show_id if by == "show" else day
        group = groups.setdefault(key, PackingGroup(order.show_id if by == "show" else None, day))
        group.orders.append(order)
    return list(groups.values())
