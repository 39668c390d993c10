"""The judge: holds what was acknowledged and what each visitor got against what the log says.

Not here: collecting either (ledger, visitor). `Truth` is read from the database itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from benchmarks.outages.crowd import Crowd
from benchmarks.outages.ledger import End
from benchmarks.outages.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Truth:
    """The show's topic: its last `seq`, and the key of each line by its `seq`."""

    head: int
    lines: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`lost` and `doubled`: acknowledged lines, in the log or at a visitor. `failed_yet_there`: refused,
    and posted all the same. `faults`: order, holes, silence. `gaps`: told, and made good by a snapshot."""

    acked: int
    lost: int
    doubled: int
    failed_yet_there: int
    unknown: int
    gaps: int
    faults: Sequence[str]

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.failed_yet_there or self.faults)


def read_truth(database_url: str, schema: str, topic: str) -> Truth:
    """The log as PostgreSQL holds it."""
    table = sql.Identifier(schema, "eventlog_eventrecord")
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            sql.SQL("SELECT seq, type, data->>'key' FROM {} WHERE topic = %s AND seq IS NOT NULL ORDER BY seq").format(
                table
            ),
            [topic],
        ).fetchall()
    lines = {seq: key for seq, kind, key in rows if kind == "message.posted"}
    return Truth(rows[-1][0] if rows else 0, lines)


def judge(crowd: Crowd, truth: Truth) -> Verdict:
    """What the evening comes to."""
    lines = crowd.ledger.lines
    acked = set(crowd.ledger.ended(End.OK))
    written = Counter(key for key in truth.lines.values() if key in lines)
    lost, doubled = len(acked - written.keys()), sum(count - 1 for count in written.values())
    faults: list[str] = []
    for number, visitor in enumerate(crowd.visitors):
        missing, twice, said = _judge_one(visitor, truth, acked)
        lost, doubled = lost + missing, doubled + twice
        faults += [f"visitor {number}: {fault}" for fault in said]
    return Verdict(
        acked=len(acked),
        lost=lost,
        doubled=doubled,
        failed_yet_there=len(set(crowd.ledger.ended(End.FAIL)) & written.keys()),
        unknown=len(crowd.ledger.ended(End.UNKNOWN)),
        gaps=sum(visitor.gaps for visitor in crowd.visitors),
        faults=faults,
    )


def _judge_one(visitor: Visitor, truth: Truth, acked: set[str]) -> tuple[int, int, list[str]]:
    """(acknowledged lines missing, lines twice, faults) of one visitor."""
    faults = list(visitor.faults)
    covered = {seq for span in visitor.spans for seq in range(span.after + 1, span.last + 1) if seq in truth.lines}
    got = Counter(visitor.seen)
    missing = [seq for seq in covered - got.keys() if truth.lines[seq] in acked]
    if strangers := got.keys() - covered:
        faults.append(f"{len(strangers)} lines that the log does not hold there")
    if list(visitor.seen) != sorted(visitor.seen):
        faults.append("lines out of order")
    if not visitor.spans or visitor.spans[-1].last != truth.head:
        faults.append(f"stopped at {visitor.reached} of {truth.head}, in silence")
    if len(visitor.spans) != visitor.gaps + 1:
        faults.append("began anew without a gap frame")
    return len(missing), sum(count - 1 for count in got.values()), faults
