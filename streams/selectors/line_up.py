"""The line-up of a show with today's prices and stock.

Not here: changing it (services/line_up.py).
"""

import uuid
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from catalog.selectors import Offer, offers
from catalog.selectors.told_drops import ToldDrop, told_drops
from kernel.tenancy import current_brand
from streams.drop_cards import in_front_first
from streams.line_up_rows import LineUpRow, make_hidden_row, make_row
from streams.models import LineUpItem, Show, ShowStatus


def variant_ids_of(show_id: uuid.UUID) -> list[uuid.UUID]:
    """The variants of a show, in order."""
    return list(LineUpItem.objects.filter(show_id=show_id).order_by("position").values_list("variant_id", flat=True))


def is_sold_in(show_id: uuid.UUID, variant_id: uuid.UUID) -> bool:
    """Whether viewers can come to a product by a show: one that has a page, was not cancelled, and has
    the product in its line-up for all to see. One query."""
    shown = LineUpItem.objects.filter(show=show_id, variant=variant_id, is_hidden=False)
    return shown.exclude(show__status__in=[ShowStatus.DRAFT, ShowStatus.CANCELLED]).exists()


def items_with_offers(show: Show) -> tuple[list[LineUpItem], Mapping[uuid.UUID, Offer]]:
    """The items and what is on sale of them. Five queries."""
    items = list(LineUpItem.objects.filter(show=show).order_by("position"))
    found = offers([item.variant_id for item in items], current_brand().currency, show_id=show.pk)
    return items, {key: offer for key, offer in found.items() if offer.is_active}


def line_up_rows(show: Show) -> list[LineUpRow]:
    """What viewers see, in order. A product that is not for sale any more is left out."""
    items, found = items_with_offers(show)
    return rows_of(show, items, found, told_drops(show.pk))


def rows_of(
    show: Show, items: Sequence[LineUpItem], found: Mapping[uuid.UUID, Offer], drops: Sequence[ToldDrop]
) -> list[LineUpRow]:
    """The rows of items that were read before, with the show's drops."""
    drops = in_front_first(drops)
    return [
        make_hidden_row(item, gettext("Hidden until shown"))
        if item.is_hidden
        else make_row(item, found[item.variant_id], pinned=show.pinned_variant_id, drops=drops)
        for item in items
        if item.variant_id in found
    ]


def pinned_row(rows: Sequence[LineUpRow]) -> LineUpRow | None:
    """The product on screen."""
    return next((row for row in rows if row.state == "now"), None)
