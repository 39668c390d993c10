"""Dates, addresses, lobbies, reminders, posters."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from PIL import Image

from kernel import clock
from kernel.errors import InvalidInput
from kernel.eventlog.models import EventRecord
from kernel.redis import client
from streams.errors import PosterUnreadable, SlugTaken, StartInThePast, TimeZoneUnknown, TransitionRefused
from streams.models import Interest, Show, ShowStatus
from streams.services.details import update_show
from streams.services.posters import set_poster
from streams.services.reminders import request_reminder, send_reminders
from streams.services.schedule import create_show, open_due_lobbies, reschedule_show, schedule_show
from tenants.models import Brand
from tests.factories.streams import ACTOR, make_live_show, make_lobby, make_scheduled_show, make_show
from tests.media.stage import free_port


def picture(size: tuple[int, int] = (64, 80), kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", size, "#843a47").save(target, kind, exif=exif)
    return target.getvalue()


def test_addresses_are_made_from_titles_and_never_twice(in_aurora: Brand) -> None:
    assert [make_show(title="The evening ritual").slug for _ in range(3)] == [
        "the-evening-ritual", "the-evening-ritual-2", "the-evening-ritual-3",
    ]  # fmt: skip
    assert make_show(title="夜").slug == "show"
    with pytest.raises(SlugTaken) as refusal:
        make_show(title="Another", slug="the-evening-ritual")
    assert refusal.value.data["suggestion"] == "the-evening-ritual-4"
    with pytest.raises(InvalidInput):
        make_show(title="Another", slug="No such/address")


def test_a_start_must_lie_ahead(in_aurora: Brand) -> None:
    with pytest.raises(StartInThePast):
        schedule_show(show_id=make_show(starts_in=-5).pk, actor=ACTOR)
    show = make_scheduled_show()
    with pytest.raises(StartInThePast):
        reschedule_show(show_id=show.pk, starts_at=clock.now() - dt.timedelta(hours=1), actor=ACTOR)
    with pytest.raises(TimeZoneUnknown):
        create_show(title="Nowhere", time_zone="Mars/Olympus", actor=ACTOR)


def test_the_same_date_again_tells_nothing(in_aurora: Brand) -> None:
    show = make_scheduled_show()
    assert show.starts_at is not None
    reschedule_show(show_id=show.pk, starts_at=show.starts_at, actor=ACTOR)
    assert not EventRecord.objects.filter(type="show.rescheduled").exists()


def test_putting_off_closes_a_lobby_that_would_stand_open_for_days(in_aurora: Brand) -> None:
    show = make_lobby()
    assert show.starts_at is not None
    later = reschedule_show(show_id=show.pk, starts_at=show.starts_at + dt.timedelta(days=2), actor=ACTOR)
    assert later.status == ShowStatus.SCHEDULED
    live, _ = make_live_show(title="On")
    with pytest.raises(TransitionRefused):
        reschedule_show(show_id=live.pk, starts_at=clock.now() + dt.timedelta(days=1), actor=ACTOR)


def test_lobbies_open_at_their_time(in_aurora: Brand) -> None:
    due = make_scheduled_show(title="Soon", starts_in=14 * 60)
    far = make_scheduled_show(title="Later", starts_in=16 * 60)
    own = make_scheduled_show(title="Early", starts_in=55 * 60, lobby_minutes=60)
    assert open_due_lobbies() == 2
    assert open_due_lobbies() == 0
    states = dict(Show.objects.values_list("pk", "status"))
    assert (states[due.pk], states[far.pk], states[own.pk]) == ("lobby", "scheduled", "lobby")


def test_one_reminder_is_written_ten_minutes_before(in_aurora: Brand) -> None:
    show = make_scheduled_show(title="Soon & <sharp>", starts_in=9 * 60)
    far = make_scheduled_show(title="Later", starts_in=30 * 60)
    for each in (show, far):
        request_reminder(show_id=each.pk, email="ines@example.org", actor="viewer")
    assert (send_reminders(), send_reminders()) == (1, 0)
    (message,) = mail.outbox
    assert message.to == ["ines@example.org"]
    assert message.subject == "Soon & <sharp> starts soon"
    assert f"/live/{show.slug}/" in message.body
    assert show.local_start is not None
    assert show.local_start.strftime("%H:%M") in message.body


def test_a_mail_that_failed_is_written_again_under_its_name(in_aurora: Brand, settings: Any) -> None:
    """Once by a mail server that is away, and once by a worker that was killed before it could note that it wrote."""
    show = make_scheduled_show(starts_in=9 * 60)
    interest = request_reminder(show_id=show.pk, email="ines@example.org", actor="viewer")
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT = free_port()
    assert send_reminders() == 0
    settings.EMAIL_BACKEND = works
    assert send_reminders() == 0, "its claim is not over"
    release_claims()
    assert send_reminders() == 1
    Interest.objects.update(sent_at=None)
    release_claims()
    assert send_reminders() == 1
    names = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert names == [f"<{interest.public_id}@aurora.localhost>"] * 2
    release_claims()
    assert send_reminders() == 0
    assert [record.data["count"] for record in EventRecord.objects.filter(type="reminder.sent")] == [1, 1]


def release_claims() -> None:
    """Let two minutes go by."""
    for key in client().scan_iter("vitrine:reminder:*"):
        assert 0 < client().ttl(key) <= 120
        client().delete(key)


def test_a_poster_is_one_plain_jpeg(in_aurora: Brand, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    show = make_show()
    set_poster(show_id=show.pk, data=picture((2400, 3000)), actor=ACTOR)
    stored = tmp_path / in_aurora.schema_name / Show.objects.get(pk=show.pk).poster
    with Image.open(stored) as image:
        assert (image.format, max(image.size), len(image.getexif())) == ("JPEG", 1600, 0)
    set_poster(show_id=show.pk, data=picture((2400, 3000)), actor=ACTOR)
    assert EventRecord.objects.filter(type="show.updated").count() == 1


@pytest.mark.parametrize("data", [b"", b"<svg onload='x'/>", b"GIF89a", picture()[:40], b"x" * (10 * 1024 * 1024 + 1)])
def test_what_is_no_picture_is_refused(in_aurora: Brand, data: bytes) -> None:
    show = make_show()
    with pytest.raises(PosterUnreadable):
        set_poster(show_id=show.pk, data=data, actor=ACTOR)
    assert Show.objects.get(pk=show.pk).poster == ""


def test_the_database_refuses_what_services_would(in_aurora: Brand) -> None:
    show = make_show()
    for wrong in ({"status": "paused"}, {"status": "live"}, {"duration_minutes": 1}, {"reconnect_seconds": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Show.objects.filter(pk=show.pk).update(**wrong)
    update_show(show_id=show.pk, actor=ACTOR, title="Same")
    update_show(show_id=show.pk, actor=ACTOR, title="Same")
    assert EventRecord.objects.filter(type="show.updated").count() == 1
