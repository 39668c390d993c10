"""Shows, keys and broadcasts for tests, made by the real services.

Not here: products (tests/factories/catalog.py).
"""

import datetime as dt
import uuid
from typing import Any

from kernel import clock
from streams.models import Broadcast, Show, ShowStatus
from streams.services import media_lease
from streams.services.audience import Visit, record_visits
from streams.services.ingest import open_broadcast
from streams.services.on_air import end_show, go_live
from streams.services.schedule import create_show, open_lobby, schedule_show
from streams.services.stream_keys import rotate_stream_key

ACTOR = "system"
HOLDER = "engine-of-tests"


def make_show(*, title: str = "The evening ritual", starts_in: float = 3600, **details: Any) -> Show:
    """A draft with a date."""
    starts_at = clock.now() + dt.timedelta(seconds=starts_in)
    return create_show(title=title, starts_at=starts_at, actor=ACTOR, **details)


def make_scheduled_show(**details: Any) -> Show:
    return schedule_show(show_id=make_show(**details).pk, actor=ACTOR)


def make_lobby(**details: Any) -> Show:
    return open_lobby(show_id=make_scheduled_show(**details).pk, actor=ACTOR)


def make_key(show: Show) -> str:
    return rotate_stream_key(show_id=show.pk, actor=ACTOR)


def make_broadcast(show: Show, *, session: str = "session-1", playable: bool = True) -> Broadcast:
    """An encoder that came in; with `playable`, an engine has taken it and made its first picture."""
    broadcast = open_broadcast(key=make_key(show), session=session)
    if playable:
        generation = take(broadcast)
        media_lease.make_playable(
            broadcast_id=broadcast.pk, generation=generation, media_started_at=clock.now() - dt.timedelta(seconds=2)
        )
        broadcast.refresh_from_db()
    return broadcast


def take(broadcast: Broadcast, *, holder: str = HOLDER, seconds: float = 15) -> int:
    """Take the lease; its generation."""
    taken = media_lease.take_lease(broadcast_id=broadcast.pk, holder=holder, seconds=seconds)
    assert taken is not None, "somebody holds it"
    return taken[0]


def make_live_show(**details: Any) -> tuple[Show, Broadcast]:
    """A show on the air, with its broadcast."""
    show = make_lobby(**details)
    broadcast = make_broadcast(show)
    show = go_live(show_id=show.pk, actor=ACTOR)
    broadcast.refresh_from_db()
    return show, broadcast


def make_show_in(status: ShowStatus, **details: Any) -> Show:
    """A show in any status, by the way that leads there."""
    from streams.services.schedule import cancel_show

    match status:
        case ShowStatus.DRAFT:
            return make_show(**details)
        case ShowStatus.SCHEDULED:
            return make_scheduled_show(**details)
        case ShowStatus.LOBBY:
            return make_lobby(**details)
        case ShowStatus.CANCELLED:
            return cancel_show(show_id=make_show(**details).pk, actor=ACTOR)
    show, broadcast = make_live_show(**details)
    if status != ShowStatus.LIVE:
        show = end_show(show_id=show.pk, actor=ACTOR)
    if status == ShowStatus.REPLAY:
        finish(broadcast)
        show.refresh_from_db()
    return show


def manifest_of(broadcast: Broadcast, *, duration: float = 120.0) -> Any:
    """A manifest as the engine writes it, of one unbroken epoch."""
    from streams.media.recording import RecordedEpoch, RecordingManifest

    began = broadcast.started_media_at or broadcast.opened_at
    epochs = (RecordedEpoch("e0001", 0, int(duration), 0.0, duration, began.timestamp()),) if duration else ()
    return RecordingManifest(str(broadcast.pk), duration, epochs, (), 1000, "poster.jpg" if duration else "")


def finish(broadcast: Broadcast, *, duration: float = 120.0) -> None:
    """The engine closes the recording."""
    broadcast.refresh_from_db()
    media_lease.finish_broadcast(
        broadcast_id=broadcast.pk, generation=broadcast.generation, manifest=manifest_of(broadcast, duration=duration)
    )


COINCIDING = uuid.UUID("01900000-0000-7000-8000-00000000a001")


def fill_streams(brand_index: int) -> Show:
    """One scheduled show with the same id and address in every brand, its own title and a viewer."""
    show = Show.objects.create(
        pk=COINCIDING,
        title=f"Show of brand {brand_index}",
        slug="coinciding",
        status=ShowStatus.SCHEDULED,
        starts_at=clock.now() + dt.timedelta(hours=1),
    )
    visit = Visit(COINCIDING, f"vwr_{brand_index}", clock.now(), None)
    record_visits(show_id=show.pk, process="web-1", visits=[visit])
    return show
