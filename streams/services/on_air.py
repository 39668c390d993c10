"""The host's word: go live, end.

Not here: the encoder's side (ingest) and the replay (replay).
"""

import uuid

from django.db import transaction

from catalog.services.special_prices import close_prices_of_show, open_show_prices
from kernel import clock
from streams.errors import NoPicture
from streams.events import PlaylistReady, ShowEnded, ShowStarted
from streams.models import BroadcastStatus, Show, ShowStatus
from streams.playback import live_path
from streams.services.closing import close_locked_broadcast
from streams.services.locked import lock_open_broadcast, lock_show
from streams.services.replay import publish_if_recorded
from streams.services.show_log import broadcast_facts, show_facts, tell
from streams.states import move_show


def go_live(*, show_id: uuid.UUID, actor: str) -> Show:
    """Put the show on the air: the picture is there and the host says go. Doing it twice changes
    nothing. Raises NoPicture, TransitionRefused. Locks the show and its broadcast."""
    with transaction.atomic():
        show = lock_show(show_id)
        if show.status == ShowStatus.LIVE:
            return show
        broadcast = lock_open_broadcast(show)
        move_show(show, ShowStatus.LIVE)
        if broadcast is None or broadcast.status != BroadcastStatus.ACTIVE:
            raise NoPicture
        show.started_at = broadcast.aired_at = clock.now()
        show.media_started_at = broadcast.started_media_at
        show.save(update_fields=["status", "started_at", "media_started_at"])
        broadcast.save(update_fields=["aired_at"])
        tell(
            show,
            ShowStarted(**show_facts(show), started_at=show.started_at),
            PlaylistReady(**broadcast_facts(broadcast), url=live_path(broadcast.pk)),
            actor=actor,
        )
        open_show_prices(show_id=show_id, actor=actor)
    return show


def end_show(*, show_id: uuid.UUID, actor: str) -> Show:
    """End the show and its broadcast. Doing it twice changes nothing. Raises TransitionRefused.
    Locks the show and its broadcast."""
    with transaction.atomic():
        show = lock_show(show_id)
        if not show.is_over:
            end_locked_show(show, actor=actor, reason="host")
    return show


def end_locked_show(show: Show, *, actor: str, reason: str) -> None:
    """End a locked show, and its prices with it; its recording becomes the replay as soon as the engine has
    closed it."""
    move_show(show, ShowStatus.ENDED)
    show.ended_at = clock.now()
    show.pinned_variant_id = show.pinned_at = None
    show.save(update_fields=["status", "ended_at", "pinned_variant_id", "pinned_at"])
    close_prices_of_show(show_id=show.pk, actor=actor)
    ended = ShowEnded(**show_facts(show), ended_at=show.ended_at, reason=reason)
    broadcast = lock_open_broadcast(show)
    if broadcast is None:
        tell(show, ended, actor=actor)
        publish_if_recorded(show)
    else:
        tell(show, ended, close_locked_broadcast(broadcast), actor=actor)
