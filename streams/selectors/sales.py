"""What a show has sold, counted from the log.

Not here: orders (checkout) and reports.
"""

from typing import Any

from django.db.models import BigIntegerField, Count, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from kernel.eventlog.models import EventRecord
from kernel.eventlog.store import show_topic
from streams.models import Show

_PAID = "order.paid"


def show_sales(show: Show, currency: str) -> dict[str, Any]:
    """Orders paid in this show and their sum in the brand's currency, refunds not taken off. One query."""
    total = Sum(Cast(KT("data__total_minor"), BigIntegerField()))
    paid = EventRecord.objects.filter(topic=show_topic(show.pk), type=_PAID, data__currency=currency)
    found = paid.aggregate(orders=Count("id"), minor=total)
    return {"orders": found["orders"], "minor": found["minor"] or 0, "currency": currency}
