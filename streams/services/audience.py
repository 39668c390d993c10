"""How many watch: the room counts, the show keeps the number and its peak.

Not here: counting (the room, by presence).
"""

import uuid

from django.db import transaction

from streams.events import AudienceCounted
from streams.models import ShowStatus
from streams.services.locked import lock_show
from streams.services.show_log import tell


def count_audience(*, show_id: uuid.UUID, viewers: int) -> None:
    """Keep a new count; the same one again is not told. Peaks are those of the air, not of the
    lobby. Raises ShowNotFound. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        if show.viewers == viewers:
            return
        show.viewers = viewers
        if show.status == ShowStatus.LIVE:
            show.peak_viewers = max(show.peak_viewers, viewers)
        show.save(update_fields=["viewers", "peak_viewers"])
        counted = AudienceCounted(show_id=show.public_id, viewers=viewers, peak=show.peak_viewers)
        tell(show, counted, actor="system")
