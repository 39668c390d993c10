"""Publishers come and go in every order; the broadcast, the window and the show follow."""

import datetime as dt
import itertools

import pytest

from kernel import clock
from kernel.eventlog.models import EventRecord
from kernel.eventlog.store import show_topic
from streams.errors import NoPicture, SessionOver
from streams.models import Broadcast, BroadcastStatus, Show, ShowStatus
from streams.services.ingest import lose_broadcast, open_broadcast, sweep_broadcasts
from streams.services.on_air import end_show, go_live
from streams.services.schedule import cancel_show
from streams.tasks import media
from tenants.models import Brand
from tests.factories.streams import ACTOR, make_broadcast, make_key, make_live_show, make_lobby, make_scheduled_show


def told(show: Show) -> list[str]:
    """Types of the events of a show, as they were appended."""
    return list(EventRecord.objects.filter(topic=show_topic(show.pk)).order_by("id").values_list("type", flat=True))


def status_of(broadcast: Broadcast) -> str:
    return Broadcast.objects.get(pk=broadcast.pk).status


def let_time_pass(broadcast: Broadcast, seconds: float) -> None:
    Broadcast.objects.filter(pk=broadcast.pk).update(lost_at=clock.now() - dt.timedelta(seconds=seconds))


def test_the_same_call_again_changes_nothing(in_aurora: Brand) -> None:
    show = make_scheduled_show()
    key = make_key(show)
    first, second = (open_broadcast(key=key, session="one") for _ in range(2))
    assert first.pk == second.pk
    assert told(show).count("broadcast.opened") == 1


def test_the_newest_publisher_wins_in_the_same_broadcast(in_aurora: Brand) -> None:
    show = make_scheduled_show()
    key = make_key(show)
    first = open_broadcast(key=key, session="one")
    second = open_broadcast(key=key, session="two")
    assert first.pk == second.pk
    lose_broadcast(broadcast_id=first.pk, session="one")  # the replaced one leaves
    assert status_of(first) == BroadcastStatus.OPENED
    with pytest.raises(SessionOver):  # its call again, late
        open_broadcast(key=key, session="one")
    assert Broadcast.objects.get(pk=first.pk).session == "two"
    assert "broadcast.lost" not in told(show)


def test_the_test_picture_of_a_show_that_is_called_off_ends_and_is_told(in_aurora: Brand) -> None:
    show = make_lobby()
    broadcast = make_broadcast(show)
    cancel_show(show_id=show.pk, actor=ACTOR)
    assert status_of(broadcast) == BroadcastStatus.CLOSED
    assert told(show)[-2:] == ["show.cancelled", "broadcast.closed"]


def test_back_inside_the_window_is_the_same_broadcast(in_aurora: Brand) -> None:
    show, broadcast = make_live_show(reconnect_seconds=60)
    key = make_key(show)
    lose_broadcast(broadcast_id=broadcast.pk, session="session-1")
    let_time_pass(broadcast, 59)
    sweep_broadcasts()
    assert status_of(broadcast) == BroadcastStatus.LOST
    assert open_broadcast(key=key, session="two").pk == broadcast.pk
    assert status_of(broadcast) == BroadcastStatus.ACTIVE
    assert told(show)[-2:] == ["broadcast.lost", "broadcast.resumed"]
    assert Show.objects.get(pk=show.pk).status == ShowStatus.LIVE


def test_beyond_the_window_the_show_ends(in_aurora: Brand) -> None:
    show, broadcast = make_live_show(reconnect_seconds=60)
    lose_broadcast(broadcast_id=broadcast.pk, session="session-1")
    let_time_pass(broadcast, 61)
    sweep_broadcasts()
    sweep_broadcasts()
    assert status_of(broadcast) == BroadcastStatus.CLOSED
    assert Show.objects.get(pk=show.pk).status == ShowStatus.ENDED
    assert told(show)[-3:] == ["broadcast.lost", "show.ended", "broadcast.closed"]


