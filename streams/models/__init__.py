"""The tables of the app, one noun a file."""

from streams.models.broadcast import Broadcast, BroadcastStatus
from streams.models.cue import Cue, CueKind
from streams.models.interest import Interest
from streams.models.line_up import LineUpItem
from streams.models.recording import Recording
from streams.models.show import Orientation, Show, ShowStatus, Visibility
from streams.models.stream_key import StreamKey
from streams.models.visit import Counter, VisitRecord

__all__ = [
    "Broadcast",
    "BroadcastStatus",
    "Counter",
    "Cue",
    "CueKind",
    "Interest",
    "LineUpItem",
    "Orientation",
    "Recording",
    "Show",
    "ShowStatus",
    "StreamKey",
    "Visibility",
    "VisitRecord",
]
