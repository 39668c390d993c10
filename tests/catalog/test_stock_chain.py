"""The chain of the journal: anybody can recompute it, and who changes a line behind the shop's back is found."""

import hashlib
import importlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from catalog.models import StockMove, Variant
from catalog.selectors import verify_stock
from catalog.services import stock as services
from kernel.tenancy import current_schema
from tests.factories.catalog import ACTOR, make_variant

pytestmark = pytest.mark.usefixtures("in_aurora")


def busy_variant() -> Variant:
    variant = make_variant(stock=5)
    services.hold_stock(variant_id=variant.pk, quantity=3, reference="hld|1", actor="viewer:a|b")
    services.release_stock(variant_id=variant.pk, quantity=1, reference='hld "1"\n')
    services.sell_stock(variant_id=variant.pk, quantity=2, reference="Bestellung № 7")
    services.receive_stock(variant_id=variant.pk, quantity=4, reference="", actor=ACTOR)
    return variant


def hash_of(move: StockMove, previous: bytes) -> bytes:
    """As docs/reference/stock-journal.md says it, in another language than the database's."""
    parts = [
        previous.hex(), str(move.variant_id), move.kind, str(move.quantity), str(move.available), str(move.held),
        str(move.sold), move.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), str(len(move.reference)), move.reference, move.actor,
    ]  # fmt: skip
    return hashlib.sha256("|".join(parts).encode()).digest()


def test_anybody_can_recompute_the_chain() -> None:
    variant, other = busy_variant(), busy_variant()
    for each in (variant, other):
        previous = b""
        for move in StockMove.objects.filter(variant=each).order_by("id"):
            assert bytes(move.previous_hash) == previous
            assert bytes(move.hash) == (previous := hash_of(move, previous))
        check = verify_stock(each.pk)
        assert (check.faults, check.moves, check.head) == ([], 5, previous.hex())
    assert verify_stock().faults == []


def test_no_writer_can_forget_or_forge_the_hash() -> None:
    variant = make_variant(stock=2)
    last = StockMove.objects.get(variant=variant)
    forged = StockMove.objects.create(
        variant=variant, kind="receive", quantity=1, available=3, held=0, sold=0, at=last.at, hash=b"mine",
        previous_hash=b"mine",
    )  # fmt: skip
    forged.refresh_from_db()
    assert bytes(forged.previous_hash) == bytes(last.hash)
    assert bytes(forged.hash) == hash_of(forged, bytes(last.hash))


def test_a_journal_of_another_schema_is_not_written_by_mistake() -> None:
    variant = make_variant(stock=2)
    statement = (
        f'INSERT INTO "{current_schema()}".catalog_stockmove (variant_id, kind, quantity, available, held, sold,'
        " reference, actor, at, previous_hash, hash) VALUES (%s, 'receive', 1, 3, 0, 0, '', '', now(), '', '')"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = public")
        with pytest.raises(DatabaseError, match="set search_path"), transaction.atomic():
            cursor.execute(statement, [variant.pk])


@contextmanager
def as_superuser() -> Iterator[Callable[[str, list[int | uuid.UUID]], object]]:
    """What somebody can do who owns the server: no trigger runs for them."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor.execute
        finally:
            cursor.execute("SET session_replication_role = origin")


TAMPERINGS = {
    "another reference": "UPDATE catalog_stockmove SET reference = 'somebody else' WHERE id = %s",
    "another time": "UPDATE catalog_stockmove SET at = at - interval '1 day' WHERE id = %s",
    "another actor": "UPDATE catalog_stockmove SET actor = 'member:nobody' WHERE id = %s",
    "another quantity": "UPDATE catalog_stockmove SET quantity = quantity + 1 WHERE id = %s",
    "hash made to fit": (
        "UPDATE catalog_stockmove SET reference = 'x', hash = catalog_move_hash(previous_hash, variant_id, kind,"
        " quantity, available, held, sold, at, 'x', actor) WHERE id = %s"
    ),
    "a line gone": "DELETE FROM catalog_stockmove WHERE id = %s",
    "a line slipped in": (
        "INSERT INTO catalog_stockmove (id, variant_id, kind, quantity, available, held, sold, reference, actor, at,"
        " previous_hash, hash) SELECT -id, variant_id, kind, quantity, available, held, sold, reference, actor, at,"
        " '', hash FROM catalog_stockmove WHERE id = %s"
    ),
}


@pytest.mark.parametrize("how", TAMPERINGS)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_tampering_is_found_where_it_begins(how: str, place: int) -> None:
    variant, honest = busy_variant(), busy_variant()
    moves = list(StockMove.objects.filter(variant=variant).order_by("id").values_list("pk", flat=True))
    with as_superuser() as execute:
        execute(TAMPERINGS[how], [moves[place]])
    [fault] = verify_stock().faults
    assert (fault.variant_id, fault.what) == (variant.pk, "chain")
    first = {
        "a line gone": moves[place + 1],
        "hash made to fit": moves[place + 1],
        # A copy of the very first line begins a chain as well as that does: then the second does not follow.
        "a line slipped in": -moves[place] if place else moves[0],
    }
    assert fault.move == first.get(how, moves[place])
    assert verify_stock(honest.pk).faults == []


def test_an_end_that_was_cut_off_shows_in_the_count_or_in_a_head_somebody_noted() -> None:
    variant = busy_variant()
    noted = verify_stock(variant.pk).head
    last = StockMove.objects.filter(variant=variant).latest("id")
    with as_superuser() as execute:
        execute("DELETE FROM catalog_stockmove WHERE id = %s", [last.pk])
    [fault] = verify_stock(variant.pk).faults
    assert (fault.what, fault.move) == ("now", None)
    with as_superuser() as execute:
        execute(
            "UPDATE catalog_stock SET available = available - 4, total = total - 4 WHERE variant_id = %s", [variant.pk]
        )
    check = verify_stock(variant.pk)
    assert check.faults == []
    assert check.head != noted


def test_moves_of_one_batch_are_chained_in_their_order() -> None:
    variant = make_variant(stock=300)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM catalog_book_moves(%s, 'hold', array_fill(1, ARRAY[250]), array_fill('h'::text, ARRAY[250]),"
            " array_fill('a'::text, ARRAY[250]), now())",
            [variant.pk],
        )
    check = verify_stock(variant.pk)
    assert (check.moves, check.faults) == (251, [])


def test_what_was_written_before_the_chain_is_put_into_it() -> None:
    """The migration's own statement, on a journal whose hashes were emptied."""
    migration = importlib.import_module("catalog.migrations.0008_journal_chain")
    variant, other = busy_variant(), busy_variant()
    heads = [verify_stock(each.pk).head for each in (variant, other)]
    with as_superuser() as execute:
        execute("UPDATE catalog_stockmove SET hash = '', previous_hash = ''", [])
    assert len(verify_stock().faults) == 2
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at the beginning of a migration: nothing is pending
        cursor.execute(migration.CHAIN_WHAT_IS_THERE)
    assert [verify_stock(each.pk).head for each in (variant, other)] == heads
    assert verify_stock().faults == []
