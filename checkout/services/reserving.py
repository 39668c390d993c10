"""Many requests to hold pieces of one variant, decided together in the order in which they came.

Not here: collecting them (doors), what is decided of each (the database's function checkout_reserve), and
ending holds (ending).
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from catalog.services.drop_units import say_sold_out
from checkout.models import Hold
from checkout.services.caps import buyer_names, lock_numbers
from checkout.services.ending import end_holds
from checkout.services.reserving_answers import Answer, Verdict, answers_of
from checkout.services.reserving_terms import HoldRequest, Terms
from kernel import clock, ids
from kernel.arrays import array_of, array_of_bools, array_of_bytes, array_of_spans, array_of_texts
from kernel.errors import InvalidInput, Problem
from kernel.eventlog.store import ring_after_commit

MOST_PIECES = 20  # of one variant, where no drop sets a lower cap
MOST_HOLDS = 10  # at once and viewer: a bag, not a warehouse
MOST_TOGETHER = 256  # in one statement: about three milliseconds under the lock of the stock row

__all__ = ["HoldRequest", "reserve_batch"]

_RESERVE = """
SELECT * FROM checkout_reserve(
    %s, %s, %s, %s, %s, %s, %s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[],
    %s::int[], %s::bigint[], %s::text[], %s::uuid[], %s::boolean[], %s::interval[], %s::boolean[], %s::boolean[],
    %s::uuid[], %s::bytea[]
)
"""


def reserve_batch(*, requests: Sequence[HoldRequest]) -> list[Answer]:
    """Decide requests for one variant, in one drop or in none, in their order, in the caller's transaction.
    Returns for each the hold, or the refusal; a refused one changes nothing for the others.

    What a viewer has already is answered first: under the same key the hold as it was granted then, whatever
    became of it (another body: IdempotencyKeyReused); else their live hold when it has as many pieces. Asking
    for more lets it grow; asking in another drop lets the old one go, if the new one is granted. Raises
    ValueError for requests that do not belong together, TransactionManagementError outside a transaction.
    Locks the buyers, their live holds of the variant, the stock row, the drop's; nothing when all is gone.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a hold belongs into a transaction, told when it is committed")
    answers: list[Answer | None] = [
        None
        if 1 <= request.quantity <= MOST_PIECES
        else InvalidInput(param="quantity", reason=f"Enter a number from 1 to {MOST_PIECES}.")
        for request in requests
    ]
    waiting = [place for place, answer in enumerate(answers) if answer is None]
    if waiting:
        terms = Terms(requests)
        while waiting:
            together = waiting[:MOST_TOGETHER]
            decided = _decide([requests[place] for place in together], terms)
            for place, answer in zip(together, decided, strict=False):
                answers[place] = answer
            waiting = waiting[len(decided) :]
            if len(decided) < len(together):
                place = waiting.pop(0)
                answers[place] = _decide_after_a_look(requests[place], terms)
        ring_after_commit()
    return [answer for answer in answers if answer is not None]


def _decide(requests: Sequence[HoldRequest], terms: Terms, mine: Hold | None = None) -> list[Answer]:
    """The answers to the requests up to the first whose viewer has a hold that has to be looked at.
    `mine` is the live hold that the only request lets grow."""
    new_ids = [mine.pk] if mine else [ids.uuid7() for _ in requests]
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, _values(requests, terms, new_ids))
        rows = cursor.fetchall()
    *decided, (_, status, show_id, moment, emptied, _) = rows
    if emptied:
        say_sold_out(drop_id=terms.required_drop_id, actor="system")
    if decided and decided[-1][1] == "aside":
        decided.pop()
    verdict = Verdict(decided, drop_status=status, drop_show_id=show_id, moment=moment)
    return answers_of(requests, verdict, terms)


def _values(requests: Sequence[HoldRequest], terms: Terms, new_ids: list[uuid.UUID]) -> list[Any]:
    viewers = [request.viewer.key for request in requests]
    prices = [terms.price(request) for request in requests]
    buyers = [
        buyer_names(viewer, request.viewer.customer_id, device=request.device)
        for request, viewer in zip(requests, viewers, strict=True)
    ]
    actors = [request.actor or f"viewer:{viewer}" for request, viewer in zip(requests, viewers, strict=True)]
    return [
        terms.variant_id,
        terms.variant_name,
        terms.drop_id,
        terms.drop_name,
        MOST_HOLDS,
        clock.now(),
        array_of(lock_numbers(name for names in buyers for name in names)),
        array_of(new_ids),
        array_of_texts(ids.public_id(Hold.id_prefix, new) for new in new_ids),
        array_of_texts(actors),
        array_of_texts(viewers),
        array_of(request.viewer.customer_id for request in requests),
        array_of_texts(request.device for request in requests),
        array_of(request.quantity for request in requests),
        array_of(price.minor if price else None for price in prices),
        array_of_texts(price.currency if price else None for price in prices),
        array_of(request.show_id for request in requests),
        array_of_bools(terms.is_sold_in(request.show_id) for request in requests),
        array_of_spans(request.length or terms.length for request in requests),
        array_of_bools(request.granted for request in requests),
        array_of_bools(_twins(buyers)),
        array_of(request.key for request in requests),
        array_of_bytes(request.body_hash for request in requests),
    ]


def _twins(names: Sequence[set[str]]) -> list[bool]:
    """Which requests come from somebody who asked before in this batch, under whatever name."""
    seen: set[str] = set()
    twins = []
    for each in names:
        twins.append(not seen.isdisjoint(each))
        seen |= each
    return twins


def _decide_after_a_look(request: HoldRequest, terms: Terms) -> Answer:
    """Decide for a viewer whose live hold is over, or in another drop, or grows: an old one goes first, and
    stays if the new one is refused."""
    mine = Hold.objects.select_for_update().filter(
        variant=request.variant_id, viewer_key=request.viewer.key, status=Hold.Status.ACTIVE
    )
    try:
        with transaction.atomic():
            hold = mine.first()
            if hold is not None:
                is_over = not mine.filter(expires_at__gt=Now()).exists()
                if is_over or hold.drop_id != request.drop_id:
                    status = Hold.Status.EXPIRED if is_over else Hold.Status.RELEASED
                    actor = "system" if is_over else request.actor or f"viewer:{request.viewer.key}"
                    end_holds(holds=[hold], status=status, actor=actor)
                    hold = None
            [answer] = _decide([request], terms, hold)
            if isinstance(answer, Problem):
                raise answer
            return answer
    except Problem as problem:
        return problem
