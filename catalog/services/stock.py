"""The only code that moves units: one guarded statement a move, with its line in the journal.

Not here: who may move them, nor how long a hold lives (checkout).
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import LiteralString, NoReturn

from django.db import connection, transaction

from catalog.errors import CountTooLow, LineFirst, SoldOut, StockShort, VariantNotFound
from catalog.events import StockAdjusted, StockChanged, StockRestocked
from catalog.models import Stock, Variant
from catalog.selectors.on_sale import is_on_sale
from catalog.services.drop_units import give_back_units, require_units, say_sold_out, take_units
from catalog.states import STOCK_MOVES
from kernel import clock, ids
from kernel.errors import InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import lock_timeout

MOST_UNITS = 1_000_000  # of one variant; far below what the column holds, far above a shop

# One statement: it changes the counts only if none falls below zero, and books what they are then.
_MOVE: LiteralString = """
WITH moved AS (
    UPDATE catalog_stock
    SET total = total + %(a)s + %(h)s + %(s)s, available = available + %(a)s, held = held + %(h)s, sold = sold + %(s)s
    WHERE variant_id = %(variant)s AND available + %(a)s >= 0 AND held + %(h)s >= 0 AND sold + %(s)s >= 0
      AND (NOT by_line OR %(passes)s)
    RETURNING available, held, sold
)
INSERT INTO catalog_stockmove (variant_id, kind, quantity, available, held, sold, reference, actor, at)
SELECT %(variant)s, %(kind)s, %(quantity)s, available, held, sold, %(reference)s, %(actor)s, %(at)s FROM moved
RETURNING available, held, sold
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the units of a variant stand after a move."""

    available: int
    held: int
    sold: int

    @property
    def total(self) -> int:
        return self.available + self.held + self.sold


@transaction.atomic
def receive_stock(*, variant_id: uuid.UUID, quantity: int, reference: str, actor: str) -> Counts:
    """Add units that arrived. Raises InvalidInput, VariantNotFound. Locks the stock row."""
    with lock_timeout():
        stock = _locked(variant_id)
    if stock.total + quantity > MOST_UNITS:
        raise InvalidInput(param="quantity", reason=f"Enter a number up to {MOST_UNITS - stock.total}.")
    counts = _book("receive", variant_id, quantity, reference, actor)
    facts = _facts(stock.variant, counts, quantity, reference)
    append(StockRestocked(**facts), topic=SHOP_TOPIC, actor=actor)
    tell_stock(variant_id, counts, actor)
    return counts


@transaction.atomic
def correct_stock(*, variant_id: uuid.UUID, total: int, reason: str, actor: str) -> Counts:
    """Set the total to what somebody counted; the difference goes to what is free. Units held or
    sold stay. Raises CountTooLow, InvalidInput, VariantNotFound. Locks the stock row."""
    if not 0 <= total <= MOST_UNITS:
        raise InvalidInput(param="total", reason=f"Enter a number from 0 to {MOST_UNITS}.")
    with lock_timeout():
        stock = _locked(variant_id)
    if total < stock.held + stock.sold:
        raise CountTooLow(param="total", bound=stock.held + stock.sold)
    difference = total - stock.total
    if difference == 0:
        return Counts(stock.available, stock.held, stock.sold)
    counts = _move("correct", variant_id, difference, reason, actor) or _refuse("correct", variant_id, difference)
    facts = _facts(stock.variant, counts, difference, reason)
    append(StockAdjusted(**facts), topic=SHOP_TOPIC, actor=actor)
    tell_stock(variant_id, counts, actor)
    return counts


def hold_stock(
    *,
    variant_id: uuid.UUID,
    quantity: int,
    reference: str,
    drop_id: uuid.UUID | None = None,
    granted: bool = False,
    actor: str = "system",
) -> None:
    """Keep units for a buyer, in the caller's transaction: all of them or none.

    With `drop_id` the units also come out of the drop, which must be open; its last unit makes it
    sold out. `granted` is for one whose turn in line it is. Raises SoldOut, LineFirst (others wait),
    DropNotOpen, VariantNotFound, DropNotFound; after any of them nothing has changed and the
    transaction goes on. Locks the stock row, then the drop's.
    """
    if drop_id is None:
        counts = _book("hold", variant_id, quantity, reference, actor, passes=granted)
        tell_stock(variant_id, counts, actor)
        return
    _require_transaction()
    require_units(drop_id=drop_id, variant_id=variant_id, quantity=quantity, granted=granted)
    with transaction.atomic():  # a savepoint: when the drop refuses, the stock is as it was
        counts = _book("hold", variant_id, quantity, reference, actor)
        left = take_units(drop_id=drop_id, variant_id=variant_id, quantity=quantity, granted=granted)
    if left == 0:
        say_sold_out(drop_id=drop_id, actor=actor)
    tell_stock(variant_id, counts, actor, drop_id, left)


def release_stock(
    *, variant_id: uuid.UUID, quantity: int, reference: str, drop_id: uuid.UUID | None = None, actor: str = "system"
) -> None:
    """Let held units go free again, in the caller's transaction; with `drop_id` back into the drop,
    which opens again when it was sold out. Raises StockShort when fewer are held: a caller that
    releases one hold twice. Locks the stock row, then the drop's."""
    counts = _book("release", variant_id, quantity, reference, actor)
    left = give_back_units(drop_id=drop_id, quantity=quantity, actor=actor) if drop_id else None
    tell_stock(variant_id, counts, actor, drop_id, left)


