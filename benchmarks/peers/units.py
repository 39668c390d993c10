"""Other ways to take units of one thing, each written as its authors would: statements in a transaction.

    python -m benchmarks.peers.units conditional|skip_locked|redis_gate

Runs in the peers' own environment: psycopg and uvloop without an ORM, sixteen connections, which is where a
hot row is fastest. Each does what our hold does: the count of stock, the hold's row, its event in the log, its
idempotency record, all durable, in tables that are copies of ours (benchmarks/prepare_drop.py).
"""

import asyncio
import hashlib
import json
import os
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, LiteralString

import redis.asyncio
import uvloop
from psycopg import AsyncConnection, AsyncCursor
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from benchmarks.buyers.loop import Way, obey

CONNECTIONS = 16
SETTLED_AT_ONCE = 500
RUN = uuid.uuid4().hex[:8]

Cursor = AsyncCursor[Any]

# What is counted by a plain row: the ordinary way, and the gate's truth.
TAKE: LiteralString = (
    "UPDATE stock SET available = available - 1, held = held + 1 WHERE variant_id = %s AND available >= 1"
)
# What is counted by one row a unit: whoever comes takes the first that nobody has locked.
TAKE_UNIT: LiteralString = (
    "UPDATE unit SET hold_id = %s WHERE id = (SELECT id FROM unit WHERE variant_id = %s AND hold_id IS NULL "
    "ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"
)
CLAIM: LiteralString = (
    "INSERT INTO idempotency (caller, route, key, body_hash, status, body, content_type, started_at) "
    "VALUES (%s, '/api/v1/holds/', %s, %s, 201, %s, 'application/json', now()) ON CONFLICT DO NOTHING"
)
HOLD: LiteralString = (
    "INSERT INTO hold (id, variant_id, quantity, unit_minor, currency, viewer_key, status, extended, expires_at) "
    "VALUES (%s, %s, 1, 3800, 'EUR', %s, 'active', false, now() + interval '5 minutes')"
)
TELL: LiteralString = (
    'INSERT INTO event (event_id, topic, type, version, data, actor, "to", at) '
    "VALUES (%s, 'shop', 'hold.created', 1, %s, %s, %s, now())"
)
GRANTED: LiteralString = "SELECT id, data->>'hold_id' FROM event WHERE id > %s ORDER BY id"

GATE = """
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return -1 end
local left = tonumber(redis.call('GET', KEYS[1]) or '0')
if left < 1 then return 0 end
redis.call('DECR', KEYS[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('XADD', KEYS[3], '*', 'buyer', ARGV[1], 'hold', ARGV[2])
return left
"""


