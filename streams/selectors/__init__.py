"""Reads of shows: the door for the apps above.

Not here: changes (services).
"""

from streams.selectors.health import show_health
from streams.selectors.line_up import is_sold_in, line_up_rows, pinned_row, variant_ids_of
from streams.selectors.recordings import Moment, MomentPage, ReplayFacts, moments, replay_facts
from streams.selectors.shows import (
    archive,
    current_show,
    other_shows,
    show_by_id,
    show_by_slug,
    shows_with_audience,
    upcoming,
)
from streams.selectors.snapshot import show_snapshot

__all__ = [
    "Moment",
    "MomentPage",
    "ReplayFacts",
    "archive",
    "current_show",
    "is_sold_in",
    "line_up_rows",
    "moments",
    "other_shows",
    "pinned_row",
    "replay_facts",
    "show_by_id",
    "show_by_slug",
    "show_health",
    "show_snapshot",
    "shows_with_audience",
    "upcoming",
    "variant_ids_of",
]
