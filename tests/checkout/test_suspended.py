"""A suspended brand sells nothing, and still owes: holds end, and money on its way back arrives.

Not here: what its visitors see (tests/tenants).
"""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.db.models import F
from django.utils.module_loading import import_string

from catalog.models import Stock
from checkout.models import Hold, Refund
from checkout.services.refunds import refund_order
from config import scheduled
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_hold, make_paid_order

HOUR = dt.timedelta(hours=1)
OWING = {
    "checkout.tasks.audit_payments",
    "checkout.tasks.forget_old_rows",
    "checkout.tasks.reconcile_payments",
    "checkout.tasks.sweep_holds",
}


def run_beat() -> None:
    """Everything that beat sends to brands, once."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        if entry["task"] == "config.scheduled.for_every_brand":
            scheduled.for_every_brand.apply(entry["args"], entry.get("kwargs", {})).get()


def test_a_suspended_brand_is_sent_what_it_owes_and_no_more(
    aurora: Brand, fjord: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    Brand.objects.filter(pk=aurora.pk).update(status=Brand.Status.SUSPENDED)
    sent: dict[str, set[Any]] = {aurora.schema_name: set(), fjord.schema_name: set()}
    monkeypatch.setattr(scheduled, "send_to_brand", lambda task, schema: sent[schema].add(task.name))
    run_beat()
    assert sent[aurora.schema_name] == {import_string(path).name for path in OWING}
    assert sent[fjord.schema_name] > sent[aurora.schema_name]


@pytest.mark.usefixtures("eager_tasks")
def test_holds_end_and_refunds_arrive_while_a_brand_is_suspended(shop: Brand, provider: Provider) -> None:
    variant = make_variant(stock=5)
    hold = make_hold(variant_id=variant.pk)
    order = make_paid_order()
    provider.fault("drop_after", "/v1/refunds", times=3)
    refund = refund_order(order_id=order.pk, amount=100, reason="x", actor="member:x")
    assert refund.status == "requested"
    Hold.objects.filter(pk=hold.pk).update(expires_at=F("expires_at") - HOUR)
    Refund.objects.filter(pk=refund.pk).update(checked_at=F("checked_at") - HOUR)
    Brand.objects.filter(pk=shop.pk).update(status=Brand.Status.SUSPENDED)
    run_beat()
    hold.refresh_from_db()
    refund.refresh_from_db()
    assert (hold.status, refund.status) == ("expired", "succeeded")
    assert Stock.objects.get(pk=variant.pk).available == 5
