"""The bell that wakes the sequencer after a commit. A hint: what nobody rang for is swept.

Not here: the sequencer.
"""

import redis
import structlog

from kernel.redis import channel_name, client

log = structlog.get_logger(__name__)


def channel() -> str:
    """The channel on which brands ring."""
    return channel_name("doorbell")


def ring(schema: str) -> None:
    """Tell the sequencer that `schema` has new events. Never fails the caller: its commit stands."""
    try:
        client().publish(channel(), schema)
    except redis.RedisError as error:
        log.warning("doorbell.silent", error=str(error))
