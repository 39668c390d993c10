"""What the sequencer publishes: one message per topic and round, and heads so that a lost last
message is noticed.

Not here: the sockets that carry it on (chat).
"""

import json
from collections.abc import Sequence
from typing import Any

from kernel.eventlog.store import Recorded
from kernel.redis import channel_name


def channel(schema: str, topic: str) -> str:
    """The Redis channel of a brand's topic."""
    return channel_name(f"log:{schema}:{topic}")


def events_message(epoch: int, records: Sequence[Recorded]) -> bytes:
    """All events of one topic in one round, with the range of `seq` they cover."""
    body: dict[str, Any] = {
        "kind": "events",
        "epoch": epoch,
        "topic": records[0].topic,
        "from": records[0].seq,
        "to": records[-1].seq,
        "events": [{**record.envelope(), "to": record.to} for record in records],
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def head_message(epoch: int, topic: str, seq: int) -> bytes:
    """The last `seq` of a topic that moved lately."""
    return json.dumps({"kind": "head", "epoch": epoch, "topic": topic, "seq": seq}, separators=(",", ":")).encode()
