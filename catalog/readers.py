"""What drops do when a show's event happens; wired in config/wiring.py.

Not here: the steps of a drop (services/drops).
"""

from catalog.services.drops import close_drops_of_show
from kernel import ids
from kernel.eventlog.store import Recorded


def close_drops_with_show(record: Recorded) -> None:
    """Nobody sells on after the show: its drops close with it, also those that wait for their time."""
    close_drops_of_show(show_id=ids.parse_public_id("shw", record.data["show_id"]), actor=record.actor or "system")
