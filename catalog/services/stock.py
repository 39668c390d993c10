"""The only code that moves units: one guarded statement a move, with its line in the journal.

Not here: who may move them, nor how long a hold lives (checkout).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, NoReturn

from django.db import connection, transaction

from catalog.errors import CountTooLow, DropNotFound, DropNotOpen, LineFirst, SoldOut, StockShort, VariantNotFound
from catalog.events import StockAdjusted, StockRestocked
from catalog.models import Stock, Variant
from catalog.services.drop_units import say_reopened, say_sold_out
from kernel import clock, ids
from kernel.errors import InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append, ring_after_commit
from kernel.locks import lock_timeout

MOST_UNITS = 1_000_000  # of one variant; far below what the column holds, far above a shop

_BOOK: LiteralString = "SELECT * FROM catalog_book_moves(%s, %s, %s::int[], %s::text[], %s::text[], %s)"
_LOOK: LiteralString = "SELECT available, by_line, status, units_left FROM catalog_units(%s, %s, %s)"
_TAKE: LiteralString = (
    "SELECT * FROM catalog_take_units(%s, %s, %s, %s, %s::int[], %s::text[], %s::text[], 'system', %s)"
)
_GIVE_BACK: LiteralString = (
    "SELECT * FROM catalog_give_back_units(%s, %s, %s::uuid[], %s::text[], %s::int[], %s::text[], %s::text[],"
    " 'system', %s)"
)
_TELL: LiteralString = "SELECT catalog_tell_stock(%s, %s, NULL, NULL, %s, %s)"


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
    tell_stock(variant_id, actor)
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
    tell_stock(variant_id, actor)
    return counts


def require_variant(variant_id: uuid.UUID) -> None:
    """Raises VariantNotFound."""
    if not Stock.objects.filter(pk=variant_id).exists():
        raise VariantNotFound


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
    transaction goes on. Locks the stock row, then the drop's; neither when a look says that it is in vain.
    """
    _require_transaction()
    _require_quantity(quantity)
    with connection.cursor() as cursor:
        for locks in (False, True):
            cursor.execute(_LOOK, [variant_id, drop_id, locks])
            _require_units(cursor.fetchone(), drop_id=drop_id, quantity=quantity, granted=granted)
        names = [_variant_name(variant_id), drop_id, _drop_name(drop_id)]
        cursor.execute(_TAKE, [variant_id, *names, [quantity], [reference], [actor], clock.now()])
        [emptied] = cursor.fetchone() or [False]
    if emptied and drop_id is not None:
        say_sold_out(drop_id=drop_id, actor="system")
    ring_after_commit()


def release_stock(
    *, variant_id: uuid.UUID, quantity: int, reference: str, drop_id: uuid.UUID | None = None, actor: str = "system"
) -> None:
    """Let held units go free again, in the caller's transaction; with `drop_id` back into the drop,
    which opens again when it was sold out. Raises StockShort when fewer are held: a caller that
    releases one hold twice. Locks the stock row, then the drop's."""
    _require_transaction()
    _require_quantity(quantity)
    with connection.cursor() as cursor:
        subject: list[Any] = [variant_id, _variant_name(variant_id)]
        drops: list[uuid.UUID | None] = [drop_id]
        names: list[str | None] = [_drop_name(drop_id)]
        cursor.execute(_GIVE_BACK, [*subject, drops, names, [quantity], [reference], [actor], clock.now()])
        row = cursor.fetchone()
    if row is None:
        _refuse("release", variant_id, quantity)
    for reopened in row[0]:
        say_reopened(drop_id=reopened, actor="system")
    ring_after_commit()


def sell_stock(
    *, variant_id: uuid.UUID, quantity: int, reference: str, drop_id: uuid.UUID | None = None, actor: str = "system"
) -> None:
    """Turn held units into sold ones, in the caller's transaction. What is free stays as it is, and
    so does the drop, which gave its units when they were held: no event, the journal tells.
    Raises StockShort when fewer are held. Locks the stock row."""
    _book("sell", variant_id, quantity, reference, actor)


