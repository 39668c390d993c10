"""Places in line as their holders see them, and draws as everybody may check them.

Not here: changing them (services: lists, waitlist, places).
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from catalog.errors import DrawNotFound
from catalog.models import Draw, Drop, Place, Variant
from kernel import clock, ids
from kernel.draws import RULE

_STANDS = (Place.Status.ENTERED, Place.Status.WAITING, Place.Status.OFFERED, Place.Status.LAPSED)


@dataclass(frozen=True, slots=True)
class PublishedDraw:
    """A window's or a draw's list and draw, as far as it has come; `as_json` is what anybody computes again."""

    drop: Drop
    draw: Draw
    lines: list[str]
    order: list[str]

    @property
    def winners(self) -> list[str]:
        """Whose turn came with the drop's units; the others follow when one of these does not buy."""
        return self.order[: self.drop.units]

    def as_json(self) -> dict[str, Any]:
        drop, draw = self.drop, self.draw
        return {
            "drop": drop.public_id,
            "title": drop.title,
            "mode": drop.mode,
            "list_state": drop.list_state,
            "units": drop.units,
            "rule": RULE,
            "share": draw.share,
            "commitment": draw.commitment,
            "committed_at": clock.isoformat(draw.committed_at),
            "entries": draw.entries if draw.closed_at else drop.entered,
            "closed_at": clock.isoformat(draw.closed_at) if draw.closed_at else None,
            "root": draw.root,
            "drawn_at": clock.isoformat(draw.drawn_at) if draw.drawn_at else None,
            "seed": draw.seed if draw.drawn_at else "",
            "lines": self.lines,
            "order": self.order,
        }


def published_draw(drop_id: uuid.UUID) -> PublishedDraw:
    """Raises DrawNotFound, also for a drop that nobody has heard of. The list is told once it is closed, the
    seed and the order once it is drawn. Two queries."""
    draw = Draw.objects.select_related("drop").filter(pk=drop_id).exclude(drop__status=Drop.Status.SCHEDULED).first()
    if draw is None:
        raise DrawNotFound
    rows: list[tuple[uuid.UUID, str, int | None]] = []
    if draw.closed_at:
        entries = Place.objects.filter(drop=drop_id, is_entry=True)
        rows = list(entries.order_by("pk").values_list("pk", "group", "drawn"))
    named = [(ids.public_id(Place.id_prefix, pk), group, drawn) for pk, group, drawn in rows]
    drawn = sorted((turn, name) for name, _, turn in named if turn is not None)
    return PublishedDraw(draw.drop, draw, sorted(f"{name}:{group}" for name, group, _ in named), [n for _, n in drawn])


@dataclass(frozen=True, slots=True)
class DropList:
    """How a drop gives its units, and how far its list has come."""

    mode: str
    state: str


def drop_list(drop_id: uuid.UUID) -> DropList | None:
    row = Drop.objects.filter(pk=drop_id).values_list("mode", "list_state").first()
    return DropList(*row) if row else None


def drawn_drops() -> list[uuid.UUID]:
    """Every drop of the brand whose list was drawn, oldest first."""
    return list(Draw.objects.filter(drawn_at__isnull=False).order_by("drawn_at").values_list("pk", flat=True))


def places_of(viewer_key: str) -> list[dict[str, Any]]:
    """Where somebody stands, as the API shows it: `ahead` counts those whose turn is before theirs. Places in
    drops that are over are not told. A query, and one for each place that waits."""
    mine = list(
        Place.objects.filter(Q(drop__isnull=True) | ~Q(drop__status=Drop.Status.CLOSED), status__in=_STANDS)
        .filter(viewer_key=viewer_key)
        .select_related("drop")
        .order_by("pk")
    )
    return [place_view(place) for place in mine]


def place_view(place: Place) -> dict[str, Any]:
    return {
        "id": place.public_id,
        "status": place.status,
        "variant": ids.public_id(Variant.id_prefix, place.variant_id),
        "drop": ids.public_id(Drop.id_prefix, place.drop_id) if place.drop_id else None,
        "is_entry": place.is_entry,
        "ahead": _ahead(place) if place.status == Place.Status.WAITING else None,
        "hold": ids.public_id("hld", place.hold_id) if place.hold_id else None,
        "offered_until": clock.isoformat(place.offered_until) if place.offered_until else None,
    }


def _ahead(place: Place) -> int:
    line = Place.objects.filter(variant=place.variant_id, drop=place.drop_id, status=Place.Status.WAITING)
    return line.filter(position__lt=place.position).count()


def caps_of(drop_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many of each drop one buyer may have. One query."""
    return dict(Drop.objects.filter(pk__in=list(drop_ids)).values_list("pk", "per_buyer"))
