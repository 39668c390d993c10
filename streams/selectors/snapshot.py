"""The state of a show as the room sends it first; events carry on from there.

Not here: messages, polls and viewers (chat).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.selectors.told_drops import ToldDrop, told_drops
from kernel import clock
from streams.drop_cards import DropCard, drop_card, in_front_first
from streams.events import PinFacts
from streams.line_up_rows import LineUpRow
from streams.models import Broadcast, BroadcastStatus, Show, ShowStatus
from streams.playback import live_path, replay_path
from streams.selectors.line_up import items_with_offers, pinned_row, rows_of


@dataclass(frozen=True, slots=True)
class ShowState:
    """A show with what is on sale in it, read once for a page or a snapshot."""

    show: Show
    rows: list[LineUpRow]
    drops: list[ToldDrop]
    drop: DropCard | None  # the one in front
    broadcast: Broadcast | None

    @property
    def pin(self) -> LineUpRow | None:
        return pinned_row(self.rows)


def show_state(show: Show) -> ShowState:
    """Seven queries, however long the line-up."""
    items, found = items_with_offers(show)
    drops = told_drops(show.pk)
    rows = rows_of(show, items, found, drops)
    cards = [drop_card(drop, found[drop.variant_id]) for drop in in_front_first(drops) if drop.variant_id in found]
    return ShowState(
        show=show,
        rows=rows,
        drops=drops,
        drop=_front(show, rows, cards),
        broadcast=aired_broadcast(show),
    )


def aired_broadcast(show: Show) -> Broadcast | None:
    """The broadcast that viewers saw or see."""
    return Broadcast.objects.select_related("recording").filter(show=show, aired_at__isnull=False).first()


def show_snapshot(show_id: uuid.UUID) -> dict[str, Any]:
    """The show as plain JSON: show, lineup, pin, drops, picture."""
    return snapshot_of(show_state(Show.objects.get(pk=show_id)))


def snapshot_of(state: ShowState) -> dict[str, Any]:
    """The same of a state that was read before."""
    show, pin = state.show, state.pin
    return {
        "show": {
            "id": show.public_id,
            "slug": show.slug,
            "title": show.title,
            "subtitle": show.subtitle,
            "host_name": show.host_name,
            "status": show.status,
            "orientation": show.orientation,
            "starts_at": _iso(show.starts_at),
            "started_at": _iso(show.started_at),
            "ended_at": _iso(show.ended_at),
        },
        "lineup": [row.facts().model_dump(mode="json") for row in state.rows],
        "pin": _pin(pin, show.pinned_at) if pin else None,
        "drops": [drop.as_json() for drop in state.drops],
        "picture": _picture(show, state.broadcast),
    }


def _pin(row: LineUpRow, pinned_at: dt.datetime | None) -> dict[str, Any]:
    return PinFacts(**row.facts().model_dump(), pinned_at=pinned_at).model_dump(mode="json")


def _picture(show: Show, broadcast: Broadcast | None) -> dict[str, Any]:
    """Where the picture is; for a private show the page puts its own token into the path."""
    if broadcast is None:
        return {"state": "none", "live": None, "replay": None}
    live = show.status == ShowStatus.LIVE
    return {
        "state": "lost" if live and broadcast.status == BroadcastStatus.LOST else "live" if live else "over",
        "live": live_path(broadcast.pk) if live else None,
        "replay": replay_path(broadcast.pk) if show.status == ShowStatus.REPLAY else None,
    }


def _front(show: Show, rows: Sequence[LineUpRow], cards: Sequence[DropCard]) -> DropCard | None:
    """The first of the drops whose product everybody sees, while there is something to see it beside."""
    if show.status not in (ShowStatus.LOBBY, ShowStatus.LIVE):
        return None
    shown = {row.variant_id for row in rows if not row.is_hidden}
    return next((card for card in cards if card.variant_id in shown), None)


def _iso(moment: Any) -> str | None:
    return clock.isoformat(moment) if moment else None