def test_a_test_picture_that_stays_away_closes_and_another_opens(in_aurora: Brand) -> None:
    show = make_lobby()
    key = make_key(show)
    first = open_broadcast(key=key, session="one")
    lose_broadcast(broadcast_id=first.pk, session="one")
    let_time_pass(first, 61)
    sweep_broadcasts()
    assert Show.objects.get(pk=show.pk).status == ShowStatus.LOBBY
    with pytest.raises(SessionOver):
        open_broadcast(key=key, session="one")
    assert open_broadcast(key=key, session="two").pk != first.pk


def test_a_publisher_that_vanished_without_a_word_is_found_by_the_engines_silence(in_aurora: Brand) -> None:
    show, broadcast = make_live_show()
    Broadcast.objects.filter(pk=broadcast.pk).update(silent_since=clock.now() - dt.timedelta(seconds=5))
    sweep_broadcasts()
    assert status_of(broadcast) == BroadcastStatus.ACTIVE
    Broadcast.objects.filter(pk=broadcast.pk).update(silent_since=clock.now() - dt.timedelta(seconds=11))
    sweep_broadcasts()
    assert status_of(broadcast) == BroadcastStatus.LOST
    assert told(show)[-1] == "broadcast.lost"


# What the gate may send of two publishers that follow one another, each word up to twice. It asks
# in order for one key; answers of leaving may come at any time after.
WORDS = ("in 1", "in 2", "out 1", "out 1", "in 1")
ORDERS = [order for order in sorted(set(itertools.permutations(WORDS))) if order.index("in 1") < order.index("in 2")]


@pytest.mark.parametrize("order", ORDERS)
def test_words_in_any_order_leave_the_second_publisher_on_air(in_aurora: Brand, order: tuple[str, ...]) -> None:
    """The second came after the first's first word, so the broadcast ends with it in, once."""
    show = make_scheduled_show()
    key = make_key(show)
    broadcast = open_broadcast(key=key, session="zero")
    for word in order:
        kind, session = word.split()
        try:
            if kind == "in":
                open_broadcast(key=key, session=session)
            else:
                lose_broadcast(broadcast_id=broadcast.pk, session=session)
        except SessionOver:
            continue
    after = Broadcast.objects.get(pk=broadcast.pk)
    assert (after.session, after.status) == ("2", BroadcastStatus.OPENED)
    assert Broadcast.objects.filter(show=show).count() == 1


def test_going_live_takes_both_words(in_aurora: Brand) -> None:
    show = make_lobby()
    with pytest.raises(NoPicture):
        go_live(show_id=show.pk, actor=ACTOR)
    broadcast = make_broadcast(show)
    assert Show.objects.get(pk=show.pk).status == ShowStatus.LOBBY  # the picture alone airs nothing
    go_live(show_id=show.pk, actor=ACTOR)
    go_live(show_id=show.pk, actor=ACTOR)
    assert told(show)[-2:] == ["show.started", "playlist.ready"]
    assert Broadcast.objects.get(pk=broadcast.pk).aired_at is not None


def test_ending_closes_the_broadcast_once(in_aurora: Brand) -> None:
    show, broadcast = make_live_show()
    end_show(show_id=show.pk, actor=ACTOR)
    end_show(show_id=show.pk, actor=ACTOR)
    assert status_of(broadcast) == BroadcastStatus.CLOSED
    assert told(show).count("show.ended") == 1
    lose_broadcast(broadcast_id=broadcast.pk, session="session-1")  # the encoder stops after the show
    assert status_of(broadcast) == BroadcastStatus.CLOSED


def test_the_sweep_hands_over_what_nobody_took(in_aurora: Brand) -> None:
    while media.next_note():
        pass
    show = make_scheduled_show()
    broadcast = make_broadcast(show, playable=False)
    sweep_broadcasts()
    sweep_broadcasts()
    assert media.next_note() == (in_aurora.schema_name, str(broadcast.pk))
    assert media.next_note() is None
