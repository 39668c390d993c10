"""The end of a broadcast, for whichever reason: its window ran out, its show ended or was called off.

Not here: those reasons (ingest, on_air, schedule).
"""

from kernel import clock
from kernel.tasks import send_on_commit
from streams.events import BroadcastClosed
from streams.models import Broadcast, BroadcastStatus
from streams.services.show_log import broadcast_facts
from streams.states import move_broadcast
from streams.tasks.media import hand_over_broadcast


def close_locked_broadcast(broadcast: Broadcast) -> BroadcastClosed:
    """Close a locked broadcast, for an engine to make its recording. Returns the event, which the
    caller tells with its own."""
    move_broadcast(broadcast, BroadcastStatus.CLOSED)
    broadcast.closed_at = clock.now()
    broadcast.save(update_fields=["status", "closed_at"])
    send_on_commit(hand_over_broadcast, str(broadcast.pk))
    return BroadcastClosed(**broadcast_facts(broadcast))
