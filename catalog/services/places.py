"""What becomes of a place in line: an offer with a hold, and its end. Status moves as states.PLACE says.

Not here: joining (lists, waitlist), and the holds (checkout, which calls these).
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from catalog import states
from catalog.events import WaitlistLapsed, WaitlistOffered
from catalog.models import Drop, Place, Stock, Variant
from kernel import ids
from kernel.eventlog.store import SHOP_TOPIC, append, show_topic


@dataclass(frozen=True, slots=True)
class Line:
    """The line for a variant, or for one drop of it."""

    variant_id: uuid.UUID
    drop_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is."""

    place_id: uuid.UUID
    viewer_key: str
    customer_id: uuid.UUID | None
    device: str
    show_id: uuid.UUID | None
    is_entry: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that stands, and the hold on which it rests."""

    place_id: uuid.UUID
    hold_id: uuid.UUID


def lines_to_serve() -> list[Line]:
    """Lines in which somebody waits, and those in which nobody does while units are still kept for one."""
    open_line = Q(drop__isnull=True) | ~Q(drop__status=Drop.Status.CLOSED)
    waiting = Place.objects.filter(open_line, status=Place.Status.WAITING)
    kept = Drop.objects.filter(by_line=True, list_state__in=["none", "drawn", "over"], opened_at__isnull=False)
    rows = {
        *waiting.values_list("variant_id", "drop_id").distinct(),
        *kept.exclude(status=Drop.Status.CLOSED).values_list("variant_id", "pk"),
        *((variant_id, None) for variant_id in Stock.objects.filter(by_line=True).values_list("pk", flat=True)),
    }
    return [Line(variant_id, drop_id) for variant_id, drop_id in sorted(rows, key=str)]


def next_turns(line: Line, *, limit: int) -> list[Turn]:
    """Whose turn it is for the units that are free now, in order; nobody's where there are none. Call it
    under the line's lock."""
    free = Stock.objects.filter(pk=line.variant_id).values_list("available", flat=True).first() or 0
    if line.drop_id is not None:
        giving = Drop.objects.filter(pk=line.drop_id, status__in=[Drop.Status.OPEN, Drop.Status.SOLD_OUT])
        free = min(free, giving.values_list("units_left", flat=True).first() or 0)
    waiting = Place.objects.filter(variant=line.variant_id, drop=line.drop_id, status=Place.Status.WAITING)
    return [
        Turn(row.pk, row.viewer_key, row.customer_id, row.device, row.show_id, row.is_entry)
        for row in waiting.order_by("position")[: min(free, limit)]
    ]


def offer_place(*, place_id: uuid.UUID, hold_id: uuid.UUID, until: dt.datetime) -> None:
    """Tell somebody that their turn has come, in the transaction that made the hold."""
    moved = _move(place_id, Place.Status.OFFERED, hold_id=hold_id, offered_until=until)
    if moved is not None:
        append(WaitlistOffered(**place_facts(moved)), topic=place_topic(moved), actor="system", to=moved.viewer_key)


def lapse_place(*, place_id: uuid.UUID) -> None:
    """An offer ended unpaid, or could not be made, in the caller's transaction: the next one's turn."""
    moved = _move(place_id, Place.Status.LAPSED)
    if moved is not None:
        append(WaitlistLapsed(**place_facts(moved)), topic=place_topic(moved), actor="system", to=moved.viewer_key)


def mark_bought(*, place_id: uuid.UUID) -> None:
    """What was offered is paid."""
    _move(place_id, Place.Status.BOUGHT)


def standing_offers(*, limit: int = 1000) -> list[Offer]:
    """Offers that are not settled, those that end first before the others."""
    rows = Place.objects.filter(status=Place.Status.OFFERED).order_by("offered_until")
    return [Offer(pk, hold) for pk, hold in rows.values_list("pk", "hold_id")[:limit] if hold]


def unmailed_offers(*, limit: int = 100) -> "QuerySet[Place]":
    """Offers in time whose holder left an address and was not written to."""
    rows = Place.objects.filter(status=Place.Status.OFFERED, mailed_at=None, offered_until__gt=Now())
    return rows.exclude(email="").select_related("variant__product", "drop").order_by("offered_until")[:limit]


def note_mailed(*, place_id: uuid.UUID) -> None:
    """The mail of its offer went out."""
    Place.objects.filter(pk=place_id, mailed_at=None).update(mailed_at=Now())


def place_facts(place: Place) -> dict[str, Any]:
    return {
        "place_id": place.public_id,
        "variant_id": ids.public_id(Variant.id_prefix, place.variant_id),
        "drop_id": ids.public_id(Drop.id_prefix, place.drop_id) if place.drop_id else None,
        "status": place.status,
        "hold_id": ids.public_id("hld", place.hold_id) if place.hold_id else None,
        "offered_until": place.offered_until,
    }


def place_topic(place: Place) -> str:
    return show_topic(place.show_id) if place.show_id else SHOP_TOPIC


def _move(place_id: uuid.UUID, to: Place.Status, **changes: object) -> Place | None:
    moved = Place.objects.filter(pk=place_id, status__in=states.sources(states.PLACE, to)).update(status=to, **changes)
    return Place.objects.get(pk=place_id) if moved else None
