"""Reads of shows: the door for the apps above.

Not here: changes (services).
"""

from streams.selectors.line_up import line_up_rows, pinned_row, variant_ids_of
from streams.selectors.recordings import Moment, ReplayFacts, moments, replay_facts
from streams.selectors.shows import (
    archive,
    current_show,
    other_shows,
    show_by_id,
    show_by_slug,
    upcoming,
)
from streams.selectors.snapshot import show_snapshot

__all__ = [
    "Moment",
    "ReplayFacts",
    "archive",
    "current_show",
    "line_up_rows",
    "moments",
    "other_shows",
    "pinned_row",
    "replay_facts",
    "show_by_id",
    "show_by_slug",
    "show_snapshot",
    "upcoming",
    "variant_ids_of",
]
