"""Drops of a show as its plan holds them: of products in its line-up, while it may still be planned.

Not here: a drop's own steps (catalog) and the cue that opens one (run_of_show).
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from catalog.selectors.choices import DropChoice, drops_of_show
from catalog.services.drops import announce_drop, change_drop, close_drop, plan_drop
from kernel.money import Money
from streams.errors import DropNotInShow, NotInLineUp, PlanClosed
from streams.models import Cue, CueKind, LineUpItem, Show, ShowStatus
from streams.services.cues import remove_cue
from streams.services.locked import lock_show


@dataclass(frozen=True, slots=True)
class DropTerms:
    """What a drop offers. Without `opens_at` it is opened by hand; without `run_seconds` it runs until
    it is sold out or closed. `mode` says who gets the units; a window is `window_seconds` long."""

    title: str
    units: int
    price: Money
    per_buyer: int
    opens_at: dt.datetime | None
    run_seconds: int | None
    mode: str = "first_come"
    window_seconds: int | None = None


def plan_show_drop(*, show_id: uuid.UUID, variant_id: uuid.UUID, terms: DropTerms, actor: str) -> uuid.UUID:
    """Plan a drop of a product in the line-up; its id. Raises PlanClosed, NotInLineUp, and what the catalog
    refuses (DropExceedsStock, InvalidInput). Locks the show."""
    with transaction.atomic():
        show = _lock_open(show_id)
        if not LineUpItem.objects.filter(show=show, variant_id=variant_id).exists():
            raise NotInLineUp(param="variant_id")
        drop = plan_drop(
            variant_id=variant_id,
            show_id=show_id,
            title=terms.title,
            units=terms.units,
            price=terms.price,
            per_buyer=terms.per_buyer,
            opens_at=terms.opens_at,
            run_seconds=terms.run_seconds,
            mode=terms.mode,
            window_seconds=terms.window_seconds,
            actor=actor,
        )
    return drop.pk


def change_show_drop(*, show_id: uuid.UUID, drop_id: uuid.UUID, terms: DropTerms, actor: str) -> None:
    """Plan a drop of the show anew. A closing time that was set elsewhere stays, unless it is to run for a
    while. Raises PlanClosed, DropNotInShow, and what the catalog refuses (DropNotPlanned, …). Locks the show."""
    with transaction.atomic():
        known = _drop(_lock_open(show_id), drop_id)
        change_drop(
            drop_id=drop_id,
            title=terms.title,
            units=terms.units,
            price=terms.price,
            per_buyer=terms.per_buyer,
            opens_at=terms.opens_at,
            closes_at=None if terms.run_seconds else known.closes_at,
            run_seconds=terms.run_seconds,
            mode=terms.mode,
            window_seconds=terms.window_seconds,
            actor=actor,
        )


def announce_show_drop(*, show_id: uuid.UUID, drop_id: uuid.UUID, actor: str) -> None:
    """Tell viewers of a drop before it opens; a draw can be entered from now on. Raises PlanClosed,
    DropNotInShow, and what the catalog refuses (DropNotOnSale, DropStepRefused). Locks the show."""
    with transaction.atomic():
        _drop(_lock_open(show_id), drop_id)
        announce_drop(drop_id=drop_id, actor=actor)


def close_show_drop(*, show_id: uuid.UUID, drop_id: uuid.UUID, actor: str) -> None:
    """End a drop of the show, or strike one that never opened, with the cues that were to open it.
    Raises DropNotInShow, DropStepRefused. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        drop = _drop(show, drop_id)
        close_drop(drop_id=drop_id, actor=actor)
        if show.is_over or show.status == ShowStatus.CANCELLED:
            return
        waiting = Cue.objects.filter(
            show=show, kind=CueKind.DROP, fired_at=None, skipped_at=None, payload__drop_id=drop.public_id
        )
        for cue_id in waiting.values_list("pk", flat=True):
            remove_cue(show_id=show_id, cue_id=cue_id, actor=actor)


def _lock_open(show_id: uuid.UUID) -> Show:
    show = lock_show(show_id)
    if show.is_over or show.status == ShowStatus.CANCELLED:
        raise PlanClosed(current=show.status)
    return show


def _drop(show: Show, drop_id: uuid.UUID) -> DropChoice:
    for drop in drops_of_show(show.pk):
        if drop.id == drop_id:
            return drop
    raise DropNotInShow
