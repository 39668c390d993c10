"""Noting from where viewers write, and forgetting it.

Not here: what is done with it (moderation).
"""

import datetime as dt
from collections.abc import Sequence

from chat.models import Footprint
from kernel import clock

KEPT = dt.timedelta(days=14)

Trace = tuple[str, str, str]  # viewer, device, network


def note_footprints(*, traces: Sequence[Trace]) -> list[None]:
    """Note these, once each; seen again is only seen later. One statement."""
    moment = clock.now()
    rows = [
        Footprint(viewer_key=viewer, device=device, network=network, seen_at=moment)
        for viewer, device, network in sorted(set(traces))
    ]
    Footprint.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["seen_at"],
        unique_fields=["viewer_key", "device", "network"],
    )
    return [None] * len(traces)


def forget_footprints() -> int:
    """Delete what is older than two weeks. Returns how many."""
    return Footprint.objects.filter(seen_at__lt=clock.now() - KEPT).delete()[0]
