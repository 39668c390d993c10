"""The join of a recording and the log: media seconds of a moment, by the recording's epochs.

Not here: the epochs themselves, which the engine writes into the recording's manifest.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any


def media_seconds(epochs: Sequence[Mapping[str, Any]], moment: dt.datetime) -> float:
    """Where in the recording a moment lies. What happened while no picture came in lies at the
    seam; what happened before the first picture or after the last lies at that end."""
    at = moment.timestamp()
    position = 0.0
    for epoch in epochs:
        if at < epoch["utc"]:
            break
        position = epoch["starts_at"] + min(at - epoch["utc"], epoch["duration"])
    return round(position, 3)
