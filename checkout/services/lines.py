"""Serving a line: whoever's turn it is gets a hold with a deadline; who does not pay in time, gives way.

A sweep does all of it from what the tables say, so that whoever is killed between two lines loses nothing.
Not here: who stands in line (catalog), deciding holds (reserving).
"""

import datetime as dt

import structlog
from django.db import transaction

from catalog.errors import DropNotOpen, SoldOut
from catalog.services.places import (
    Line,
    Turn,
    lapse_place,
    lines_to_serve,
    mark_bought,
    next_turns,
    offer_place,
    standing_offers,
)
from catalog.services.waitlist import free_line, lock_line
from checkout.models import Hold
from checkout.services.reserving import HoldRequest, reserve_batch
from kernel import ids
from kernel.viewers import Viewer

WINNERS_TIME = dt.timedelta(minutes=5)  # entrants are there: the drop is on
WAITERS_TIME = dt.timedelta(minutes=10)  # who waited may have to be called first
AT_ONCE = 50  # turns of one transaction: its buyers are locked together

log = structlog.get_logger(__name__)


def serve_lines() -> int:
    """Settle offers that ended, then offer what is free to those whose turn it is. Returns how many turns
    came. Sweeps at once share the lines; one that fails is logged and tried again."""
    settle_offers()
    return sum(_served(line) for line in lines_to_serve())


def settle_offers() -> int:
    """Book what became of offers: paid, or over. Returns how many. Each by guarded statements, once."""
    offers = standing_offers()
    ended = dict(
        Hold.objects.filter(pk__in=[offer.hold_id for offer in offers])
        .exclude(status=Hold.Status.ACTIVE)
        .values_list("pk", "status")
    )
    for offer in offers:
        if status := ended.get(offer.hold_id):
            with transaction.atomic():
                if status == Hold.Status.CONVERTED:
                    mark_bought(place_id=offer.place_id)
                else:
                    lapse_place(place_id=offer.place_id)
    return len(ended)


@transaction.atomic
def serve_line(line: Line) -> int:
    """Give what is free to those whose turn it is, each with the hold it is worth, in one transaction; and
    the rest to everybody when nobody waits any more. Returns how many turns came. Locks the line, then what
    `reserve_batch` locks."""
    lock_line(line.variant_id, line.drop_id)
    turns = next_turns(line, limit=AT_ONCE)
    if not turns:
        free_line(variant_id=line.variant_id, drop_id=line.drop_id)
        return 0
    came = 0
    for turn, answer in zip(turns, reserve_batch(requests=[_request(line, turn) for turn in turns]), strict=True):
        if isinstance(answer, Hold):
            offer_place(place_id=turn.place_id, hold_id=answer.pk, until=answer.expires_at)
            came += 1
        elif not isinstance(answer, SoldOut | DropNotOpen):
            # They have their share already, or too much in the bag: somebody else's turn.
            log.info("line.passed_over", place=str(turn.place_id), code=answer.code)
            lapse_place(place_id=turn.place_id)
    return came


def _served(line: Line) -> int:
    try:
        return serve_line(line)
    except Exception:
        log.exception("line.not_served", variant=str(line.variant_id), drop=str(line.drop_id))
        return 0


def _request(line: Line, turn: Turn) -> HoldRequest:
    viewer = Viewer(id=ids.parse_public_id("vwr", turn.viewer_key), customer_id=turn.customer_id)
    return HoldRequest(
        viewer=viewer,
        variant_id=line.variant_id,
        drop_id=line.drop_id,
        quantity=1,
        length=WINNERS_TIME if turn.is_entry else WAITERS_TIME,
        granted=True,
        device=turn.device,
    )
