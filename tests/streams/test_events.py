"""Each event of the app round-trips its schema, and what the services append is what they declare."""

import datetime as dt
import uuid
from typing import Any

import jsonschema
import pytest
from django.db import transaction
from pydantic import ValidationError

from kernel import clock
from kernel.eventlog.models import EventRecord
from kernel.eventlog.schema import Audience, Event, event_class, json_schema, registered
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import SHOP_TOPIC, append, read_log, show_topic
from streams import events
from streams.events import AudienceCounted, ProductUnpinned
from streams.models import Show
from streams.services.audience import Visit, close_audiences, count_audience, record_visits
from streams.services.cues import add_cue, change_cue, remove_cue
from streams.services.details import replace_link, set_visibility, update_show
from streams.services.ingest import lose_broadcast, open_broadcast
from streams.services.line_up import Place, set_line_up
from streams.services.on_air import end_show
from streams.services.reminders import request_reminder, send_reminders
from streams.services.run_of_show import fire_cue, pin_product, skip_cue, unpin_product
from streams.services.schedule import cancel_show, reschedule_show, schedule_show, withdraw_show
from tenants.models import Brand
from tests.factories.catalog import make_variant
from tests.factories.streams import ACTOR, finish, make_key, make_live_show, make_lobby, make_scheduled_show, make_show

OURS = [event for event in registered() if event.__module__ == events.__name__]
FOR_ALL = {
    "show.scheduled", "show.updated", "show.rescheduled", "show.lobby_opened", "show.started", "show.ended",
    "show.cancelled",
    "product.pinned", "product.unpinned", "lineup.changed", "broadcast.lost", "broadcast.resumed",
    "playlist.ready", "replay.published", "audience.counted",
}  # fmt: skip


def live_through_everything() -> None:
    """Every event of the app happens at least once, by its service."""
    draft = make_show(title="Put off", starts_in=300)
    schedule_show(show_id=draft.pk, actor=ACTOR)
    request_reminder(show_id=draft.pk, email="a@example.org", actor=ACTOR)
    assert draft.starts_at is not None
    send_reminders()
    reschedule_show(show_id=draft.pk, starts_at=draft.starts_at + dt.timedelta(days=1), actor=ACTOR)
    withdraw_show(show_id=draft.pk, actor=ACTOR)
    cancel_show(show_id=draft.pk, actor=ACTOR)
    show, broadcast = make_live_show(title="Aired")
    update_show(show_id=show.pk, actor=ACTOR, subtitle="All of it")
    set_visibility(show_id=show.pk, visibility="private", actor=ACTOR)
    replace_link(show_id=show.pk, actor=ACTOR)
    variant = make_variant()
    set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    pin_product(show_id=show.pk, variant_id=variant.pk, actor=ACTOR)
    unpin_product(show_id=show.pk, actor=ACTOR)
    cues = [add_cue(show_id=show.pk, kind="talk", title=title, actor=ACTOR) for title in ("a", "b", "c")]
    change_cue(show_id=show.pk, cue_id=cues[0].pk, actor=ACTOR, title="A")
    fire_cue(show_id=show.pk, cue_id=cues[0].pk, actor=ACTOR)
    skip_cue(show_id=show.pk, cue_id=cues[1].pk, actor=ACTOR)
    remove_cue(show_id=show.pk, cue_id=cues[2].pk, actor=ACTOR)
    count_audience(show_id=show.pk, viewers=12)
    record_visits(show_id=show.pk, process="web-1", visits=[Visit(uuid.uuid4(), "vwr_a", clock.now(), None)])
    lose_broadcast(broadcast_id=broadcast.pk, session="session-1")
    open_broadcast(key=make_key(show), session="session-2")
    end_show(show_id=show.pk, actor=ACTOR)
    finish(broadcast)
    long_ago = clock.now() - dt.timedelta(minutes=1)
    Show.objects.filter(pk=show.pk).update(started_at=long_ago, ended_at=long_ago)
    close_audiences()


def test_every_event_happens_and_round_trips_its_schema(in_aurora: Brand) -> None:
    live_through_everything()
    order_pending(1000)
    records = read_log(after=0, limit=1000)
    seen: set[type[Event]] = set()
    for record in records:
        event = record.event()
        assert event.model_dump(mode="json") == record.data
        jsonschema.validate(record.data, dict(json_schema(type(event))))
        seen.add(type(event))
    assert {event.type for event in OURS} - {event.type for event in seen} == set()


def test_viewers_get_what_the_features_say() -> None:
    assert {event.type for event in OURS if event.audience == Audience.ALL} == FOR_ALL


def test_no_address_of_a_person_is_in_the_log(in_aurora: Brand) -> None:
    show = make_scheduled_show(starts_in=300)
    request_reminder(show_id=show.pk, email="ines@example.org", actor="viewer")
    send_reminders()
    assert not [data for data in EventRecord.objects.values_list("data", flat=True) if "example.org" in str(data)]


@pytest.mark.parametrize("event", OURS, ids=lambda event: event.type)
def test_unknown_fields_are_refused(event: type[Event]) -> None:
    assert event_class(event.type, event.version) is event
    nonsense: dict[str, Any] = {"there_is_no_such_field": 1}
    with pytest.raises(ValidationError) as refusal:
        event.model_validate(nonsense)
    assert any(fault["type"] == "extra_forbidden" for fault in refusal.value.errors())


def test_media_time_counts_from_the_first_picture(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    variant = make_variant()
    set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    pin_product(show_id=show.pk, variant_id=variant.pk, actor=ACTOR)
    pinned = EventRecord.objects.get(type="product.pinned")
    show.refresh_from_db()
    assert pinned.media_time == show.media_time_at(pinned.at) or abs(pinned.media_time - 2) < 1  # type: ignore[operator]
    assert EventRecord.objects.get(type="show.lobby_opened").media_time is None


def test_what_belongs_on_the_picture_carries_media_time_whoever_tells_it(in_aurora: Brand) -> None:
    """Drops and polls are told by apps that know no pictures; stock is shown at once and needs no place."""
    show, _ = make_live_show()
    other = make_lobby(slug="other")
    with transaction.atomic():
        for topic in (show_topic(show.pk), show_topic(other.pk), show_topic(uuid.uuid4()), SHOP_TOPIC):
            append(ProductUnpinned(show_id="shw_1", variant_id="var_1"), topic=topic)
        append(AudienceCounted(show_id="shw_1", viewers=1, peak=1), topic=show_topic(show.pk))
    told = list(EventRecord.objects.order_by("id"))[-5:]
    assert told[0].media_time == show.media_time_at(told[0].at)
    assert [record.media_time for record in told[1:]] == [None] * 4