class Shop:
    """The tables, and one buyer's rows in them."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]], variant: uuid.UUID) -> None:
        self.pool, self.variant = pool, variant
        self._told = 0

    def rows_of(self, buyer: str, hold: str) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
        """The values of CLAIM, HOLD and TELL."""
        facts = {
            "hold_id": hold,
            "variant_id": str(self.variant),
            "drop_id": None,
            "quantity": 1,
            "unit_price_minor": 3800,
            "currency": "EUR",
            "expires_at": time.time() + 300,
            "extended": False,
        }
        digest = hashlib.sha256(buyer.encode()).hexdigest()
        claim = (buyer, f"key-{buyer}", digest, json.dumps({**facts, "status": "active"}).encode())
        return claim, (hold, self.variant, buyer), (uuid.uuid4(), Jsonb(facts), f"viewer:{buyer}", buyer)

    async def granted(self) -> Sequence[str]:
        async with self.pool.connection() as connection:
            rows = await (await connection.execute(GRANTED, [self._told])).fetchall()
        self._told = max((row[0] for row in rows), default=self._told)
        return [row[1] for row in rows]

    async def nothing_waits(self) -> None:
        """What was answered is in the database."""


def conditional(shop: Shop) -> Callable[[int], Awaitable[str | None]]:
    """The guarded UPDATE that every tutorial shows, with the rest of the work in its transaction."""
    return _in_transaction(shop, lambda cursor, _: cursor.execute(TAKE, [shop.variant], prepare=True))


def skip_locked(shop: Shop) -> Callable[[int], Awaitable[str | None]]:
    """A row for each unit, as Shopify has it since 2026."""
    return _in_transaction(shop, lambda cursor, hold: cursor.execute(TAKE_UNIT, [hold, shop.variant], prepare=True))


def _in_transaction(
    shop: Shop, take: Callable[[Cursor, str], Awaitable[Cursor]]
) -> Callable[[int], Awaitable[str | None]]:
    async def reserve(number: int) -> str | None:
        buyer, hold = f"{RUN}-{number}", str(uuid.uuid4())
        claim, row, event = shop.rows_of(buyer, hold)
        async with shop.pool.connection() as connection, connection.transaction():
            cursor = connection.cursor()
            await cursor.execute(CLAIM, claim, prepare=True)
            if (await take(cursor, hold)).rowcount != 1:
                return None
            await cursor.execute(HOLD, row, prepare=True)
            await cursor.execute(TELL, event, prepare=True)
        return hold

    return reserve


class Gate:
    """A Lua script decides and answers; one settler writes what it let through, many at a time."""

    def __init__(self, shop: Shop, store: "redis.asyncio.Redis", units: int) -> None:
        self._shop, self._store, self._units = shop, store, units
        self._names = tuple(f"gate:{RUN}:{part}" for part in ("left", "holders", "stream"))
        self._promised = self._kept = 0

    async def open(self) -> "asyncio.Task[None]":
        await self._store.set(self._names[0], self._units)
        self._script = await self._store.script_load(GATE)
        return asyncio.create_task(self._settle())

    async def reserve(self, number: int) -> str | None:
        buyer, hold = f"{RUN}-{number}", str(uuid.uuid4())
        left = await self._store.evalsha(self._script, 3, *self._names, buyer, hold)
        if int(left) < 1:
            return None
        self._promised += 1
        return hold

    async def settled(self) -> None:
        while self._kept < self._promised:  # noqa: ASYNC110 - the settler counts
            await asyncio.sleep(0.01)

    async def _settle(self) -> None:
        last = "0"
        while True:
            found: Any = await self._store.xread({self._names[2]: last}, count=SETTLED_AT_ONCE, block=200)
            if not found:
                continue
            entries = found[0][1]
            rows = [self._shop.rows_of(entry[b"buyer"].decode(), entry[b"hold"].decode()) for _, entry in entries]
            claims, holds, events = (list(part) for part in zip(*rows, strict=True))
            async with self._shop.pool.connection() as connection, connection.transaction():
                cursor = connection.cursor()
                await cursor.executemany(CLAIM, claims)
                await cursor.executemany(HOLD, holds)
                await cursor.executemany(TELL, events)
                await cursor.execute(
                    "UPDATE stock SET available = available - %s, held = held + %s WHERE variant_id = %s",
                    [len(rows), len(rows), self._shop.variant],
                )
            last = entries[-1][0]
            await self._store.xtrim(self._names[2], minid=last)
            self._kept += len(rows)


async def main() -> None:
    name = sys.argv[1]
    options = f"-c search_path={os.environ['PEER_SCHEMA']} -c synchronous_commit=on"
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        os.environ["DATABASE_URL"], kwargs={"options": options}, min_size=CONNECTIONS, max_size=CONNECTIONS,
        timeout=60, open=False,
    )  # fmt: skip
    async with pool:
        await pool.wait()
        async with pool.connection() as connection:
            row = await (await connection.execute("SELECT variant_id, available FROM stock")).fetchone()
        assert row is not None
        shop = Shop(pool, row[0])
        if name == "redis_gate":
            store = redis.asyncio.Redis(
                connection_pool=redis.asyncio.BlockingConnectionPool.from_url(
                    f"unix://{os.environ['PEER_REDIS_SOCKET']}", max_connections=256, timeout=60
                )
            )
            gate = Gate(shop, store, row[1])
            settler = await gate.open()
            await obey(Way(gate.reserve, gate.settled, shop.granted))
            settler.cancel()
        else:
            reserve = {"conditional": conditional, "skip_locked": skip_locked}[name](shop)
            await obey(Way(reserve, shop.nothing_waits, shop.granted))


uvloop.run(main())
