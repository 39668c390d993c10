"""From a closed broadcast to a replay on the show's own page.

Not here: writing the recording (streams.media) and re-enacting the log (the page, by selectors.replay).
"""

import uuid
from dataclasses import asdict

from django.db import transaction

from kernel import clock
from streams.errors import TransitionRefused
from streams.events import RecordingReady, ReplayPublished
from streams.media.recording import RecordingManifest
from streams.media_clock import media_seconds
from streams.models import Broadcast, Recording, Show, ShowStatus
from streams.playback import replay_path
from streams.services.locked import lock_show
from streams.services.show_log import broadcast_facts, tell
from streams.states import move_show

SYSTEM = "system"


def store_recording(*, show: Show, broadcast: Broadcast, manifest: RecordingManifest) -> Recording:
    """Keep what the engine reports of a closed broadcast, inside the caller's transaction, which has
    locked both; publish the replay if the show waits for it. The same report again changes nothing."""
    known = Recording.objects.filter(broadcast=broadcast).first()
    if known is not None:
        return known
    facts = asdict(manifest)
    starts_at = media_seconds(facts["epochs"], broadcast.aired_at) if broadcast.aired_at else 0.0
    recording = Recording.objects.create(
        show=show, broadcast=broadcast, manifest=facts, duration=manifest.duration, starts_at=starts_at
    )
    tell(
        show,
        RecordingReady(
            **broadcast_facts(broadcast), recording_id=recording.public_id, duration=round(manifest.duration, 3)
        ),
        actor=SYSTEM,
    )
    publish_if_recorded(show)
    return recording


def publish_if_recorded(show: Show) -> None:
    """Publish the replay of a locked show that has ended, if there is something to show."""
    if show.status == ShowStatus.ENDED and _aired_recording(show) is not None:
        publish_replay(show_id=show.pk, actor=SYSTEM)
        show.refresh_from_db(fields=["status"])


def publish_replay(*, show_id: uuid.UUID, actor: str) -> Show:
    """Put the recording on the show's page. Doing it twice changes nothing. Raises TransitionRefused
    when the show has not ended or nothing was recorded. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        if show.status == ShowStatus.REPLAY:
            return show
        recording = _aired_recording(show)
        if recording is None:
            raise TransitionRefused(current=show.status, wanted="replay")
        move_show(show, ShowStatus.REPLAY)
        show.save(update_fields=["status"])
        recording.published_at = clock.now()
        recording.save(update_fields=["published_at"])
        tell(
            show,
            ReplayPublished(
                **broadcast_facts(recording.broadcast),
                url=replay_path(recording.broadcast_id),
                duration=round(recording.duration, 3),
                starts_at=recording.starts_at,
            ),
            actor=actor,
        )
    return show


def _aired_recording(show: Show) -> Recording | None:
    return (
        Recording.objects.select_related("broadcast")
        .filter(show=show, broadcast__aired_at__isnull=False, duration__gt=0)
        .first()
    )
