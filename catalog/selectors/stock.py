"""Stock recomputed from its journal: whether every count is what the moves say.

Not here: moving units (services/stock.py).
"""

import uuid
from dataclasses import dataclass

from django.db import connection

from catalog.models import StockMove
from catalog.states import STOCK_MOVES


@dataclass(frozen=True, slots=True)
class StockFault:
    """A count that the journal does not bear out. `move` is the first line that does not follow
    from the one before, or None when only the row of now is off."""

    variant_id: uuid.UUID
    sku: str
    counted: tuple[int, int, int]
    recomputed: tuple[int, int, int]
    move: int | None


@dataclass(frozen=True, slots=True)
class StockCheck:
    """`moves` lines of `variants` variants were added up again."""

    variants: int
    moves: int
    last_move: int | None
    faults: list[StockFault]


_EFFECTS = ", ".join(f"('{kind}', {a}, {h}, {s})" for kind, (a, h, s) in STOCK_MOVES.items())
_RECOMPUTE = f"""
WITH effect (kind, a, h, s) AS (VALUES {_EFFECTS}),
line AS (
    SELECT m.id, m.variant_id, m.available, m.held, m.sold,
           sum(m.quantity * e.a) OVER running AS a, sum(m.quantity * e.h) OVER running AS h,
           sum(m.quantity * e.s) OVER running AS s
    FROM catalog_stockmove m JOIN effect e USING (kind)
    WHERE %(variant)s::uuid IS NULL OR m.variant_id = %(variant)s
    WINDOW running AS (PARTITION BY m.variant_id ORDER BY m.id)
),
summed AS (
    SELECT DISTINCT ON (variant_id) variant_id, a, h, s FROM line ORDER BY variant_id, id DESC
),
broken AS (
    SELECT variant_id, min(id) AS id FROM line WHERE (available, held, sold) <> (a, h, s) GROUP BY variant_id
)
SELECT v.id, v.sku, k.available, k.held, k.sold, coalesce(t.a, 0), coalesce(t.h, 0), coalesce(t.s, 0), b.id
FROM catalog_stock k
JOIN catalog_variant v ON v.id = k.variant_id
LEFT JOIN summed t ON t.variant_id = k.variant_id
LEFT JOIN broken b ON b.variant_id = k.variant_id
WHERE (%(variant)s::uuid IS NULL OR k.variant_id = %(variant)s)
  AND (b.id IS NOT NULL OR (k.available, k.held, k.sold) <> (coalesce(t.a, 0), coalesce(t.h, 0), coalesce(t.s, 0)))
ORDER BY v.sku
"""  # noqa: S608 - the only values put in are states.py's own table


def verify_stock(variant_id: uuid.UUID | None = None) -> StockCheck:
    """Add the journal up again, line by line, and compare: of one variant or of all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), max(id), count(DISTINCT variant_id) FROM catalog_stockmove "
            "WHERE %(variant)s::uuid IS NULL OR variant_id = %(variant)s",
            {"variant": variant_id},
        )
        moves, last_move, variants = cursor.fetchone() or (0, None, 0)
        cursor.execute(_RECOMPUTE, {"variant": variant_id})
        rows = cursor.fetchall()
    faults = [
        StockFault(variant, sku, (a, h, s), (int(ra), int(rh), int(rs)), move)
        for variant, sku, a, h, s, ra, rh, rs, move in rows
    ]
    return StockCheck(variants=variants, moves=moves, last_move=last_move, faults=faults)


def moves_of(variant_id: uuid.UUID, limit: int = 6) -> list[StockMove]:
    """The newest moves of a variant."""
    return list(StockMove.objects.filter(variant_id=variant_id).order_by("-id")[:limit])
