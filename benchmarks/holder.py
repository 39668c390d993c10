"""Our way to take units, just behind the doors: all who wait are decided by one call and one commit.

    python -m benchmarks.holder SCHEMA VARIANT DROP

The product's own queue, service and answer; the buyers are those of buyers/loop.py, which the peers have as well.
"""

import re
import sys
import uuid
from collections.abc import Sequence

import django

django.setup()

import uvloop  # noqa: E402

from benchmarks.buyers.loop import Way, obey  # noqa: E402
from checkout.doors.keys import body_hash  # noqa: E402
from checkout.doors.queues import HoldQueues  # noqa: E402
from checkout.services.reserving import HoldRequest  # noqa: E402
from kernel import ids  # noqa: E402
from kernel.errors import Problem  # noqa: E402
from kernel.eventlog.models import EventRecord  # noqa: E402
from kernel.tenancy import run_in_brand  # noqa: E402
from kernel.viewers import Viewer  # noqa: E402

_HOLD = re.compile(rb'"id": ?"(hld_[^"]+)"')


class Holder:
    """One thing of one brand, as the doors sell it."""

    def __init__(self, schema: str, variant: str, drop: str) -> None:
        self._schema = schema
        self._variant, self._drop = ids.parse_public_id("var", variant), ids.parse_public_id("drp", drop)
        self._queues = HoldQueues()
        self._wish = body_hash(variant_id=self._variant, drop_id=self._drop, show_id=None, quantity=1)
        self._told = 0

    async def reserve(self, _number: int) -> str | None:
        request = HoldRequest(
            viewer=Viewer(id=ids.uuid7()),
            variant_id=self._variant,
            drop_id=self._drop,
            key=uuid.uuid4(),
            body_hash=self._wish,
        )
        try:
            held = await self._queues.hold(brand=self._schema, request=request)
        except Problem:
            return None
        found = _HOLD.search(held.body)
        return found[1].decode() if found else None

    async def granted(self) -> Sequence[str]:
        return await run_in_brand(self._schema, self._read_granted)

    async def nothing_waits(self) -> None:
        """What was answered is in the database."""

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
