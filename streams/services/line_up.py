"""The line-up: put together, added to, moved, hidden, noted, thinned out.

Not here: pins (run_of_show).
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Max

from catalog.selectors import offers
from catalog.selectors.told_drops import told_variants
from kernel import ids
from kernel.errors import InvalidInput
from kernel.tenancy import current_brand
from streams.errors import LineUpRepeats, LineUpTooLong, NotInLineUp, PlanClosed, ProductInDrop, VariantUnknown
from streams.events import LineUpChanged, ProductUnpinned
from streams.models import LineUpItem, Show, ShowStatus
from streams.selectors.line_up import line_up_rows, pinned_row
from streams.services.locked import lock_show
from streams.services.show_log import tell

MOST = 100
LONGEST_NOTE = 80


@dataclass(frozen=True, slots=True)
class Place:
    """One product of a line-up, as somebody wants it."""

    variant_id: uuid.UUID
    is_hidden: bool = False
    note: str = ""


def set_line_up(*, show_id: uuid.UUID, places: Sequence[Place], actor: str) -> list[LineUpItem]:
    """Make the line-up exactly this, in this order. What stays keeps its id; the same line-up again
    changes nothing.

    Raises VariantUnknown, LineUpRepeats, LineUpTooLong, InvalidInput (note), PlanClosed, ProductInDrop
    (a drop that viewers see has a product that they see). Locks the show.
    """
    _check(places)
    with transaction.atomic():
        show = _lock_open(show_id)
        existing = {item.variant_id: item for item in LineUpItem.objects.filter(show=show)}
        _check_for_sale([place.variant_id for place in places if place.variant_id not in existing])
        _check_drops(show, existing, places)
        items = [_placed(show, existing, place, position) for position, place in enumerate(places)]
        before = [_shape(item) for item in sorted(existing.values(), key=lambda item: item.position)]
        if before == [_shape(item) for item in items] and len(existing) == len(items):
            return items
        kept = {item.pk for item in items}
        LineUpItem.objects.filter(show=show).exclude(pk__in=kept).delete()
        known = {item.pk for item in existing.values()}
        LineUpItem.objects.bulk_update([item for item in items if item.pk in known], ["position", "is_hidden", "note"])
        LineUpItem.objects.bulk_create([item for item in items if item.pk not in known])
        unpinned = _unpin_missing(show, {place.variant_id for place in places})
        tell_line_up(show, *unpinned, actor=actor)
    return items


def add_to_line_up(*, show_id: uuid.UUID, place: Place, actor: str) -> list[LineUpItem]:
    """Append one product. One that is in already stays where it is. Raises as `set_line_up`."""
    with transaction.atomic():
        places = current_places(_lock_open(show_id))
        if any(known.variant_id == place.variant_id for known in places):
            return list(LineUpItem.objects.filter(show_id=show_id))
        return set_line_up(show_id=show_id, places=[*places, place], actor=actor)


def move_in_line_up(*, show_id: uuid.UUID, variant_id: uuid.UUID, position: int, actor: str) -> list[LineUpItem]:
    """Put one product at a position, counted from 0; beyond the end is the end. Raises NotInLineUp,
    PlanClosed."""
    with transaction.atomic():
        places = current_places(_lock_open(show_id))
        moved = _find(places, variant_id)
        rest = [place for place in places if place is not moved]
        rest.insert(max(0, position), moved)
        return set_line_up(show_id=show_id, places=rest, actor=actor)


def show_or_hide(*, show_id: uuid.UUID, variant_id: uuid.UUID, is_hidden: bool, actor: str) -> list[LineUpItem]:
    """Hide one product from viewers, or show it again. Raises NotInLineUp, PlanClosed, ProductInDrop."""
    with transaction.atomic():
        places = current_places(_lock_open(show_id))
        meant = _find(places, variant_id)
        changed = [replace(place, is_hidden=is_hidden) if place is meant else place for place in places]
        return set_line_up(show_id=show_id, places=changed, actor=actor)


def remove_from_line_up(*, show_id: uuid.UUID, variant_id: uuid.UUID, actor: str) -> list[LineUpItem]:
    """Take one product out, also off the screen. Raises NotInLineUp, PlanClosed, ProductInDrop."""
    with transaction.atomic():
        places = current_places(_lock_open(show_id))
        gone = _find(places, variant_id)
        return set_line_up(show_id=show_id, places=[place for place in places if place is not gone], actor=actor)


def show_what_drops(*, show_id: uuid.UUID, variant_id: uuid.UUID, actor: str) -> None:
    """Viewers have heard of a drop of this product: it is in the line-up for all to see from now on. Of a
    show that is over nothing changes. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        is_over = show.is_over or show.status == ShowStatus.CANCELLED
        if is_over or not told_variants(show_id, [variant_id]):
            return
        items = LineUpItem.objects.filter(show=show)
        item = items.filter(variant_id=variant_id).first()
        if item is None:
            last = items.aggregate(last=Max("position"))["last"]
            items.create(show=show, variant_id=variant_id, position=0 if last is None else last + 1)
        elif item.is_hidden:
            items.filter(pk=item.pk).update(is_hidden=False)
        else:
            return
        tell_line_up(show, actor=actor)


