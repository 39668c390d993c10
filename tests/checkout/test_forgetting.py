"""What is kept for a while only: gone when its time is over, and not before.

Not here: orders and payments, which are kept.
"""

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from checkout.models import HoldKey, OrderMail, ProviderEvent, SignInCode
from checkout.services import forgetting
from checkout.services.forgetting import forget_old_rows
from checkout.services.reserving import HoldRequest, reserve_batch
from config.scheduled import forget_sessions
from kernel import clock
from kernel.ids import uuid7
from kernel.tenancy import public_context
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_paid_order

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def test_codes_that_ran_out_go_after_a_day(in_aurora: Brand) -> None:
    now = clock.now()
    for name, expired in (("old", 25 * HOUR), ("yesterday", 23 * HOUR), ("open", -HOUR)):
        SignInCode.objects.create(email=f"{name}@example.test", code_hash="x", expires_at=now - expired)
    assert forget_old_rows() == 1
    assert set(SignInCode.objects.values_list("email", flat=True)) == {"yesterday@example.test", "open@example.test"}
    assert forget_old_rows() == 0


def test_events_of_the_provider_outlive_its_retries(in_aurora: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "_BATCH", 1)  # more rows than one statement takes
    now = clock.now()
    for name, age in (("evt_older", 90 * DAY), ("evt_old", 61 * DAY), ("evt_month", 31 * DAY), ("evt_new", HOUR)):
        ProviderEvent.objects.create(
            event_id=name, type="x", object_id="pi", received_at=now - age, handled_at=now - age
        )
    ProviderEvent.objects.create(event_id="evt_open", type="x", object_id="pi", received_at=now - 99 * DAY)
    assert forget_old_rows() == 2
    kept = set(ProviderEvent.objects.values_list("event_id", flat=True))
    assert kept == {"evt_month", "evt_new", "evt_open"}  # what nobody has handled is never forgotten


def test_answers_under_keys_go_after_a_week(in_aurora: Brand) -> None:
    variant = make_variant(stock=2)
    for age in (8 * DAY, 6 * DAY):
        request = HoldRequest(new_viewer(), variant.pk, key=uuid7(), body_hash=b"x")
        reserve_batch(requests=[request])
        HoldKey.objects.filter(viewer_key=request.viewer.key).update(at=clock.now() - age)
    assert forget_old_rows() == 1
    assert HoldKey.objects.count() == 1


def test_sent_mails_go_and_those_given_up_stay(shop: Brand) -> None:
    order, now = make_paid_order(), clock.now()
    for key, sent in (("old", now - 91 * DAY), ("new", now - 89 * DAY), ("given up", None)):
        OrderMail.objects.create(key=key, template="order_paid", order=order, data={}, sent_at=sent, due_at=None)
    assert forget_old_rows() == 1
    assert set(OrderMail.objects.values_list("key", flat=True)) == {"new", "given up"}


def test_expired_sessions_go(db: None) -> None:
    with public_context():
        for key, ends in (("over", -HOUR), ("open", HOUR)):
            Session.objects.create(session_key=key, session_data="x", expire_date=clock.now() + ends)
        forget_sessions.apply().get()
        assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]


def test_beat_forgets_once_a_day() -> None:
    for name in ("forgetting", "sessions"):
        assert settings.CELERY_BEAT_SCHEDULE[name]["schedule"] == DAY.total_seconds()
