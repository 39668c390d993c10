"""How long rows are kept that only serve for a while: codes, the provider's events, keys of holds, mails.

Not here: orders, payments and refunds, which are kept, and answers to retried requests (kernel.idempotency).
"""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from checkout.models import HoldKey, OrderMail, ProviderEvent, SignInCode

SIGN_IN_CODES = dt.timedelta(days=1)  # after they ran out; the limits on asking for one live in Redis
# After they were handled. The provider sends again for three days and lists its events for thirty: one
# that it sends once more must still be known as handled. What is not handled yet stays.
PROVIDER_EVENTS = dt.timedelta(days=60)
HOLD_KEYS = dt.timedelta(days=7)  # as long as the API remembers its answers: longer than any client retries
ORDER_MAILS = dt.timedelta(days=90)  # after they were sent; one that was given up stays with its order

_BATCH = 5_000  # rows of one statement: short locks, however long nobody cleaned up


def forget_old_rows() -> int:
    """Delete what has outlived its use in this brand, in short statements. Returns how many rows.
    Twice at once, or again, it deletes what is left."""
    now = Now()
    return sum(
        _delete(rows)
        for rows in (
            SignInCode.objects.filter(expires_at__lt=now - SIGN_IN_CODES),
            ProviderEvent.objects.filter(handled_at__lt=now - PROVIDER_EVENTS),
            HoldKey.objects.filter(at__lt=now - HOLD_KEYS),
            OrderMail.objects.filter(sent_at__lt=now - ORDER_MAILS),
        )
    )


def _delete(rows: "QuerySet[Any]") -> int:
    deleted = 0
    while keys := list(rows.values_list("pk", flat=True)[:_BATCH]):
        deleted += rows.filter(pk__in=keys).delete()[0]
    return deleted
