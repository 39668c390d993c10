"""Idempotency keys as Stripe's v1 API treats them, scoped by account.

A key's first answer is saved with the change it tells of and given again byte for byte. What may be saved is `api`'s
decision.
"""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.stripe.answer import Answer
from sandbox.stripe.errors import (
    IdempotencyKeyInUseError,
    IdempotencyMismatchError,
    ParameterError,
)
from sandbox.stripe.store import Store

KEPT_SECONDS = 48 * 3600


def fingerprint(method: str, path: str, pairs: list[tuple[str, str]]) -> str:
    """Two requests are the same when route and parameters are; the order of names does not matter."""
    hashed = hashlib.sha256(f"{method} {path}".encode())
    for name, value in sorted(pairs):
        hashed.update(f"\0{len(name)}:{name}{len(value)}:{value}".encode())
    return hashed.hexdigest()


class KeyRing:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._running: set[tuple[str, str]] = set()
        with store.transaction() as connection:
            connection.execute("DELETE FROM answers WHERE created < ?", (int(time.time()) - KEPT_SECONDS,))

    @contextmanager
    def claim(self, account: str, key: str) -> Iterator[None]:
        """Hold the key while its request runs. Raises IdempotencyKeyInUseError for the second at the same moment."""
        if len(key) > 255:
            raise ParameterError("Idempotency keys have at most 255 characters.")
        scoped = (account, key)
        with self._lock:
            if scoped in self._running:
                raise IdempotencyKeyInUseError(
                    "Another request with this Idempotency-Key is still running. Try again in a moment."
                )
            self._running.add(scoped)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(scoped)

    def saved(self, account: str, key: str, digest: str) -> Answer | None:
        rows = self._store.rows("SELECT * FROM answers WHERE account = ? AND key = ?", account, key)
        if not rows:
            return None
        row = rows[0]
        if row["fingerprint"] != digest:
            raise IdempotencyMismatchError(
                "Keys for idempotent requests can only be used with the same endpoint and parameters they were "
                "first used with. Use another key for another request."
            )
        headers = {
            "Content-Type": "application/json",
            "Idempotent-Replayed": "true",
            "Original-Request": row["request_id"],
        }
        return Answer(row["status"], bytes(row["body"]), headers)

    def save(self, account: str, key: str, digest: str, answer: Answer, request_id: str) -> None:
        """Called inside the transaction of the change, so that both stay or neither."""
        self._store.rows(
            "INSERT INTO answers (account, key, fingerprint, status, body, request_id, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            account,
            key,
            digest,
            answer.status,
            answer.body,
            request_id,
            int(time.time()),
        )
