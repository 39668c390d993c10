"""Stock recomputed from its journal: whether every count is what the moves say, and every move the one written.

Not here: moving units (services/stock.py), nor whether holds and drops agree (checkout).
"""

import enum
import uuid
from dataclasses import dataclass

from django.db import connection

from catalog.models import StockMove
from catalog.states import STOCK_MOVES


class Fault(enum.StrEnum):
    """What is wrong. When several are, the one that stands first in the journal is told."""

    CHAIN = "chain"  # a move is not the one that was written, or one before it is gone or new
    COUNTS = "counts"  # the counts of a move do not follow from the move before
    NOW = "now"  # all moves are right, and the count of now is another


@dataclass(frozen=True, slots=True)
class StockFault:
    """A variant whose journal or count is off. `move` is the first wrong line, None when only the row
    of now is."""

    variant_id: uuid.UUID
    sku: str
    what: Fault
    counted: tuple[int, int, int]
    recomputed: tuple[int, int, int]
    move: int | None


@dataclass(frozen=True, slots=True)
class StockCheck:
    """`moves` lines of `variants` variants were added up again and their chain was followed. `head` is the hash at the
    end of the chain, when one variant was asked for: who noted it elsewhere sees whether the end was cut off."""

    variants: int
    moves: int
    last_move: int | None
    faults: list[StockFault]
    head: str = ""


_EFFECTS = ", ".join(f"('{kind}', {a}, {h}, {s})" for kind, (a, h, s) in STOCK_MOVES.items())
# The hash is written out here once more: who can change rows could change a function of the database as well.
_RECOMPUTE = f"""
WITH effect (kind, a, h, s) AS (VALUES {_EFFECTS}),
line AS (
    SELECT m.id, m.variant_id, m.available, m.held, m.sold, m.hash,
           m.previous_hash IS DISTINCT FROM coalesce(lag(m.hash) OVER running, '')
           OR m.hash IS DISTINCT FROM sha256(convert_to(
               encode(m.previous_hash, 'hex') || '|' || m.variant_id || '|' || m.kind || '|' || m.quantity || '|'
               || m.available || '|' || m.held || '|' || m.sold || '|'
               || to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '|'
               || char_length(m.reference) || '|' || m.reference || '|' || m.actor, 'UTF8')) AS is_foreign,
           sum(m.quantity * e.a) OVER running AS a, sum(m.quantity * e.h) OVER running AS h,
           sum(m.quantity * e.s) OVER running AS s
    FROM catalog_stockmove m JOIN effect e USING (kind)
    WHERE %(variant)s::uuid IS NULL OR m.variant_id = %(variant)s
    WINDOW running AS (PARTITION BY m.variant_id ORDER BY m.id)
),
summed AS (
    SELECT DISTINCT ON (variant_id) variant_id, a, h, s, encode(hash, 'hex') AS head FROM line
    ORDER BY variant_id, id DESC
),
broken AS (
    SELECT DISTINCT ON (variant_id) variant_id, id, is_foreign FROM line
    WHERE is_foreign OR (available, held, sold) <> (a, h, s) ORDER BY variant_id, id
),
counted AS (SELECT count(*) AS moves, max(id) AS last FROM line)
SELECT v.id, v.sku, k.available, k.held, k.sold, coalesce(t.a, 0), coalesce(t.h, 0), coalesce(t.s, 0), b.id,
       b.is_foreign, coalesce(t.head, ''), t.variant_id IS NOT NULL, c.moves, c.last
FROM catalog_stock k
JOIN catalog_variant v ON v.id = k.variant_id
CROSS JOIN counted c
LEFT JOIN summed t ON t.variant_id = k.variant_id
LEFT JOIN broken b ON b.variant_id = k.variant_id
WHERE %(variant)s::uuid IS NULL OR k.variant_id = %(variant)s
ORDER BY v.sku
"""  # noqa: S608 - the only values put in are states.py's own table


def verify_stock(variant_id: uuid.UUID | None = None) -> StockCheck:
    """Add the journal up again, line by line, follow its chain, and compare: of one variant or of all. One
    statement, so that moves of this very moment are seen whole or not at all."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOMPUTE, {"variant": variant_id})
        rows = cursor.fetchall()
    faults, moved = [], 0
    for variant, sku, a, h, s, ra, rh, rs, move, is_foreign, _, has_moved, _, _ in rows:
        moved += has_moved
        if move is not None or (a, h, s) != (ra, rh, rs):
            what = Fault.NOW if move is None else Fault.CHAIN if is_foreign else Fault.COUNTS
            faults.append(StockFault(variant, sku, what, (a, h, s), (int(ra), int(rh), int(rs)), move))
    return StockCheck(
        variants=moved,
        moves=rows[0][12] if rows else 0,
        last_move=rows[0][13] if rows else None,
        faults=faults,
        head=rows[0][10] if variant_id is not None and rows else "",
    )


def moves_of(variant_id: uuid.UUID, limit: int = 6) -> list[StockMove]:
    """The newest moves of a variant."""
    return list(StockMove.objects.filter(variant_id=variant_id).order_by("-id")[:limit])