def current_places(show: Show) -> list[Place]:
    """The line-up as a list of wishes that would leave it as it is."""
    return [
        Place(item.variant_id, item.is_hidden, item.note)
        for item in LineUpItem.objects.filter(show=show).order_by("position")
    ]


def retell_line_up(*, show_id: uuid.UUID, actor: str) -> None:
    """Tell the line-up anew after a change outside of the show. A product that is not for sale any more
    leaves the screen. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        is_seen = pinned_row(line_up_rows(show)) is not None
        tell_line_up(show, *([] if is_seen else _unpin_missing(show, set())), actor=actor)


def tell_line_up(show: Show, *others: ProductUnpinned, actor: str) -> None:
    """Append the line-up as viewers see it now, after `others`."""
    rows = [row.facts() for row in line_up_rows(show)]
    tell(show, *others, LineUpChanged(show_id=show.public_id, items=rows), actor=actor)


def _lock_open(show_id: uuid.UUID) -> Show:
    show = lock_show(show_id)
    if show.is_over or show.status == ShowStatus.CANCELLED:
        raise PlanClosed(current=show.status)
    return show


def _check_drops(show: Show, existing: Mapping[uuid.UUID, LineUpItem], places: Sequence[Place]) -> None:
    shown = {place.variant_id for place in places if not place.is_hidden}
    going = {item.variant_id for item in existing.values() if not item.is_hidden} - shown
    if going and told_variants(show.pk, going):
        raise ProductInDrop(param="items")


def _placed(show: Show, existing: dict[uuid.UUID, LineUpItem], place: Place, position: int) -> LineUpItem:
    known = existing.get(place.variant_id)
    item = LineUpItem(pk=known.pk) if known else LineUpItem()
    item.show, item.variant_id, item.position = show, place.variant_id, position
    item.is_hidden, item.note = place.is_hidden, place.note.strip()
    return item


def _shape(item: LineUpItem) -> tuple[uuid.UUID, int, bool, str]:
    return item.variant_id, item.position, item.is_hidden, item.note


def _find(places: Sequence[Place], variant_id: uuid.UUID) -> Place:
    for place in places:
        if place.variant_id == variant_id:
            return place
    raise NotInLineUp(param="variant_id")


def _unpin_missing(show: Show, kept: set[uuid.UUID]) -> list[ProductUnpinned]:
    if show.pinned_variant_id is None or show.pinned_variant_id in kept:
        return []
    gone = ids.public_id("var", show.pinned_variant_id)
    show.pinned_variant_id = show.pinned_at = None
    show.save(update_fields=["pinned_variant_id", "pinned_at"])
    return [ProductUnpinned(show_id=show.public_id, variant_id=gone)]


def _check(places: Sequence[Place]) -> None:
    if len(places) > MOST:
        raise LineUpTooLong(param="items", most=MOST)
    if len({place.variant_id for place in places}) != len(places):
        raise LineUpRepeats(param="items")
    if any(len(place.note) > LONGEST_NOTE for place in places):
        raise InvalidInput(param="note", reason=f"A note has up to {LONGEST_NOTE} characters.")


def _check_for_sale(variant_ids: Sequence[uuid.UUID]) -> None:
    found = offers(variant_ids, current_brand().currency)
    for variant_id in variant_ids:
        if variant_id not in found or not found[variant_id].is_active:
            raise VariantUnknown(param="variant_id", variant=ids.public_id("var", variant_id))
