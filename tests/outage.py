"""Taking away what a process leans on, of this test run alone.

Not here: whole servers (tests/faults).
"""

from typing import Any

from kernel.redis import client


def cut_subscriptions() -> int:
    """End the connections that subscribe on our Redis database. Returns how many."""
    redis: Any = client()
    ours = str(redis.connection_pool.connection_kwargs.get("db", 0))
    cut = [one["id"] for one in redis.client_list(_type="pubsub") if one["db"] == ours]
    for connection_id in cut:
        redis.client_kill_filter(_id=connection_id)
    return len(cut)
