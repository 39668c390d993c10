"""Rate limits: a bucket in the process for sockets, one in Redis for what several processes share.

Not here: who is limited to what. Each surface names its own limits.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import redis
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from kernel.errors import RateLimited
from kernel.redis import client
from kernel.tenancy import schema_or_public

if TYPE_CHECKING:
    from rest_framework.views import APIView


@dataclass(frozen=True, slots=True)
class Decision:
    """`remaining` calls until `reset` seconds from now; `allowed` says whether this one may pass."""

    allowed: bool
    limit: int
    remaining: int
    reset: int


@dataclass(slots=True)
class Bucket:
    """A token bucket in this process: `limit` at once, refilled over `seconds`. About 0.5 µs a call."""

    limit: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _tokens: float = field(init=False)
    _seen: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens, self._seen = float(self.limit), self.clock()

    def take(self) -> float:
        """0.0 when the call may pass, else the seconds to wait."""
        moment = self.clock()
        rate = self.limit / self.seconds
        self._tokens = min(float(self.limit), self._tokens + (moment - self._seen) * rate)
        self._seen = moment
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / rate


def check(name: str, key: str, *, limit: int, seconds: int) -> Decision:
    """Count one call in a fixed window shared by all processes, per brand. Lets calls pass when
    Redis is away: reads stay open. Callers that guard a secret use `check_closed`."""
    try:
        return _count(name, key, limit, seconds)
    except redis.RedisError:
        return Decision(True, limit, limit, seconds)


def check_closed(name: str, key: str, *, limit: int, seconds: int) -> Decision:
    """Like `check`, but refuses when Redis is away: for sign-in codes and the like."""
    try:
        return _count(name, key, limit, seconds)
    except redis.RedisError:
        return Decision(False, limit, 0, seconds)


def require(name: str, key: str, *, limit: int, seconds: int) -> None:
    """`check_closed`, as an error. Raises RateLimited with the seconds to wait."""
    decision = check_closed(name, key, limit=limit, seconds=seconds)
    if not decision.allowed:
        raise RateLimited(seconds=decision.reset, retry_after=decision.reset)


def _count(name: str, key: str, limit: int, seconds: int) -> Decision:
    redis_key = f"vitrine:limit:{schema_or_public()}:{name}:{key}"
    pipe = client().pipeline(transaction=True)
    pipe.set(redis_key, 0, ex=seconds, nx=True)
    pipe.incr(redis_key)
    pipe.ttl(redis_key)
    _, count, ttl = pipe.execute()
    return Decision(count <= limit, limit, max(0, limit - count), max(1, ttl))


class ApiThrottle(BaseThrottle):
    """DRF throttle by API key, member, viewer or address; its figures go out as headers."""

    limit, seconds = 600, 60

    def allow_request(self, request: Request, view: "APIView") -> bool:
        from kernel.idempotency.api import caller_of  # an app registry is needed to import models

        caller = caller_of(request)
        if caller == "anonymous":
            caller = str(request.META.get("REMOTE_ADDR", ""))
        decision = check("api", caller, limit=self.limit, seconds=self.seconds)
        request._request.vitrine_rate = decision  # type: ignore[attr-defined]
        if not decision.allowed:
            raise RateLimited(seconds=decision.reset, retry_after=decision.reset)
        return True
