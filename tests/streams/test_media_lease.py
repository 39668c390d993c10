"""The engine's lease: one holder at a time, and a late one writes nothing."""

import datetime as dt
import threading
import uuid
from pathlib import Path

import pytest
from django.db import connections

from kernel import clock
from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context
from streams.errors import LeaseLost
from streams.media.engine import Standing
from streams.media.health import Health, SignalState
from streams.models import Broadcast, BroadcastStatus, Recording, Show, ShowStatus
from streams.services import media_lease
from streams.services.media_lease import DatabaseLeaseStore, make_playable, report_health, take_lease
from streams.services.on_air import end_show, go_live
from streams.tasks import media
from tenants.models import Brand
from tests.factories.streams import (
    ACTOR,
    finish,
    make_broadcast,
    make_live_show,
    make_lobby,
    make_scheduled_show,
    manifest_of,
    take,
)

ACTIVE = Health(SignalState.ACTIVE, epoch="e0001", segments=4, fps=30.0)
SILENT = Health(SignalState.DISCONNECTED, "no_publisher")


def expire(broadcast: Broadcast) -> None:
    Broadcast.objects.filter(pk=broadcast.pk).update(lease_expires_at=clock.now() - dt.timedelta(seconds=1))


@pytest.fixture
def broadcast(in_aurora: Brand) -> Broadcast:
    return make_broadcast(make_scheduled_show(), playable=False)


def test_a_held_broadcast_is_not_given_out(broadcast: Broadcast) -> None:
    assert take(broadcast, holder="one") == 1
    assert take_lease(broadcast_id=broadcast.pk, holder="two", seconds=15) is None
    assert take_lease(broadcast_id=broadcast.pk, holder="one", seconds=15) is None


