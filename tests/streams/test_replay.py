"""The join of recording and log: seconds, chapters, moments."""

import datetime as dt
from typing import ClassVar

import pytest

import chat.events  # noqa: F401 - its messages are among the moments
from kernel.eventlog.models import EventRecord
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import show_topic
from streams.media_clock import media_seconds
from streams.models import Recording, Show
from streams.selectors import moments, replay_facts
from streams.services.cues import add_cue
from streams.services.line_up import Place, set_line_up
from streams.services.on_air import end_show
from streams.services.run_of_show import fire_cue, pin_product
from tenants.models import Brand
from tests.factories.catalog import make_variant
from tests.factories.streams import ACTOR, finish, make_live_show

T0 = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)


class TestMediaSeconds:
    """Two epochs: 100 s of picture, 20 s of nothing, 50 s of picture."""

    epochs: ClassVar = [
        {"starts_at": 0.0, "duration": 100.0, "utc": T0.timestamp()},
        {"starts_at": 100.0, "duration": 50.0, "utc": T0.timestamp() + 120},
    ]

    @pytest.mark.parametrize(
        ("after", "expected"),
        [(-5, 0), (0, 0), (42.5, 42.5), (100, 100), (110, 100), (120, 100), (130, 110), (170, 150), (900, 150)],
    )
    def test_a_moment_in_the_gap_lies_at_the_seam(self, after: float, expected: float) -> None:
        assert media_seconds(self.epochs, T0 + dt.timedelta(seconds=after)) == expected

    def test_time_never_runs_backwards(self) -> None:
        seconds = [media_seconds(self.epochs, T0 + dt.timedelta(seconds=step)) for step in range(-10, 200)]
        assert seconds == sorted(seconds)


@pytest.fixture
def replay(in_aurora: Brand) -> Recording:
    """A show with a pin and two cues, ended and published; events lie 10 s apart."""
    show, broadcast = make_live_show()
    variant = make_variant()
    set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    cues = [add_cue(show_id=show.pk, kind="talk", title=title, actor=ACTOR) for title in ("Hello", "Thanks")]
    fire_cue(show_id=show.pk, cue_id=cues[0].pk, actor=ACTOR)
    pin_product(show_id=show.pk, variant_id=variant.pk, actor=ACTOR)
    fire_cue(show_id=show.pk, cue_id=cues[1].pk, actor=ACTOR)
    show = end_show(show_id=show.pk, actor=ACTOR)
    finish(broadcast)
    order_pending(500)
    return Recording.objects.select_related("show").get()


def test_the_test_picture_before_the_show_is_cut_off(replay: Recording) -> None:
    """The first picture came two seconds before the host said go."""
    assert replay.starts_at == pytest.approx(2, abs=0.5)
    facts = replay_facts(replay.show_id, replay)
    assert facts.duration == int(replay.duration - replay.starts_at)


def test_moments_are_what_viewers_saw_in_order(replay: Recording) -> None:
    page = moments(replay)
    types = [moment.record.type for moment in page.moments]
    assert types[0] == "show.started"
    assert types[-1] in ("show.ended", "product.pinned", "lineup.changed")
    assert "product.pinned" in types
    assert not {"cue.fired", "broadcast.playable", "show.scheduled", "show.lobby_opened"} & set(types)
    seconds = [moment.second for moment in page.moments]
    assert seconds == sorted(seconds)
    assert page.next_after is None


def test_moments_name_nobody_who_bought(replay: Recording) -> None:
    """The last piece of a drop is told with the buyer as its actor; rooms leave it out, and so does this."""
    EventRecord.objects.filter(type="product.pinned").update(actor="viewer:vwr_somebody")
    assert {moment.as_json()["actor"] for moment in moments(replay).moments} == {""}


def test_moments_come_in_pages_without_a_gap(replay: Recording) -> None:
    whole = [moment.record.event_id for moment in moments(replay).moments]
    found, after = [], 0
    while True:
        page = moments(replay, after=after, limit=2)
        found += [moment.record.event_id for moment in page.moments]
        if page.next_after is None:
            break
        after = page.next_after
    assert found == whole


def test_a_message_that_was_removed_is_not_said_again(replay: Recording) -> None:
    topic = show_topic(replay.show_id)
    started = Show.objects.get(pk=replay.show_id).started_at
    assert started is not None
    for type_, data in (
        ("message.posted", {"message_id": "msg_rude"}),
        ("message.posted", {"message_id": "msg_kind"}),
        ("message.removed", {"message_id": "msg_rude"}),
    ):
        EventRecord.objects.create(topic=topic, type=type_, version=1, data=data, at=started)
    order_pending()
    said = [
        moment.record.data["message_id"] for moment in moments(replay).moments if moment.record.type == "message.posted"
    ]
    assert said == ["msg_kind"]


def test_a_message_that_was_edited_reads_as_it_does_now(replay: Recording) -> None:
    """Also when it was edited after the show."""
    topic = show_topic(replay.show_id)
    show = Show.objects.get(pk=replay.show_id)
    assert show.started_at is not None
    assert show.ended_at is not None
    for type_, data, at in (
        ("message.posted", {"message_id": "msg_1", "text": "call 0170 1234567"}, show.started_at),
        ("message.edited", {"message_id": "msg_1", "text": "(a number)"}, show.started_at),
        ("message.edited", {"message_id": "msg_1", "text": "(removed)"}, show.ended_at + dt.timedelta(days=1)),
    ):
        EventRecord.objects.create(topic=topic, type=type_, version=1, data=data, at=at)
    order_pending()
    records = [moment.record for moment in moments(replay).moments if moment.record.type.startswith("message.")]
    assert [(record.type, record.data["text"]) for record in records] == [("message.posted", "(removed)")]
