"""Locks with a name and a time limit, released by the end of the transaction.

Not here: guarded statements, which need no lock and come first.
"""

import contextlib
import hashlib
from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction

from kernel.errors import Conflict
from kernel.tenancy import schema_or_public


class Busy(Conflict):
    code = "busy"
    message = "Somebody else is changing this right now. Try again in a moment."


@contextlib.contextmanager
def lock_timeout(milliseconds: int = 3000) -> Iterator[None]:
    """Give up a row lock after this long, inside a transaction. Raises Busy instead of waiting on."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a lock outside a transaction ends at once")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])
    try:
        yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) == "55P03":  # lock_not_available
            raise Busy(retry_after=1) from error
        raise


def advisory_lock(*parts: str) -> None:
    """Wait for the transaction-long lock of this name, for what has no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(*parts)])


def lock_number(*parts: str) -> int:
    """The number under which PostgreSQL knows the lock of this name: for functions that take many at once."""
    digest = hashlib.blake2b("\0".join((schema_or_public(), *parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
