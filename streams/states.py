"""The two state machines, as tables: a show's and a broadcast's. Nothing else sets a `status`.

Not here: what happens along the way (services).
"""

from collections.abc import Callable
from dataclasses import dataclass

from streams.errors import NoPicture, ShowIncomplete, TransitionRefused
from streams.models import Broadcast, BroadcastStatus, Show, ShowStatus

S, B = ShowStatus, BroadcastStatus


def _is_complete(show: Show) -> None:
    missing = [
        words for words, there in (("a title", show.title.strip()), ("a day and time", show.starts_at)) if not there
    ]
    if missing:
        raise ShowIncomplete(missing=" and ".join(missing))


def _has_picture(show: Show) -> None:
    if not Broadcast.objects.filter(show=show, status=B.ACTIVE).exists():
        raise NoPicture


def _is_free(show: Show) -> None:
    """Nothing to check."""


@dataclass(frozen=True, slots=True)
class Transition:
    source: ShowStatus
    target: ShowStatus
    guard: Callable[[Show], None] = _is_free


SHOW_TRANSITIONS = (
    Transition(S.DRAFT, S.SCHEDULED, _is_complete),
    Transition(S.SCHEDULED, S.DRAFT),
    Transition(S.SCHEDULED, S.LOBBY),
    Transition(S.LOBBY, S.SCHEDULED, _is_complete),  # put off after the lobby opened
    Transition(S.SCHEDULED, S.LIVE, _has_picture),
    Transition(S.LOBBY, S.LIVE, _has_picture),
    Transition(S.LIVE, S.ENDED),
    Transition(S.ENDED, S.REPLAY),
    Transition(S.DRAFT, S.CANCELLED),
    Transition(S.SCHEDULED, S.CANCELLED),
    Transition(S.LOBBY, S.CANCELLED),
)
_SHOW = {(row.source, row.target): row.guard for row in SHOW_TRANSITIONS}

BROADCAST_TRANSITIONS = frozenset(
    {
        (B.OPENED, B.ACTIVE),  # the first playlist
        (B.OPENED, B.LOST),
        (B.ACTIVE, B.LOST),
        (B.LOST, B.OPENED),  # back before there ever was a picture
        (B.LOST, B.ACTIVE),
        (B.OPENED, B.CLOSED),
        (B.ACTIVE, B.CLOSED),
        (B.LOST, B.CLOSED),
    }
)


def move_show(show: Show, target: ShowStatus) -> None:
    """Set a locked show's status, unsaved. Raises TransitionRefused or what the guard finds."""
    source = ShowStatus(show.status)
    guard = _SHOW.get((source, target))
    if guard is None:
        raise TransitionRefused(current=source.value, wanted=target.value)
    guard(show)
    show.status = target


def move_broadcast(broadcast: Broadcast, target: BroadcastStatus) -> None:
    """Set a locked broadcast's status, unsaved. Raises TransitionRefused."""
    source = BroadcastStatus(broadcast.status)
    if (source, target) not in BROADCAST_TRANSITIONS:
        raise TransitionRefused(current=source.value, wanted=target.value)
    broadcast.status = target
