"""What beat does in time, done at once when the storm is over: the product's own sweeps and reconciliation.

    python -m benchmarks.storm.settle SCHEMA

Repeats until nothing is left to do, then prints {"faults": what `stock verify` finds, "open": what is left, "why"}.
"""

import datetime as dt
import json
import sys
import time

import django

django.setup()

from django.db.models.functions import Now  # noqa: E402

from catalog.selectors import verify_stock  # noqa: E402
from checkout.models import Hold, Payment, ProviderEvent, Refund  # noqa: E402
from checkout.services.hooks import handle_stored  # noqa: E402
from checkout.services.payments import close_payment  # noqa: E402
from checkout.services.reconciling import reconcile  # noqa: E402
from kernel.eventlog.models import EventRecord  # noqa: E402
from kernel.tenancy import brand_context  # noqa: E402

PATIENCE_SECONDS = 120.0
AT_ONCE = dt.timedelta(0)


def main(schema: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    with brand_context(schema):
        for event_id in ProviderEvent.objects.filter(handled_at=None).values_list("pk", flat=True):
            handle_stored(event_id=event_id)
        # A payment that nobody made is closed once its holds are over: they are, from here on.
        Hold.objects.filter(status=Hold.Status.ACTIVE).update(expires_at=Now())
        while time.monotonic() < deadline and any(_open().values()):
            reconcile(older_than=AT_ONCE, limit=1000)
            time.sleep(0.5)  # the worker's sweep ends the holds, the sequencer orders what is told
        print(json.dumps({"faults": len(verify_stock().faults), "open": _open(), "why": _why()}))


def _open() -> dict[str, int]:
    """How much is still under way, by kind."""
    return {
        "payments": Payment.objects.filter(status__in=[Payment.Status.CREATED, Payment.Status.PENDING]).count(),
        "refunds": Refund.objects.filter(status__in=[Refund.Status.REQUESTED, Refund.Status.PENDING]).count(),
        "holds": Hold.objects.filter(status=Hold.Status.ACTIVE).count(),
        "events": EventRecord.objects.filter(position=None).count(),
    }


def _why() -> list[str]:
    """What hinders each payment that is still open."""
    said = []
    for payment in Payment.objects.filter(status__in=[Payment.Status.CREATED, Payment.Status.PENDING]):
        try:
            outcome = close_payment(payment_id=payment.pk).status
        except Exception as error:
            outcome = repr(error)
        said.append(f"{payment.public_id}, {payment.status}, {payment.provider_intent}: {outcome}")
    return said


if __name__ == "__main__":
    main(sys.argv[1])