def test_of_many_takers_at_once_one_wins(live_brands: dict[str, Brand]) -> None:
    aurora = live_brands["aurora"]
    with brand_context(aurora):
        broadcast = make_broadcast(make_scheduled_show(), playable=False)
    won: list[int] = []
    gate = threading.Barrier(6)

    def taker(number: int) -> None:
        gate.wait()
        try:
            with brand_context(aurora):
                taken = take_lease(broadcast_id=broadcast.pk, holder=f"engine-{number}", seconds=15)
            if taken:
                won.append(taken[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=taker, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [1]


def test_a_holder_that_slept_past_its_lease_writes_nothing(broadcast: Broadcast) -> None:
    """Two holders: the first wakes up after the second took over."""
    first = take(broadcast, holder="sleeper")
    expire(broadcast)
    second = take(broadcast, holder="heir")
    assert second == first + 1
    assert media_lease.renew_lease(broadcast_id=broadcast.pk, generation=first, seconds=15) == Standing.LOST
    assert report_health(broadcast_id=broadcast.pk, generation=first, health=ACTIVE) == Standing.LOST
    media_lease.release_lease(broadcast_id=broadcast.pk, generation=first)
    with pytest.raises(LeaseLost):
        make_playable(broadcast_id=broadcast.pk, generation=first, media_started_at=clock.now())
    with pytest.raises(LeaseLost):
        media_lease.finish_broadcast(broadcast_id=broadcast.pk, generation=first, manifest=manifest_of(broadcast))
    after = Broadcast.objects.get(pk=broadcast.pk)
    assert (after.holder, after.generation, after.health) == ("heir", second, {})
    assert after.playable_at is None
    assert not Recording.objects.exists()
    assert media_lease.renew_lease(broadcast_id=broadcast.pk, generation=second, seconds=15) == Standing.HELD


def test_an_expired_lease_that_nobody_took_may_be_renewed(broadcast: Broadcast) -> None:
    generation = take(broadcast)
    expire(broadcast)
    assert media_lease.renew_lease(broadcast_id=broadcast.pk, generation=generation, seconds=15) == Standing.HELD
    assert take_lease(broadcast_id=broadcast.pk, holder="two", seconds=15) is None


def test_giving_back_lets_the_next_one_take_at_once(broadcast: Broadcast) -> None:
    while media.next_note():
        pass
    generation = take(broadcast, holder="one")
    media_lease.release_lease(broadcast_id=broadcast.pk, generation=generation)
    note = media.next_note()
    assert note is not None
    assert note[1] == str(broadcast.pk)
    assert take(broadcast, holder="two") == generation + 1


def test_the_first_picture_is_told_once(in_aurora: Brand) -> None:
    show = make_lobby()
    broadcast = make_broadcast(show)
    make_playable(broadcast_id=broadcast.pk, generation=broadcast.generation, media_started_at=clock.now())
    assert EventRecord.objects.filter(type="broadcast.playable").count() == 1
    assert Broadcast.objects.get(pk=broadcast.pk).status == BroadcastStatus.ACTIVE


def test_silence_is_noted_from_its_first_report_on(broadcast: Broadcast) -> None:
    generation = take(broadcast)
    report_health(broadcast_id=broadcast.pk, generation=generation, health=SILENT)
    since = Broadcast.objects.get(pk=broadcast.pk).silent_since
    assert since is not None
    report_health(broadcast_id=broadcast.pk, generation=generation, health=SILENT)
    assert Broadcast.objects.get(pk=broadcast.pk).silent_since == since
    report_health(broadcast_id=broadcast.pk, generation=generation, health=ACTIVE)
    after = Broadcast.objects.get(pk=broadcast.pk)
    assert (after.silent_since, after.health["state"]) == (None, "active")


def test_the_end_of_the_show_reaches_the_holder_and_becomes_the_replay(in_aurora: Brand) -> None:
    show, broadcast = make_live_show()
    end_show(show_id=show.pk, actor=ACTOR)
    standing = report_health(broadcast_id=broadcast.pk, generation=broadcast.generation, health=ACTIVE)
    assert standing == Standing.CLOSED
    finish(broadcast)
    finish(broadcast)  # the engine died after its report and says it again
    assert Show.objects.get(pk=show.pk).status == ShowStatus.REPLAY
    recording = Recording.objects.get(show=show)
    assert recording.published_at is not None
    types = list(EventRecord.objects.order_by("id").values_list("type", flat=True))
    assert types[-2:] == ["recording.ready", "replay.published"]
    assert types.count("replay.published") == 1


def test_a_show_of_which_nothing_was_recorded_stays_ended(in_aurora: Brand) -> None:
    show, broadcast = make_live_show()
    end_show(show_id=show.pk, actor=ACTOR)
    finish(broadcast, duration=0)
    assert Show.objects.get(pk=show.pk).status == ShowStatus.ENDED


def test_a_test_picture_before_the_show_is_not_its_replay(in_aurora: Brand) -> None:
    from streams.services.ingest import lose_broadcast, open_broadcast, sweep_broadcasts
    from tests.factories.streams import make_key

    show = make_lobby()
    trial = make_broadcast(show)
    lose_broadcast(broadcast_id=trial.pk, session="session-1")
    Broadcast.objects.filter(pk=trial.pk).update(lost_at=clock.now() - dt.timedelta(minutes=5))
    sweep_broadcasts()
    finish(trial)
    real = open_broadcast(key=make_key(show), session="two")
    generation = take(real)
    make_playable(broadcast_id=real.pk, generation=generation, media_started_at=clock.now())
    go_live(show_id=show.pk, actor=ACTOR)
    end_show(show_id=show.pk, actor=ACTOR)
    finish(real)
    published = Recording.objects.get(published_at__isnull=False)
    assert published.broadcast_id == real.pk


def test_the_store_finds_its_brand_by_the_note(live_brands: dict[str, Brand], tmp_path: Path) -> None:
    """Two brands with a broadcast of the same id: each lease is its own brand's."""
    while media.next_note():
        pass
    key = uuid.UUID("01900000-0000-7000-8000-00000000b001")
    for brand in live_brands.values():
        with brand_context(brand):
            show = make_scheduled_show()
            Broadcast.objects.create(pk=key, show=show, session="one", sessions=["one"])
    with brand_context(live_brands["fjord"]):
        media.write_note(str(key))
    store = DatabaseLeaseStore(tmp_path)
    lease = store.take_next(holder="engine", seconds=15)
    assert lease is not None
    assert (lease.schema, lease.broadcast_id) == (live_brands["fjord"].schema_name, str(key))
    assert store.take_next(holder="engine", seconds=15) is None
    assert store.report_health(lease, ACTIVE) == Standing.HELD
    store.release(lease)
    with brand_context(live_brands["aurora"]):
        assert Broadcast.objects.get(pk=key).generation == 0
    with brand_context(live_brands["fjord"]):
        assert Broadcast.objects.get(pk=key).health["state"] == "active"
