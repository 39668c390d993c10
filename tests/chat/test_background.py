"""What rooms do by themselves: open with the lobby, ask what a cue holds, count who watches."""

import uuid
from typing import Any

import pytest
from django.db import transaction

from chat import presence
from chat.models import Poll, RoomSettings
from chat.readers import open_poll_of_cue, open_room_with_lobby
from chat.tasks import close_polls, count_audiences
from config.wiring import READERS
from kernel.eventlog.cursors import Reader, drain
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import append, read_topic, show_topic
from kernel.redis import client
from streams.events import CueFired
from tenants.models import Brand
from tests.factories.chat import make_poll
from tests.factories.streams import make_lobby


def reader(handle: Any) -> Reader:
    return next(reader for reader in READERS if reader.handle is handle)


def told(show: Any) -> list[str]:
    order_pending()
    return [record.type for record in read_topic(show_topic(show.pk), after=0)]


def fire(show: Any, **payload: Any) -> None:
    with transaction.atomic():
        event = CueFired(show_id=show.public_id, cue_id="cue_1", kind="poll", title="Ask them", payload=payload)
        append(event, topic=show_topic(show.pk), actor="member:mem_1")
    order_pending()
    drain(reader(open_poll_of_cue))


def test_the_room_opens_with_the_lobby_once(in_aurora: Brand) -> None:
    show = make_lobby()
    order_pending()
    assert drain(reader(open_room_with_lobby)) == 1
    assert told(show).count("room.opened") == 1
    assert RoomSettings.objects.filter(pk=show.pk).exists()


def test_a_poll_cue_asks_the_room(in_aurora: Brand) -> None:
    show = make_lobby()
    fire(show, question="What next?", answers=["Balm", "Cream"], seconds=60)
    poll = Poll.objects.get()
    assert (poll.question, poll.answers, poll.show_id) == ("What next?", ["Balm", "Cream"], show.pk)
    fire(show, question="And then?", answers=["Balm", "Cream"], seconds=60)
    fire(show, question="Broken", answers=["Balm"])
    assert Poll.objects.count() == 1
    assert told(show).count("poll.opened") == 1


@pytest.fixture
def watched(in_aurora: Brand) -> Any:
    """A show with seven viewers on two processes, one of them on both."""
    show = make_lobby()
    names = f"vitrine:presence:b_aurora:{show.pk}"
    client().sadd(names, "web-1", "web-2", "gone")
    client().sadd(f"{names}:web-1", "vwr_1", "vwr_2", "vwr_3")
    client().sadd(f"{names}:web-2", "vwr_3", "vwr_4", "vwr_5", "vwr_6", "vwr_7")
    yield show
    client().delete(names, f"{names}:web-1", f"{names}:web-2")


def test_the_audience_is_everybody_on_living_processes_once(watched: Any) -> None:
    assert presence.audience("b_aurora", watched.pk) == 7
    assert presence.audience("b_aurora", uuid.uuid4()) == 0
    assert presence.audience("b_fjord", watched.pk) == 0
    count_audiences.run()
    count_audiences.run()
    assert told(watched).count("audience.counted") == 1


def test_without_redis_nothing_is_told(watched: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.tasks.audience", lambda schema, show_id: None)
    count_audiences.run()
    assert "audience.counted" not in told(watched)


def test_beat_closes_due_polls(in_aurora: Brand) -> None:
    make_poll(uuid.uuid4(), seconds=30)
    Poll.objects.update(closes_at="2026-01-01T00:00:00Z")
    close_polls.run()
    assert Poll.objects.get().status == "closed"