def sell_pieces(*, variant_id: uuid.UUID, pieces: Sequence[tuple[int, str]], actor: str = "system") -> None:
    """Turn held units into sold ones for many at once, each with its reference: one statement, a line of the
    journal each. Raises StockShort when fewer are held in all: then nothing has changed. Locks the stock row."""
    _require_transaction()
    quantities, references = [quantity for quantity, _ in pieces], [reference for _, reference in pieces]
    with connection.cursor() as cursor:
        cursor.execute(_BOOK, [variant_id, "sell", quantities, references, [actor] * len(pieces), clock.now()])
        if cursor.fetchone() is None:
            _refuse("sell", variant_id, sum(quantities))


def return_stock(*, variant_id: uuid.UUID, quantity: int, reference: str, actor: str = "system") -> None:
    """Put sold units back on the shelf, in the caller's transaction. Raises StockShort when fewer
    are sold. Locks the stock row."""
    _book("return", variant_id, quantity, reference, actor)
    tell_stock(variant_id, actor)


def _require_units(
    found: tuple[int, bool, str | None, int | None] | None, *, drop_id: uuid.UUID | None, quantity: int, granted: bool
) -> None:
    """Refuse what the counts and the drop cannot give."""
    if found is None:
        raise VariantNotFound
    available, by_line, status, left = found
    if drop_id is not None:
        if status is None or left is None:
            raise DropNotFound
        if status not in ("open", "sold_out"):
            raise DropNotOpen(drop_status=status)
        if by_line and not granted:
            raise LineFirst(available=0, quantity=quantity)
        if (status == "sold_out" and not granted) or left < quantity:
            raise SoldOut(available=left, quantity=quantity)
    if available < quantity:
        raise SoldOut(available=available, quantity=quantity)
    if by_line and not granted:
        raise LineFirst(available=0, quantity=quantity)


def _variant_name(variant_id: uuid.UUID) -> str:
    return ids.public_id(Variant.id_prefix, variant_id)


def _drop_name(drop_id: uuid.UUID | None) -> str | None:
    return ids.public_id("drp", drop_id) if drop_id else None


def _require_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MOST_UNITS:
        raise InvalidInput(param="quantity", reason=f"Enter a number from 1 to {MOST_UNITS}.")


def _book(kind: str, variant_id: uuid.UUID, quantity: int, reference: str, actor: str) -> Counts:
    _require_quantity(quantity)
    return _move(kind, variant_id, quantity, reference, actor) or _refuse(kind, variant_id, quantity)


def _move(kind: str, variant_id: uuid.UUID, quantity: int, reference: str, actor: str) -> Counts | None:
    """The counts after the move, or None when it would leave one below zero."""
    _require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_BOOK, [variant_id, kind, [quantity], [reference], [actor], clock.now()])
        row = cursor.fetchone()
    return Counts(*row) if row else None


def _refuse(kind: str, variant_id: uuid.UUID, quantity: int) -> NoReturn:
    stock = Stock.objects.filter(pk=variant_id).first()
    if stock is None:
        raise VariantNotFound
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


def tell_stock(variant_id: uuid.UUID, actor: str) -> None:
    """Tell viewers how many are free now; of what is not on sale they hear nothing. Under the stock
    row's lock: only then is the answer, on sale or not, the one that viewers are left with."""
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [variant_id, _variant_name(variant_id), actor, clock.now()])
    ring_after_commit()


def _facts(variant: Variant, counts: Counts, quantity: int, reference: str) -> dict[str, str | int]:
    return {
        "variant_id": variant.public_id,
        "sku": variant.sku,
        "quantity": quantity,
        "available": counts.available,
        "total": counts.total,
        "reference": reference,
    }
