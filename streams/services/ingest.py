"""The encoder's side: it comes in, it leaves, it comes back inside its window, or not.

Not here: the hook's signature (views/ingest) and the engine that pulls the picture (media_lease).
"""

import datetime as dt
import uuid

import structlog
from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Now

from kernel import clock
from kernel.tasks import send_on_commit
from streams.errors import BroadcastUnknown, SessionOver, ShowCancelled, ShowOver
from streams.events import BroadcastLost, BroadcastOpened, BroadcastResumed
from streams.models import Broadcast, BroadcastStatus, Show, ShowStatus
from streams.services.closing import close_locked_broadcast
from streams.services.locked import lock_open_broadcast, lock_show
from streams.services.on_air import end_locked_show
from streams.services.show_log import broadcast_facts, tell
from streams.services.stream_keys import check_key
from streams.states import move_broadcast
from streams.tasks.media import hand_over_broadcast, write_note

ENCODER = "encoder"
# The gate says when a publisher leaves. When its word was lost, the engine's silence speaks.
GHOST_SECONDS = 10
REMEMBERED_SESSIONS = 100

log = structlog.get_logger(__name__)


def open_broadcast(*, key: str, session: str) -> Broadcast:
    """Let a publisher in: open the show's broadcast, or go on with the one that is open. The newest
    publisher wins; the same call again changes nothing.

    Raises StreamKeyInvalid, StreamKeyRotated, ShowOver, ShowCancelled, SessionOver (a late repeat
    of somebody who left). Locks the show and its broadcast.
    """
    stream_key = check_key(key)
    with transaction.atomic():
        show = lock_show(stream_key.show_id)
        check_key(key)  # again: it may have been replaced while we waited for the lock
        if show.status == ShowStatus.CANCELLED:
            raise ShowCancelled
        if show.is_over:
            raise ShowOver
        broadcast = lock_open_broadcast(show)
        if broadcast is None:
            return _open(show, session)
        if session in broadcast.sessions:
            if broadcast.session != session or not broadcast.has_publisher:
                raise SessionOver
            return broadcast
        return _continue(show, broadcast, session)


def _open(show: Show, session: str) -> Broadcast:
    if Broadcast.objects.filter(show=show, sessions__contains=[session]).exists():
        raise SessionOver
    broadcast = Broadcast.objects.create(show=show, session=session, sessions=[session])
    send_on_commit(hand_over_broadcast, str(broadcast.pk))
    tell(show, BroadcastOpened(**broadcast_facts(broadcast)), actor=ENCODER)
    return broadcast


def _continue(show: Show, broadcast: Broadcast, session: str) -> Broadcast:
    was_lost = broadcast.status == BroadcastStatus.LOST
    broadcast.session = session
    broadcast.sessions = [*broadcast.sessions, session][-REMEMBERED_SESSIONS:]
    broadcast.silent_since = None
    if was_lost:
        move_broadcast(broadcast, BroadcastStatus.ACTIVE if broadcast.playable_at else BroadcastStatus.OPENED)
        broadcast.lost_at = None
    broadcast.save(update_fields=["session", "sessions", "silent_since", "status", "lost_at"])
    send_on_commit(hand_over_broadcast, str(broadcast.pk))
    if was_lost:
        on_air = show.status == ShowStatus.LIVE
        tell(show, BroadcastResumed(**broadcast_facts(broadcast), on_air=on_air), actor=ENCODER)
    return broadcast


def lose_broadcast(*, broadcast_id: uuid.UUID, session: str) -> None:
    """A publisher left: the window begins, if it was the one that counts. Anybody else's leaving,
    or the same word twice, changes nothing. Raises BroadcastUnknown. Locks the show and its broadcast."""
    with transaction.atomic():
        show_id = Broadcast.objects.filter(pk=broadcast_id).values_list("show_id", flat=True).first()
        if show_id is None:
            raise BroadcastUnknown
        show = lock_show(show_id)
        broadcast = Broadcast.objects.select_for_update().get(pk=broadcast_id)
        if session not in broadcast.sessions:
            # Its arrival is still on the way, and must not count when it comes.
            broadcast.sessions = [session, *broadcast.sessions][:REMEMBERED_SESSIONS]
            broadcast.save(update_fields=["sessions"])
        if broadcast.session == session and broadcast.has_publisher:
            _lose(show, broadcast)


def _lose(show: Show, broadcast: Broadcast) -> None:
    move_broadcast(broadcast, BroadcastStatus.LOST)
    broadcast.lost_at = clock.now()
    broadcast.save(update_fields=["status", "lost_at"])
    until = broadcast.lost_at + dt.timedelta(seconds=show.reconnect_seconds)
    on_air = show.status == ShowStatus.LIVE
    tell(show, BroadcastLost(**broadcast_facts(broadcast), until=until, on_air=on_air), actor=ENCODER)


def close_broadcast(*, broadcast_id: uuid.UUID) -> None:
    """The window is over: close the broadcast, and end the show if it was on. A broadcast that came
    back or was closed meanwhile is left alone. Locks the show and its broadcast."""
    with transaction.atomic():
        show_id = Broadcast.objects.values_list("show_id", flat=True).get(pk=broadcast_id)
        show = lock_show(show_id)
        broadcast = windows_over().select_for_update(of=("self",)).filter(pk=broadcast_id).first()
        if broadcast is None:
            return
        if show.status == ShowStatus.LIVE:
            end_locked_show(show, actor="system", reason="picture_lost")
            return
        tell(show, close_locked_broadcast(broadcast), actor="system")


def windows_over() -> QuerySet[Broadcast]:
    """Lost broadcasts whose reconnect window ran out, by the database's clock."""
    window = ExpressionWrapper(
        F("show__reconnect_seconds") * Value(dt.timedelta(seconds=1)), output_field=DurationField()
    )
    return Broadcast.objects.filter(status=BroadcastStatus.LOST).filter(
        lost_at__lte=ExpressionWrapper(Now() - window, output_field=DateTimeField())
    )


def sweep_broadcasts() -> None:
    """What no message told: publishers that vanished, windows that ran out, broadcasts that no
    engine took."""
    with_publisher = Q(status__in=[BroadcastStatus.OPENED, BroadcastStatus.ACTIVE])
    silent = Q(silent_since__lte=Now() - dt.timedelta(seconds=GHOST_SECONDS))
    for broadcast in Broadcast.objects.filter(with_publisher & silent).order_by("pk"):
        log.warning("broadcast.ghost", broadcast=str(broadcast.pk))
        lose_broadcast(broadcast_id=broadcast.pk, session=broadcast.session)
    for broadcast_id in windows_over().order_by("pk").values_list("pk", flat=True):
        close_broadcast(broadcast_id=broadcast_id)
    nobody = Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=Now())
    for broadcast_id in Broadcast.objects.filter(nobody, finished_at=None).order_by("pk").values_list("pk", flat=True):
        write_note(str(broadcast_id))
