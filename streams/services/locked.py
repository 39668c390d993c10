"""Rows under their locks, in the one order that everybody keeps: the show, then its broadcast.

Not here: what is done with them.
"""

import uuid

from streams.errors import ShowNotFound
from streams.models import Broadcast, BroadcastStatus, Show


def lock_show(show_id: uuid.UUID) -> Show:
    """The show, locked until the transaction ends. Raises ShowNotFound."""
    show = Show.objects.select_for_update().filter(pk=show_id).first()
    if show is None:
        raise ShowNotFound
    return show


def lock_open_broadcast(show: Show) -> Broadcast | None:
    """The broadcast of a locked show that is not closed, locked too."""
    return Broadcast.objects.select_for_update().filter(show=show).exclude(status=BroadcastStatus.CLOSED).first()
