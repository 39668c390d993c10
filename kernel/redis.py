"""Connections to Redis, sync and async, from the one REDIS_URL.

Not here: what is kept there. Redis only hints; losing it costs speed, never truth.
"""

from functools import lru_cache

import redis
import redis.asyncio as aioredis
from django.conf import settings


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """The process's shared client. Commands fail after 2 s rather than hang a request."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def channel_name(name: str) -> str:
    """A publish/subscribe channel of this installation. Channels know no database numbers, so that
    two installations on one Redis would hear one another; the name carries the number instead."""
    return f"vitrine:{client().connection_pool.connection_kwargs.get('db') or 0}:{name}"


def subscriber() -> aioredis.Redis:
    """A client for one long-lived subscription.

    redis-py 8 gives up an idle `listen()` after 5 s by default and a reader goes deaf in silence,
    so no socket time-out here; health checks notice a dead peer instead.
    """
    return aioredis.Redis.from_url(settings.REDIS_URL, socket_timeout=None, health_check_interval=15)
