"""The media engine's door to the database: leases, health, the first picture, the recording.

Not here: the engine (streams.media). Deadlines are PostgreSQL's; every write names the generation of
the lease it was made under and is refused when another taking came after it.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TypeVar

import redis
import structlog
from django.db import close_old_connections, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from kernel import clock
from kernel.tenancy import brand_context
from streams.errors import LeaseLost
from streams.events import BroadcastPlayable
from streams.media.engine import Lease, Standing
from streams.media.health import Health, SignalState
from streams.media.layout import broadcast_directory
from streams.media.recording import RecordingManifest
from streams.media.timeline import read_timeline
from streams.models import Broadcast, BroadcastStatus, Show
from streams.services.locked import lock_show
from streams.services.replay import store_recording
from streams.services.show_log import broadcast_facts, tell
from streams.states import move_broadcast
from streams.tasks.media import next_note, write_note

ENGINE = "media"
T = TypeVar("T")

log = structlog.get_logger(__name__)


def take_lease(*, broadcast_id: uuid.UUID, holder: str, seconds: float) -> tuple[int, bool] | None:
    """Take a broadcast that nobody holds: (generation, is it closed), None when somebody was faster
    or nothing is left to do. One guarded statement; of two takers one wins."""
    free = Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=Now())
    with transaction.atomic():
        taken = Broadcast.objects.filter(free, pk=broadcast_id, finished_at=None).update(
            holder=holder, generation=F("generation") + 1, lease_expires_at=Now() + dt.timedelta(seconds=seconds)
        )
        if not taken:
            return None
        # Our own update holds the row's lock until the commit.
        generation, status = Broadcast.objects.values_list("generation", "status").get(pk=broadcast_id)
    return generation, status == BroadcastStatus.CLOSED


def held(broadcast_id: uuid.UUID, generation: int) -> QuerySet[Broadcast]:
    """The broadcast, if this generation's lease still counts. An expired lease that nobody else
    took does: its holder may renew it."""
    return Broadcast.objects.filter(pk=broadcast_id, generation=generation).exclude(holder="")


def renew_lease(*, broadcast_id: uuid.UUID, generation: int, seconds: float) -> Standing:
    """Extend the lease by the database's clock."""
    renewed = held(broadcast_id, generation).update(lease_expires_at=Now() + dt.timedelta(seconds=seconds))
    return _standing(broadcast_id) if renewed else Standing.LOST


def release_lease(*, broadcast_id: uuid.UUID, generation: int) -> None:
    """Give it back, and write a note for the next engine unless all is done."""
    released = held(broadcast_id, generation).update(holder="", lease_expires_at=None)
    if released and Broadcast.objects.filter(pk=broadcast_id, finished_at=None).exists():
        write_note(str(broadcast_id))


def report_health(*, broadcast_id: uuid.UUID, generation: int, health: Health) -> Standing:
    """Keep the newest report; note since when no publisher was found."""
    is_silent = health.state == SignalState.DISCONNECTED
    kept = held(broadcast_id, generation).update(
        health=asdict(health), health_at=Now(), silent_since=Coalesce("silent_since", Now()) if is_silent else None
    )
    return _standing(broadcast_id) if kept else Standing.LOST


def make_playable(*, broadcast_id: uuid.UUID, generation: int, media_started_at: dt.datetime) -> None:
    """The playlists can be played. Doing it twice changes nothing. Raises LeaseLost. Locks the show
    and its broadcast."""
    with transaction.atomic():
        show, broadcast = _lock_both(broadcast_id, generation)
        if broadcast.playable_at is not None or broadcast.status == BroadcastStatus.CLOSED:
            return
        broadcast.playable_at, broadcast.started_media_at = clock.now(), media_started_at
        if broadcast.status == BroadcastStatus.OPENED:
            move_broadcast(broadcast, BroadcastStatus.ACTIVE)
        broadcast.save(update_fields=["playable_at", "started_media_at", "status"])
        tell(show, BroadcastPlayable(**broadcast_facts(broadcast)), actor=ENGINE)


