"""What the sandbox remembers: one SQLite file, written before a request is answered.

Knows rows and namespaces (one per connected account), not what the objects mean.
A process killed at any line loses nothing that was answered: each change is one committed transaction.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.stripe.errors import JsonObject

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_listing ON objects (account, kind, seq);
CREATE TABLE IF NOT EXISTS answers (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    request_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due REAL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given_up')),
    last_outcome TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    object TEXT NOT NULL,
    due REAL NOT NULL
);
"""


class StateFileInUseError(Exception):
    """Another sandbox already works on this state file, or it is a file of another kind."""


@dataclass(frozen=True)
class Found:
    account: str
    body: JsonObject


class Store:
    """One connection behind one lock: the sandbox is small, and order is worth more than speed here."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=1)
        self._connection.row_factory = sqlite3.Row
        try:
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL syncs at checkpoints only: enough against a killed process, which is what we promise.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError as problem:
            raise StateFileInUseError(path) from problem

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def add(self, account: str, body: JsonObject) -> None:
        with self._lock:
            self._connection.execute(
                "INSERT INTO objects (account, id, kind, created, body) VALUES (?, ?, ?, ?, ?)",
                (account, body["id"], body["object"], body["created"], json.dumps(body)),
            )

    def replace(self, body: JsonObject) -> None:
        with self._lock:
            self._connection.execute("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))

    def find(self, object_id: str, kind: str) -> Found | None:
        """By id alone, whatever the account: ids are unique over all of them."""
        rows = self.rows("SELECT account, body FROM objects WHERE id = ? AND kind = ?", object_id, kind)
        return Found(rows[0]["account"], json.loads(rows[0]["body"])) if rows else None

    def select(
        self,
        account: str,
        kind: str,
        *,
        fields: Mapping[str, str],
        where: list[tuple[str, Any]],
        limit: int,
        order: str,
    ) -> list[JsonObject]:
        """A page of one kind. `fields` compares members of the body, `where` holds fixed SQL with its value."""
        clauses = ["account = ?", "kind = ?", *(clause for clause, _ in where)]
        values: list[Any] = [account, kind, *(value for _, value in where)]
        for name, value in fields.items():
            clauses.append("json_extract(body, ?) = ?")
            values += [f"$.{name}", value]
        sql = f"SELECT body FROM objects WHERE {' AND '.join(clauses)} ORDER BY seq {order} LIMIT ?"
        return [json.loads(row["body"]) for row in self.rows(sql, *values, limit)]

    def sequence_of(self, account: str, kind: str, object_id: str) -> int | None:
        rows = self.rows(
            "SELECT seq FROM objects WHERE account = ? AND kind = ? AND id = ?",
            account,
            kind,
            object_id,
        )
        return int(rows[0]["seq"]) if rows else None

    def close(self) -> None:
        with self._lock:
            self._connection.close()
