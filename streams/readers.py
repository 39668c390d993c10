"""What shows do when a product's event happens; wired in config/wiring.py.

Not here: the line-up's own changes (services/line_up).
"""

from catalog.selectors.products import variant_ids_of
from kernel import ids
from kernel.eventlog.store import Recorded
from streams.models import LineUpItem, Show, ShowStatus
from streams.services.line_up import retell_line_up, show_what_drops

# There may be many, and their pages have few viewers at a time: they learn it when they load the page.
_PAST = (ShowStatus.CANCELLED, ShowStatus.REPLAY)


def retell_line_ups(record: Recorded) -> None:
    """A product has another name or picture, or is for sale no more: viewers of the shows that have it
    in their line-up are told the line-up anew. A hidden one stays hidden."""
    variants = variant_ids_of(ids.parse_public_id("prd", record.data["product_id"]))
    shown = LineUpItem.objects.filter(variant_id__in=variants, is_hidden=False)
    shows = Show.objects.filter(pk__in=shown.values("show_id")).exclude(status__in=_PAST)
    for show_id in shows.order_by("pk").values_list("pk", flat=True):
        retell_line_up(show_id=show_id, actor=record.actor)


def show_dropped_product(record: Recorded) -> None:
    """A drop of a show was announced or opened: its product is hidden no more."""
    show_id, variant_id = record.data.get("show_id"), record.data["variant_id"]
    known = Show.objects.filter(pk=ids.parse_public_id("shw", show_id)).first() if show_id else None
    if known is not None:
        variant = ids.parse_public_id("var", variant_id)
        show_what_drops(show_id=known.pk, variant_id=variant, actor=record.actor or "system")
