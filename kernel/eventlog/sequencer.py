"""The one process that gives events their order: position per brand, `seq` per topic, no gaps.

Not here: writing events (store) or carrying frames to sockets (chat).
"""

import contextlib
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import redis
import structlog
from django.db import DatabaseError, connection, transaction

from kernel.eventlog import frames
from kernel.eventlog.doorbell import Bell
from kernel.eventlog.models import EventRecord
from kernel.eventlog.store import Recorded, recorded
from kernel.redis import client
from kernel.tenancy import active_schemas, brand_context, public_context

# One lock for all brands; several sequencers may run, one works, the others wait.
ADVISORY_LOCK = 0x76_69_74_72  # "vitr"
ROUND = 200  # events a round: 29 µs an event in batches of 200 against 800 µs alone
HOT_SECONDS = 300.0  # a brand that moved in this time is swept often
SWEEP_HOT, SWEEP_ALL, HEADS_EVERY = 0.25, 5.0, 1.0
STANDBY_EVERY = 0.2  # one that waits tries the lock so often
# A killed leader's lock falls at once, its connection being closed by the kernel; that of a host which
# vanished only when PostgreSQL gives the connection up: after about five seconds by these.
_KEEPALIVES = "SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3"

log = structlog.get_logger(__name__)


class LockLost(DatabaseError):
    """This process leads no longer: somebody else may by now."""


# One statement: number what is pending, raise the heads, write both numbers back. A reader sees all
# of a round or nothing. Rows committed by then are ordered by id: see store.append for why that
# is an order in which no event precedes one it could have seen.
_ORDER = """
WITH pending AS MATERIALIZED (
    SELECT id, topic FROM eventlog_eventrecord WHERE position IS NULL ORDER BY id LIMIT %s
), numbered AS (
    SELECT id, topic,
           row_number() OVER (ORDER BY id) AS nth,
           count(*) OVER () AS total,
           row_number() OVER (PARTITION BY topic ORDER BY id) AS nth_of_topic,
           count(*) OVER (PARTITION BY topic) AS total_of_topic
    FROM pending
), heads AS (
    INSERT INTO eventlog_topichead (topic, seq)
    SELECT topic, count(*) FROM pending GROUP BY topic
    UNION ALL
    SELECT '', count(*) FROM pending HAVING count(*) > 0
    ORDER BY 1
    ON CONFLICT (topic) DO UPDATE SET seq = eventlog_topichead.seq + excluded.seq
    RETURNING topic, seq
)
UPDATE eventlog_eventrecord AS event
SET position = log.seq - numbered.total + numbered.nth,
    seq = head.seq - numbered.total_of_topic + numbered.nth_of_topic
FROM numbered
JOIN heads AS head ON head.topic = numbered.topic
JOIN heads AS log ON log.topic = ''
WHERE event.id = numbered.id
RETURNING event.id
"""


def order_pending(limit: int = ROUND) -> list[Recorded]:
    """Order what is pending in the current brand's log, durably. Returns it by position.

    Only the holder of the advisory lock may call this.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ORDER, [limit])
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return []
        rows = EventRecord.objects.filter(id__in=ids).order_by("position")
        return [recorded(row) for row in rows]


def log_epoch() -> int:
    """The epoch of the current brand's log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT epoch FROM eventlog_topichead WHERE topic = ''")
        row = cursor.fetchone()
    return row[0] if row else 1


def messages_by_topic(epoch: int, records: Sequence[Recorded]) -> list[tuple[str, bytes]]:
    """One message per topic, in the order in which the topics first appear."""
    topics: dict[str, list[Recorded]] = {}
    for record in records:
        topics.setdefault(record.topic, []).append(record)
    return [(topic, frames.events_message(epoch, group)) for topic, group in topics.items()]


