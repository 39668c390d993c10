"""One queue for each thing of each brand in this process: all who wait are answered by one commit.

First come, first served, as this process heard them; several processes agree in PostgreSQL, not in order.
Not here: how a request came (http, the room's socket) and what decides it (services.reserving).
"""

import asyncio
import math
import time
import uuid
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, transaction

from catalog.errors import SoldOut
from checkout.doors.answers import Held, answers_of
from checkout.doors.line import Line
from checkout.errors import AnswerUnknown, InLine
from checkout.services.reserving import HoldRequest, reserve_batch
from kernel.combiner import Combiner
from kernel.errors import Problem, RateLimited
from kernel.ratelimit import Bucket
from kernel.tenancy import run_in_brand
from tenants.models import Brand

BATCH, WAITING = 256, 5000
TAPS, TAP_SECONDS = 60, 10.0  # of one viewer, whatever they tap on
LONGEST_WAIT, GRACE = 10, 15.0  # seconds until somebody in line asks again, and how late they may be
_REMEMBERED = 20_000

Subject = tuple[str, uuid.UUID, uuid.UUID | None]  # schema, variant, drop

log = structlog.get_logger(__name__)

_registries: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, HoldQueues]" = weakref.WeakKeyDictionary()


def hold_queues() -> "HoldQueues":
    """The queues of the running event loop: one registry per process, save in tests."""
    loop = asyncio.get_running_loop()
    if loop not in _registries:
        _registries[loop] = HoldQueues()
    return _registries[loop]


def decide(*, requests: Sequence[HoldRequest]) -> list[Held | Problem]:
    """Decide a batch and make its answers when it is committed, not before."""
    with transaction.atomic():
        outcomes = reserve_batch(requests=requests)
    return answers_of(outcomes, variant_id=requests[0].variant_id)


@dataclass(slots=True)
class _Pace:
    """How many are answered in a second, as far as the last batches say."""

    rate: float = 500.0

    def count(self, answered: int, seconds: float) -> None:
        self.rate += (answered / max(seconds, 0.001) - self.rate) * 0.2

    def seconds(self, ahead: int) -> int:
        return max(1, min(LONGEST_WAIT, math.ceil(ahead / max(self.rate, 1.0))))


class HoldQueue:
    """Who waits for one thing."""

    def __init__(self, brand: Brand | str) -> None:
        self._brand = brand
        self._combiner: Combiner[HoldRequest, Held] = Combiner(
            self._run, full=lambda: AnswerUnknown(retry_after=1), limit=BATCH, waiting=WAITING
        )
        self._line, self._pace = Line(), _Pace()

    @property
    def is_idle(self) -> bool:
        return self._combiner.is_idle and not self._combiner.depth and not self._line

    async def hold(self, request: HoldRequest) -> Held:
        """The hold, durable. Raises InLine when too many wait, else what refuses it."""
        depth = self._combiner.depth
        if depth >= WAITING or self._line:
            self._stand_in_line((request.viewer.id, request.key), depth)
        return await self._combiner.submit(request)

    def _stand_in_line(self, who: tuple[uuid.UUID, uuid.UUID | None], depth: int) -> None:
        now = time.monotonic()
        place = self._line.place(who, now)
        if place <= WAITING - depth:
            self._line.leave(who)
            return
        seconds = self._pace.seconds(depth + place)
        self._line.keep(who, now + seconds + GRACE)
        raise InLine(place=depth + place, seconds=seconds, retry_after=seconds)

    async def _run(self, requests: Sequence[HoldRequest]) -> Sequence[Held | Exception]:
        began = time.monotonic()
        try:
            answers = await run_in_brand(self._brand, decide, requests=requests)
        except DatabaseError as error:
            log.warning("holds.database_away", error=str(error))
            raise AnswerUnknown(retry_after=1) from error
        self._pace.count(len(requests), time.monotonic() - began)
        # Once the last unit is gone, all who wait hear it together. They are still asked about one by
        # one, in one statement: some of them have their hold already and only missed the answer.
        last = answers[-1]
        gone = isinstance(last, SoldOut) and last.data.get("available") == 0
        self._combiner.limit = WAITING if gone else BATCH
        return answers


class HoldQueues:
    """Queues by thing, each kept while somebody waits in it."""

    def __init__(self) -> None:
        self._queues: dict[Subject, HoldQueue] = {}
        self._buckets: OrderedDict[tuple[str, uuid.UUID], Bucket] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many things somebody waits for."""
        return len(self._queues)

    async def hold(self, *, brand: Brand | str, request: HoldRequest) -> Held:
        """Wait for this request's turn, and for its commit. Raises RateLimited, InLine, AnswerUnknown, and
        what `create_hold` raises. A caller who hears nothing asks again under the same key."""
        schema = brand if isinstance(brand, str) else brand.schema_name
        self._count(schema, request)
        subject = (schema, request.variant_id, request.drop_id)
        queue = self._queues.get(subject)
        if queue is None:
            queue = self._queues[subject] = HoldQueue(brand)
        try:
            return await queue.hold(request)
        finally:
            if queue.is_idle and self._queues.get(subject) is queue:
                del self._queues[subject]

    def _count(self, schema: str, request: HoldRequest) -> None:
        who = (schema, request.viewer.id)
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = self._buckets[who] = Bucket(TAPS, TAP_SECONDS)
            if len(self._buckets) > _REMEMBERED:
                self._buckets.popitem(last=False)
        if wait := bucket.take():
            seconds = math.ceil(wait)
            raise RateLimited(seconds=seconds, retry_after=seconds)