def finish_broadcast(*, broadcast_id: uuid.UUID, generation: int, manifest: RecordingManifest) -> None:
    """The recording lies on disk: keep its manifest and publish the replay if the show has ended.
    Doing it twice changes nothing. Raises LeaseLost. Locks the show and its broadcast."""
    with transaction.atomic():
        show, broadcast = _lock_both(broadcast_id, generation)
        if broadcast.finished_at is None:
            broadcast.finished_at = clock.now()
            broadcast.save(update_fields=["finished_at"])
        store_recording(show=show, broadcast=broadcast, manifest=manifest)


def _lock_both(broadcast_id: uuid.UUID, generation: int) -> tuple[Show, Broadcast]:
    show = lock_show(Broadcast.objects.values_list("show_id", flat=True).get(pk=broadcast_id))
    broadcast = held(broadcast_id, generation).select_for_update().first()
    if broadcast is None:
        raise LeaseLost(str(broadcast_id))
    return show, broadcast


def _standing(broadcast_id: uuid.UUID) -> Standing:
    closed = Broadcast.objects.filter(pk=broadcast_id, status=BroadcastStatus.CLOSED).exists()
    return Standing.CLOSED if closed else Standing.HELD


class DatabaseLeaseStore:
    """streams.media.engine.LeaseStore over the brands' schemas."""

    def __init__(self, live_root: Path) -> None:
        self._live_root = live_root

    def take_next(self, *, holder: str, seconds: float) -> Lease | None:
        while True:
            try:
                note = next_note()
            except redis.RedisError as error:
                log.warning("media.list_away", error=str(error))
                return None
            if note is None:
                return None
            schema, broadcast_id = note
            taken = _in_brand(
                schema, partial(take_lease, broadcast_id=uuid.UUID(broadcast_id), holder=holder, seconds=seconds)
            )
            if taken is not None:
                return Lease(schema, broadcast_id, taken[0], is_closed=taken[1])

    def renew(self, lease: Lease, *, seconds: float) -> Standing:
        return _in_brand(
            lease.schema,
            lambda: renew_lease(broadcast_id=_key(lease), generation=lease.generation, seconds=seconds),
        )

    def release(self, lease: Lease) -> None:
        _in_brand(lease.schema, lambda: release_lease(broadcast_id=_key(lease), generation=lease.generation))

    def report_health(self, lease: Lease, health: Health) -> Standing:
        return _in_brand(
            lease.schema,
            lambda: report_health(broadcast_id=_key(lease), generation=lease.generation, health=health),
        )

    def ready(self, lease: Lease) -> None:
        epochs = read_timeline(broadcast_directory(self._live_root, lease.schema, lease.broadcast_id)).epochs
        first = dt.datetime.fromtimestamp(epochs[0].utc_at_zero, dt.UTC) if epochs else clock.now()
        _in_brand(
            lease.schema,
            lambda: make_playable(broadcast_id=_key(lease), generation=lease.generation, media_started_at=first),
        )

    def aired_at(self, lease: Lease) -> float | None:
        aired_at = _in_brand(
            lease.schema, lambda: Broadcast.objects.values_list("aired_at", flat=True).get(pk=_key(lease))
        )
        return aired_at.timestamp() if aired_at else None

    def finished(self, lease: Lease, recording: RecordingManifest) -> None:
        _in_brand(
            lease.schema,
            lambda: finish_broadcast(broadcast_id=_key(lease), generation=lease.generation, manifest=recording),
        )


def _key(lease: Lease) -> uuid.UUID:
    return uuid.UUID(lease.broadcast_id)


def _in_brand(schema: str, call: Callable[[], T]) -> T:
    """On a connection that works, in the brand's schema, given back after."""
    close_old_connections()
    try:
        with brand_context(schema):
            return call()
    finally:
        close_old_connections()