def sell_stock(
    *, variant_id: uuid.UUID, quantity: int, reference: str, drop_id: uuid.UUID | None = None, actor: str = "system"
) -> None:
    """Turn held units into sold ones, in the caller's transaction. What is free stays as it is, and
    so does the drop, which gave its units when they were held: no event, the journal tells.
    Raises StockShort when fewer are held. Locks the stock row."""
    _book("sell", variant_id, quantity, reference, actor)


def return_stock(*, variant_id: uuid.UUID, quantity: int, reference: str, actor: str = "system") -> None:
    """Put sold units back on the shelf, in the caller's transaction. Raises StockShort when fewer
    are sold. Locks the stock row."""
    counts = _book("return", variant_id, quantity, reference, actor)
    tell_stock(variant_id, counts, actor)


def _book(
    kind: str, variant_id: uuid.UUID, quantity: int, reference: str, actor: str, *, passes: bool = True
) -> Counts:
    """`passes` the line of those who wait for this variant: all moves but a hold out of turn."""
    if not 1 <= quantity <= MOST_UNITS:
        raise InvalidInput(param="quantity", reason=f"Enter a number from 1 to {MOST_UNITS}.")
    return _move(kind, variant_id, quantity, reference, actor, passes=passes) or _refuse(kind, variant_id, quantity)


def _move(
    kind: str, variant_id: uuid.UUID, quantity: int, reference: str, actor: str, *, passes: bool = True
) -> Counts | None:
    """The counts after the move, or None when it would leave one below zero."""
    _require_transaction()
    available, held, sold = (effect * quantity for effect in STOCK_MOVES[kind])
    values: dict[str, uuid.UUID | str | int | dt.datetime] = {
        "variant": variant_id,
        "kind": kind,
        "quantity": quantity,
        "a": available,
        "h": held,
        "s": sold,
        "reference": reference[:120],
        "actor": actor[:80],
        "passes": passes,
        "at": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, values)
        row = cursor.fetchone()
    return Counts(*row) if row else None


def _refuse(kind: str, variant_id: uuid.UUID, quantity: int) -> NoReturn:
    stock = Stock.objects.filter(pk=variant_id).first()
    if stock is None:
        raise VariantNotFound
    if kind == "hold":
        if stock.by_line and stock.available >= quantity:
            raise LineFirst(available=0, quantity=quantity)
        raise SoldOut(available=stock.available, quantity=quantity)
    found, place = (stock.sold, "sold") if kind == "return" else (stock.held, "held")
    raise StockShort(found=found, place=place, quantity=quantity)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a move of stock belongs into the transaction of its cause")


def _locked(variant_id: uuid.UUID) -> Stock:
    stock = Stock.objects.select_for_update(of=("self",)).select_related("variant").filter(pk=variant_id).first()
    if stock is None:
        raise VariantNotFound
    return stock


def tell_stock(
    variant_id: uuid.UUID, counts: Counts, actor: str, drop_id: uuid.UUID | None = None, left: int | None = None
) -> None:
    """Tell viewers how many are free now; of what is not on sale they hear nothing. Under the stock
    row's lock: only then is the answer, on sale or not, the one that viewers are left with."""
    if not is_on_sale(variant_id):
        return
    event = StockChanged(
        variant_id=ids.public_id(Variant.id_prefix, variant_id),
        available=counts.available,
        total=counts.total,
        drop_id=ids.public_id("drp", drop_id) if drop_id else None,
        drop_units_left=left,
    )
    append(event, topic=SHOP_TOPIC, actor=actor)


def _facts(variant: Variant, counts: Counts, quantity: int, reference: str) -> dict[str, str | int]:
    return {
        "variant_id": variant.public_id,
        "sku": variant.sku,
        "quantity": quantity,
        "available": counts.available,
        "total": counts.total,
        "reference": reference,
    }
