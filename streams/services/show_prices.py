"""Prices of a show as its plan holds them: of products in its line-up, while it may still be planned.

Not here: a price's own steps (catalog), and the cue that opens a flash price (run_of_show).
"""

import uuid

from django.db import transaction

from catalog.selectors.choices import SpecialChoice, special_prices_of_show
from catalog.services.special_prices import (
    close_special_price,
    open_show_prices,
    open_special_price,
    plan_special_price,
)
from kernel.money import Money
from streams.errors import NotInLineUp, PlanClosed, PriceNotInShow
from streams.models import Cue, CueKind, LineUpItem, Show, ShowStatus
from streams.services.cues import remove_cue
from streams.services.locked import lock_show


def plan_show_price(
    *,
    show_id: uuid.UUID,
    variant_id: uuid.UUID,
    kind: str,
    price: Money,
    actor: str,
    run_seconds: int | None = None,
) -> uuid.UUID:
    """Plan a price of a product in the line-up; its id. A show price of a show that is live holds at once.

    Raises PlanClosed, NotInLineUp, and what the catalog refuses (SpecialPriceTooHigh, InvalidInput). Locks the
    show.
    """
    with transaction.atomic():
        show = _lock_open(show_id)
        if not LineUpItem.objects.filter(show=show, variant_id=variant_id).exists():
            raise NotInLineUp(param="variant_id")
        special = plan_special_price(
            variant_id=variant_id,
            kind=kind,
            price=price,
            show_id=show_id,
            run_seconds=run_seconds,
            actor=actor,
        )
        if show.status == ShowStatus.LIVE:
            open_show_prices(show_id=show_id, actor=actor)
    return special.pk


def open_flash_price(*, show_id: uuid.UUID, price_id: uuid.UUID, actor: str) -> None:
    """Let a planned flash price of the show hold from now on. Raises PriceNotInShow, PlanClosed, and what the
    catalog refuses. Locks the show."""
    with transaction.atomic():
        _price(_lock_open(show_id), price_id)
        open_special_price(price_id=price_id, actor=actor)


def close_show_price(*, show_id: uuid.UUID, price_id: uuid.UUID, actor: str) -> None:
    """End a price of the show, or strike one that never opened, with the cues that were to open it. Raises
    PriceNotInShow, SpecialPriceStepRefused. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        special = _price(show, price_id)
        close_special_price(price_id=price_id, actor=actor)
        if show.is_over or show.status == ShowStatus.CANCELLED:
            return
        waiting = Cue.objects.filter(
            show=show, kind=CueKind.FLASH, fired_at=None, skipped_at=None, payload__price_id=special.public_id
        )
        for cue_id in waiting.values_list("pk", flat=True):
            remove_cue(show_id=show_id, cue_id=cue_id, actor=actor)


def _lock_open(show_id: uuid.UUID) -> Show:
    show = lock_show(show_id)
    if show.is_over or show.status == ShowStatus.CANCELLED:
        raise PlanClosed(current=show.status)
    return show


def _price(show: Show, price_id: uuid.UUID) -> SpecialChoice:
    for special in special_prices_of_show(show.pk):
        if special.id == price_id:
            return special
    raise PriceNotInShow