@dataclass
class Sequencer:
    """The loop: wait for the bell, order, commit, publish. `after_round(schema, types)` is called
    after each publish, so that reactions start without polling."""

    after_round: Callable[[str, frozenset[str]], None]
    hot: dict[str, float] = field(default_factory=dict)
    due: dict[str, None] = field(default_factory=dict)  # brands that wait for a turn, in their order
    moved: dict[tuple[str, str], tuple[int, int, float]] = field(default_factory=dict)
    stopping: bool = False
    _lock_holder: Any = None  # the connection that holds the lock: another one holds none

    @property
    def leads(self) -> bool:
        """This one holds the lock, as far as it knows."""
        return self._lock_holder is not None

    def run(self) -> None:
        """Work until `stopping`; survive the loss of PostgreSQL, and work on without Redis."""
        while not self.stopping:
            try:
                self._wait_for_lock()
                self._work()
            except DatabaseError as error:
                log.warning("sequencer.interrupted", error=str(error))
                time.sleep(0.5)
            finally:
                self._give_up_lock()

    def take_turns(self, schemas: Collection[str] = ()) -> None:
        """One round for each brand that waits, `schemas` among them. Who has more waits for its next
        turn behind all others: a brand's backlog delays the others by one round, however long it is."""
        self.due.update(dict.fromkeys(schemas))
        for schema in list(self.due):
            del self.due[schema]
            try:
                ordered = self.take_turn(schema)
            except DatabaseError as error:
                self._require_lock()
                # One brand's trouble (half provisioned, being dropped) is not the others'.
                log.error("sequencer.brand_failed", schema=schema, error=str(error))
                self.hot.pop(schema, None)
                continue
            if ordered:
                self.hot[schema] = time.monotonic() + HOT_SECONDS
            if ordered == ROUND:
                self.due[schema] = None

    def take_turn(self, schema: str) -> int:
        """Order and publish one round of one brand. Returns how many events."""
        with brand_context(schema):
            self._require_lock()
            records = order_pending()
            if records:
                self._publish(schema, log_epoch(), records)
        return len(records)

    def _wait_for_lock(self) -> None:
        waited = False
        while not self.stopping:
            with public_context(), connection.cursor() as cursor:
                if not waited:
                    cursor.execute(_KEEPALIVES)
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
                row = cursor.fetchone()
            if row and row[0]:
                self._lock_holder = connection.connection
                log.info("sequencer.leading")
                return
            if not waited:
                log.info("sequencer.waiting")
                waited = True
            time.sleep(STANDBY_EVERY)

    def _give_up_lock(self) -> None:
        """Closing gives a healthy connection back to the pool, session and lock included: then
        nobody would lead until the pool drops it."""
        try:
            with public_context(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")
        except DatabaseError as error:
            log.info("sequencer.lock_gone", error=str(error))
        finally:
            self._lock_holder = None
            connection.close()

    def _require_lock(self) -> None:
        """Django opens a new connection in silence where one was lost. Raises LockLost then."""
        if self._lock_holder is None:
            return  # called by hand: whoever calls sees to it that nobody leads
        if connection.connection is not self._lock_holder or self._lock_holder.closed:
            raise LockLost("the connection that held the sequencer's lock is gone")

    def _work(self) -> None:
        next_hot = next_all = next_heads = 0.0
        with contextlib.closing(Bell()) as bell:
            while not self.stopping:
                # Nobody who rings waits longer than one turn of each that has a backlog.
                rung = bell.listen(0 if self.due else SWEEP_HOT)
                tick = time.monotonic()
                if tick >= next_all or bell.renewed:
                    bell.renewed = False
                    rung |= set(active_schemas())
                    next_all = tick + SWEEP_ALL
                if tick >= next_hot:
                    self.hot = {schema: until for schema, until in self.hot.items() if until > tick}
                    rung |= self.hot.keys()
                    next_hot = tick + SWEEP_HOT
                self.take_turns(rung)
                if tick >= next_heads:
                    self._announce_heads(tick)
                    next_heads = tick + HEADS_EVERY

    def _publish(self, schema: str, epoch: int, records: Sequence[Recorded]) -> None:
        """After the commit. A crash before it repeats nothing: readers find the gap by the head."""
        try:
            pipe = client().pipeline(transaction=False)
            for topic, message in messages_by_topic(epoch, records):
                pipe.publish(frames.channel(schema, topic), message)
            pipe.execute()
        except redis.RedisError as error:
            log.warning("sequencer.publish_failed", schema=schema, error=str(error))
        try:
            self.after_round(schema, frozenset(record.type for record in records))
        except Exception as error:  # the queue's own kinds of error among them; a sweep starts the readers then
            log.warning("sequencer.wake_failed", schema=schema, error=str(error))
        until = time.monotonic() + 30
        for record in records:
            self.moved[(schema, record.topic)] = (epoch, record.seq, until)

    def _announce_heads(self, tick: float) -> None:
        self.moved = {key: value for key, value in self.moved.items() if value[2] > tick}
        pipe = client().pipeline(transaction=False)
        for (schema, topic), (epoch, seq, _) in self.moved.items():
            pipe.publish(frames.channel(schema, topic), frames.head_message(epoch, topic, seq))
        try:
            pipe.execute()
        except redis.RedisError as error:
            log.warning("sequencer.heads_failed", error=str(error))
