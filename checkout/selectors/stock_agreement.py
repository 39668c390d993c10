"""Whether stock, holds, orders and drops tell one story: each unit that is held has a hold, and each unit that left
a drop is held or was paid for.

Not here: the journal of stock by itself (catalog.selectors.verify_stock).
"""

import uuid
from dataclasses import dataclass

from django.db import connection

from catalog.selectors import StockCheck, StockFault, verify_stock
from kernel import ids


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`where` names the variant or the drop; `counted` is what its row says, `found` what holds and orders say."""

    where: str
    what: str
    counted: int
    found: int

    def __str__(self) -> str:
        return f"{self.where}: {self.counted} {self.what}, but holds and orders say {self.found}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was compared and what is off: `faults` in words, the journal's first."""

    stock: StockCheck
    disagreements: list[Disagreement]

    @property
    def faults(self) -> list[str]:
        return [words_of(fault) for fault in self.stock.faults] + [str(each) for each in self.disagreements]


# Holds that are over and not swept still have their units. A paid order keeps its units of the drop also after a
# refund: they go back on the shelf, not into the drop.
_DISAGREE = """
WITH held AS (
    SELECT variant_id, sum(quantity) AS pieces FROM checkout_hold WHERE status = 'active' GROUP BY variant_id
), gone AS (
    SELECT drop_id, sum(quantity) AS pieces FROM (
        SELECT drop_id, quantity FROM checkout_hold WHERE status = 'active' AND drop_id IS NOT NULL
        UNION ALL
        SELECT l.drop_id, l.quantity FROM checkout_orderline l JOIN checkout_order o ON o.id = l.order_id
        WHERE l.drop_id IS NOT NULL AND o.paid_at IS NOT NULL
    ) AS piece GROUP BY drop_id
)
SELECT 'var', k.variant_id, k.held, coalesce(h.pieces, 0)
FROM catalog_stock k LEFT JOIN held h USING (variant_id)
WHERE k.held <> coalesce(h.pieces, 0) AND (%(variant)s::uuid IS NULL OR k.variant_id = %(variant)s)
UNION ALL
SELECT 'drp', d.id, d.units - d.units_left, coalesce(g.pieces, 0)
FROM catalog_drop d LEFT JOIN gone g ON g.drop_id = d.id
WHERE d.units - d.units_left <> coalesce(g.pieces, 0) AND (%(variant)s::uuid IS NULL OR d.variant_id = %(variant)s)
ORDER BY 1, 2
"""


def verify_all(variant_id: uuid.UUID | None = None) -> Agreement:
    """Recompute the journal and compare it with holds, orders and drops: of one variant or of all."""
    stock = verify_stock(variant_id)
    with connection.cursor() as cursor:
        cursor.execute(_DISAGREE, {"variant": variant_id})
        rows = cursor.fetchall()
    words = {"var": "units are held", "drp": "units of the drop are gone"}
    return Agreement(
        stock=stock,
        disagreements=[
            Disagreement(ids.public_id(prefix, subject), words[prefix], counted, int(found))
            for prefix, subject, counted, found in rows
        ],
    )


def words_of(fault: StockFault) -> str:
    """A fault of the journal as the command and the API say it."""
    place = {
        "chain": f"move {fault.move} is not the one that was written, or one before it is gone or new",
        "counts": f"the counts of move {fault.move} do not follow from the move before",
        "now": "no move is off, the count of now is",
    }[fault.what]
    return f"{fault.sku}: counted (free, held, sold) {fault.counted}, recomputed {fault.recomputed}; {place}"
