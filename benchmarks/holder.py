"""Our way to take units, without a door: all who wait are decided by one call and one commit. A process of its own.

    python -m benchmarks.holder SCHEMA VARIANT DROP

The product's own combiner and service; the buyers are those of buyers/loop.py, which the peers have as well.
"""

import hashlib
import sys
import uuid
from collections.abc import Sequence

import django

django.setup()

import uvloop  # noqa: E402
from django.db import transaction  # noqa: E402

from benchmarks.buyers.loop import Way, obey  # noqa: E402
from checkout.errors import TooManyHolds  # noqa: E402
from checkout.models import Hold  # noqa: E402
from checkout.services.reserving import HoldRequest, reserve_batch  # noqa: E402
from kernel import ids  # noqa: E402
from kernel.combiner import Combiner  # noqa: E402
from kernel.errors import Problem  # noqa: E402
from kernel.eventlog.models import EventRecord  # noqa: E402
from kernel.tenancy import run_in_brand  # noqa: E402
from kernel.viewers import Viewer  # noqa: E402

BATCH, WAITING = 256, 5000


class Holder:
    """One thing of one brand, as the doors sell it."""

    def __init__(self, schema: str, variant: str, drop: str) -> None:
        self._schema = schema
        self._variant, self._drop = ids.parse_public_id("var", variant), ids.parse_public_id("drp", drop)
        self._queue: Combiner[HoldRequest, Hold] = Combiner(
            self._run, full=lambda: TooManyHolds(limit=WAITING), limit=BATCH, waiting=WAITING
        )
        self._told = 0

    async def reserve(self, number: int) -> str | None:
        request = HoldRequest(
            viewer=Viewer(id=ids.uuid7()),
            variant_id=self._variant,
            drop_id=self._drop,
            key=uuid.uuid4(),
            body_hash=hashlib.blake2b(str(number).encode(), digest_size=16).digest(),
        )
        try:
            return (await self._queue.submit(request)).public_id
        except Problem:
            return None

    async def granted(self) -> Sequence[str]:
        return await run_in_brand(self._schema, self._read_granted)

    async def nothing_waits(self) -> None:
        """What was answered is in the database."""

    async def _run(self, requests: Sequence[HoldRequest]) -> Sequence[Hold | Exception]:
        return await run_in_brand(self._schema, self._reserve, requests)

    @staticmethod
    def _reserve(requests: Sequence[HoldRequest]) -> list[Hold | Problem]:
        with transaction.atomic():
            return reserve_batch(requests=requests)

    def _read_granted(self) -> list[str]:
        rows = EventRecord.objects.filter(id__gt=self._told, type="hold.created").order_by("id")
        found = list(rows.values_list("id", "data__hold_id"))
        self._told = found[-1][0] if found else self._told
        return [hold for _, hold in found]


async def main() -> None:
    holder = Holder(*sys.argv[1:4])
    await holder.granted()  # what was told before counts for nothing
    await obey(Way(holder.reserve, holder.nothing_waits, holder.granted))


uvloop.run(main())
