"""The run of show while it is on: cues fired or skipped, products pinned and unpinned.

Not here: writing the plan (cues).
"""

import uuid

from django.db import transaction

from catalog.services.drops import open_drop
from catalog.services.special_prices import open_special_price
from kernel import clock, ids
from streams.errors import CueAlreadyFired, CueNotFound, NotInLineUp, ShowNotLive, ShowNotOpen
from streams.events import CueFired, CueSkipped, ProductPinned, ProductUnpinned
from streams.models import Cue, CueKind, LineUpItem, Show, ShowStatus
from streams.selectors.line_up import line_up_rows, pinned_row
from streams.services.line_up import tell_line_up
from streams.services.locked import lock_show
from streams.services.on_air import end_locked_show
from streams.services.show_log import tell


def pin_product(*, show_id: uuid.UUID, variant_id: uuid.UUID, actor: str) -> Show:
    """Put a product of the line-up on screen, in place of what is there; a hidden one is shown
    from now on. The same again changes nothing.

    Raises ShowNotOpen, NotInLineUp (also for what is not for sale any more). Locks the show.
    """
    with transaction.atomic():
        show = lock_show(show_id)
        _pin(show, variant_id, actor)
    return show


def unpin_product(*, show_id: uuid.UUID, actor: str) -> Show:
    """Take the product off the screen; with none there nothing changes. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        _unpin(show, actor)
    return show


def fire_cue(*, show_id: uuid.UUID, cue_id: uuid.UUID, actor: str) -> Cue:
    """Do what the cue says, once: whoever comes second finds it fired. A skipped one may be fired
    after all. Polls are opened by the room, which reads cue.fired.

    Raises ShowNotLive, CueNotFound, and what the act refuses (NotInLineUp, DropStepRefused, …);
    then the cue is not fired. Locks the show.
    """
    with transaction.atomic():
        show = _lock_live(show_id)
        fired = Cue.objects.filter(pk=cue_id, show=show, fired_at=None).update(fired_at=clock.now(), skipped_at=None)
        cue = _cue(show, cue_id)
        if fired:
            facts = {"show_id": show.public_id, "cue_id": cue.public_id, "kind": cue.kind, "title": cue.title}
            tell(show, CueFired(**facts, payload=cue.payload), actor=actor)
            _act(show, cue, actor)
    return cue


def skip_cue(*, show_id: uuid.UUID, cue_id: uuid.UUID, actor: str) -> Cue:
    """Pass over a cue; doing it twice changes nothing. Raises ShowNotLive, CueNotFound,
    CueAlreadyFired. Locks the show."""
    with transaction.atomic():
        show = _lock_live(show_id)
        skipped = Cue.objects.filter(pk=cue_id, show=show, fired_at=None, skipped_at=None).update(
            skipped_at=clock.now()
        )
        cue = _cue(show, cue_id)
        if cue.fired_at is not None:
            raise CueAlreadyFired
        if skipped:
            facts = {"show_id": show.public_id, "cue_id": cue.public_id, "kind": cue.kind, "title": cue.title}
            tell(show, CueSkipped(**facts), actor=actor)
    return cue


def _act(show: Show, cue: Cue, actor: str) -> None:
    match cue.kind:
        case CueKind.PIN:
            _pin(show, ids.parse_public_id("var", cue.payload["variant_id"]), actor)
        case CueKind.UNPIN:
            _unpin(show, actor)
        case CueKind.DROP:
            drop = open_drop(drop_id=ids.parse_public_id("drp", cue.payload["drop_id"]), actor=actor)
            if _reveal(show, drop.variant_id):
                tell_line_up(show, actor=actor)
        case CueKind.FLASH:
            price_id = ids.parse_public_id("spp", cue.payload["price_id"])
            special = open_special_price(price_id=price_id, actor=actor)
            if _reveal(show, special.variant_id):
                tell_line_up(show, actor=actor)
        case CueKind.END:
            end_locked_show(show, actor=actor, reason="host")


def _pin(show: Show, variant_id: uuid.UUID, actor: str) -> None:
    if show.status not in (ShowStatus.LOBBY, ShowStatus.LIVE):
        raise ShowNotOpen(current=show.status)
    if show.pinned_variant_id == variant_id:
        return
    shown = _reveal(show, variant_id)
    show.pinned_variant_id, show.pinned_at = variant_id, clock.now()
    row = pinned_row(line_up_rows(show))
    if row is None:
        raise NotInLineUp(param="variant_id")
    show.save(update_fields=["pinned_variant_id", "pinned_at"])
    if shown:
        tell_line_up(show, actor=actor)
    facts = {"show_id": show.public_id, "variant_id": row.variant_id, "pinned_at": show.pinned_at}
    tell(show, ProductPinned(**facts, product=row.facts()), actor=actor)


def _reveal(show: Show, variant_id: uuid.UUID) -> bool:
    """Show a hidden product from now on; True when it was hidden."""
    hidden = LineUpItem.objects.filter(show=show, variant_id=variant_id, is_hidden=True)
    return bool(hidden.update(is_hidden=False))


def _unpin(show: Show, actor: str) -> None:
    if show.pinned_variant_id is None:
        return
    gone = ids.public_id("var", show.pinned_variant_id)
    show.pinned_variant_id = show.pinned_at = None
    show.save(update_fields=["pinned_variant_id", "pinned_at"])
    tell(show, ProductUnpinned(show_id=show.public_id, variant_id=gone), actor=actor)


def _lock_live(show_id: uuid.UUID) -> Show:
    show = lock_show(show_id)
    if show.status != ShowStatus.LIVE:
        raise ShowNotLive(current=show.status)
    return show


def _cue(show: Show, cue_id: uuid.UUID) -> Cue:
    cue = Cue.objects.filter(pk=cue_id, show=show).first()
    if cue is None:
        raise CueNotFound
    return cue
