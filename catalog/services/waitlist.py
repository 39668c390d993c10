"""The line for what is sold out: joined at its end, left, and gone when nobody waits any more.

Not here: offers to those whose turn it is (places), and the hold that comes with one (checkout).
"""

import uuid

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Now

from catalog.errors import DropNotFound, NotSoldOut, PlaceNotFound, PlaceTaken, VariantNotFound
from catalog.events import DropOpened, WaitlistJoined
from catalog.models import Drop, Place, Stock
from catalog.selectors.on_sale import is_on_sale
from catalog.services.drop_facts import drop_facts, drop_topic
from catalog.services.lists import Asker
from catalog.services.places import place_facts, place_topic
from kernel.eventlog.store import append
from kernel.locks import advisory_lock

_IN_IT = (Place.Status.ENTERED, Place.Status.WAITING, Place.Status.OFFERED)


def lock_line(variant_id: uuid.UUID, drop_id: uuid.UUID | None) -> None:
    """One change of a line at a time, to the end of the transaction; taken before any row's lock."""
    advisory_lock("line", str(variant_id), str(drop_id or ""))


@transaction.atomic
def join_waitlist(*, variant_id: uuid.UUID, drop_id: uuid.UUID | None, asker: Asker, actor: str) -> Place:
    """A place at the end of the line for a variant, or for a drop of it. Who is in it keeps the place; who
    lapsed or left goes to the end. Raises VariantNotFound, DropNotFound, NotSoldOut, PlaceTaken. Locks the
    line, then the drop's row or the stock row."""
    lock_line(variant_id, drop_id)
    _require_sold_out(variant_id, drop_id)
    line = Place.objects.filter(variant=variant_id, drop=drop_id)
    mine = line.filter(viewer_key=asker.viewer_key).first()
    if mine is not None and mine.status in _IN_IT:
        return mine
    _require_one_each(line.exclude(viewer_key=asker.viewer_key), asker)
    last = line.aggregate(last=Max("position"))["last"] or 0
    if mine is not None:
        fresh = {"status": Place.Status.WAITING, "hold_id": None, "offered_until": None, "mailed_at": None}
        Place.objects.filter(pk=mine.pk).update(position=last + 1, email=asker.email or mine.email, **fresh)
    else:
        mine = Place.objects.create(
            variant_id=variant_id,
            drop_id=drop_id,
            show_id=Drop.objects.filter(pk=drop_id).values_list("show_id", flat=True).first() if drop_id else None,
            is_entry=False,
            viewer_key=asker.viewer_key,
            customer_id=asker.customer_id,
            device=asker.device,
            email=asker.email,
            status=Place.Status.WAITING,
            position=last + 1,
        )
    _keep_for_line(variant_id, drop_id)
    mine.refresh_from_db()
    append(WaitlistJoined(**place_facts(mine)), topic=place_topic(mine), actor=actor, to=mine.viewer_key)
    return mine


@transaction.atomic
def leave_line(*, place_id: uuid.UUID, viewer_key: str) -> None:
    """Give up a place that waits; one with an offer ends with its hold. Doing it again changes nothing.
    Raises PlaceNotFound."""
    mine = Place.objects.filter(pk=place_id, viewer_key=viewer_key)
    if not mine.exists():
        raise PlaceNotFound
    open_list = Q(drop__list_state=Drop.List.OPEN)
    mine.filter(open_list, status=Place.Status.ENTERED).delete()
    mine.filter(status=Place.Status.WAITING).update(status=Place.Status.LEFT)


def free_line(*, variant_id: uuid.UUID, drop_id: uuid.UUID | None) -> bool:
    """Give units to everybody again when nobody waits for them, in the caller's transaction, under
    `lock_line`. True when that changed something; a drop that has units left opens again."""
    line = Place.objects.filter(variant=variant_id, drop=drop_id)
    if line.filter(status__in=[Place.Status.WAITING, Place.Status.ENTERED]).exists():
        return False
    if drop_id is None:
        return bool(Stock.objects.filter(pk=variant_id, by_line=True).update(by_line=False))
    drop = Drop.objects.select_for_update().get(pk=drop_id)
    if not drop.by_line or drop.list_state in (Drop.List.OPEN, Drop.List.CLOSED) or drop.opened_at is None:
        return False
    drop.by_line = False
    if drop.list_state == Drop.List.DRAWN:
        drop.list_state = Drop.List.OVER
    in_time = Drop.objects.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=Now()), pk=drop_id).exists()
    sells = drop.status == Drop.Status.OPEN
    if drop.status == Drop.Status.SOLD_OUT and drop.units_left and in_time and not _has_rival(drop):
        drop.status, sells = Drop.Status.OPEN, True
    drop.save(update_fields=["by_line", "list_state", "status"])
    if sells:
        append(DropOpened(**drop_facts(drop)), topic=drop_topic(drop), actor="system")
    return True


def _has_rival(drop: Drop) -> bool:
    """Another drop of the variant took its place."""
    return Drop.objects.filter(variant=drop.variant_id, status=Drop.Status.OPEN).exclude(pk=drop.pk).exists()


def _require_sold_out(variant_id: uuid.UUID, drop_id: uuid.UUID | None) -> None:
    if not is_on_sale(variant_id):
        raise VariantNotFound(param="variant")
    if drop_id is None:
        stock = Stock.objects.get(pk=variant_id)
        if stock.available and not stock.by_line:
            raise NotSoldOut
        return
    drop = Drop.objects.filter(pk=drop_id, variant_id=variant_id).first()
    if drop is None:
        raise DropNotFound(param="drop")
    waits = drop.by_line and drop.list_state in (Drop.List.NONE, Drop.List.DRAWN, Drop.List.OVER)
    if drop.status != Drop.Status.SOLD_OUT and not (waits and drop.status == Drop.Status.OPEN):
        raise NotSoldOut


def _require_one_each(others: "QuerySet[Place]", asker: Asker) -> None:
    if asker.device and others.filter(device=asker.device).exists():
        raise PlaceTaken(by="This device")
    if asker.customer_id and others.filter(customer_id=asker.customer_id).exists():
        raise PlaceTaken(by="Your account")


def _keep_for_line(variant_id: uuid.UUID, drop_id: uuid.UUID | None) -> None:
    """From now on, what comes back is for those who wait."""
    if drop_id is None:
        Stock.objects.filter(pk=variant_id, by_line=False).update(by_line=True)
    else:
        Drop.objects.filter(pk=drop_id, by_line=False).update(by_line=True)
