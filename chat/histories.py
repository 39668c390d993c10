"""One viewer as moderators see them: what they said, under which names, and what was done about it.

Not here: changing anything (services).
"""

from dataclasses import dataclass

from django.db.models import Count, Q

from chat.errors import NotInRoom
from chat.models import Ban, Footprint, HeldMessage, Message
from checkout.selectors.orders import count_paid_orders
from kernel import ids

LINES, NAMES, ACTIONS = 30, 5, 20


@dataclass(frozen=True, slots=True)
class History:
    """`others`: how many other viewers wrote from the same networks. `orders` is None when not asked for."""

    viewer_key: str
    names: list[str]
    is_customer: bool
    lines: int
    removed: int
    declined: int
    devices: int
    networks: int
    others: int
    orders: int | None
    last_lines: list[Message]
    actions: list[Ban]


def history_of(viewer_key: str, *, orders: bool) -> History:
    """In a handful of queries. Raises NotInRoom for somebody who never wrote and was never dealt with."""
    try:
        ids.parse_public_id("vwr", viewer_key)
    except ValueError:
        raise NotInRoom(noun="viewer") from None
    said = Message.objects.filter(author_key=viewer_key)
    last = list(said.order_by("-id")[:LINES])
    actions = list(Ban.objects.filter(viewer_key=viewer_key).order_by("-id")[:ACTIONS])
    held = list(HeldMessage.objects.filter(author_key=viewer_key).order_by("-id")[:LINES])
    if not (last or actions or held):
        raise NotInRoom(noun="viewer")
    counts = said.aggregate(lines=Count("pk"), removed=Count("pk", filter=Q(removed_at__isnull=False)))
    declined = HeldMessage.objects.filter(author_key=viewer_key, status=HeldMessage.Status.DECLINED).count()
    steps = list(Footprint.objects.filter(viewer_key=viewer_key))
    networks = {step.network for step in steps if step.network}
    wrote: list[Message | HeldMessage] = [*last, *held]
    customers = {row.customer_id for row in wrote if row.customer_id}
    return History(
        viewer_key=viewer_key,
        names=list(dict.fromkeys(row.author for row in wrote if row.author))[:NAMES],
        is_customer=bool(customers),
        **counts,
        declined=declined,
        devices=len({step.device for step in steps if step.device}),
        networks=len(networks),
        others=count_others(viewer_key, networks),
        orders=count_paid_orders(viewer_key=viewer_key, customer_ids=customers) if orders else None,
        last_lines=last,
        actions=actions,
    )


def count_others(viewer_key: str, networks: set[str]) -> int:
    """Whom a ban of these networks would shut out besides the one who is meant."""
    rows = Footprint.objects.filter(network__in=networks).exclude(viewer_key=viewer_key)
    return rows.values("viewer_key").distinct().count()
