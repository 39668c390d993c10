"""Whom a ban keeps from buying: asked of the table by pages and the API, of the log's own copy by the route
of a drop, which has no time for a query.

Not here: the bans (services.moderation) and rooms, which keep a copy of their own (memory).
"""

import asyncio
import time
import weakref

import structlog

from chat.bans import BanBook, Reach
from chat.errors import ShutOut
from chat.feed import Entry, Feed, Slice
from chat.hub import hub
from chat.memory import reach_of
from chat.people import Person
from chat.selectors import is_shut_out, load_bans
from kernel.eventlog.store import SHOP_TOPIC
from kernel.tenancy import current_schema, run_in_brand
from kernel.traces import network_hash
from kernel.viewers import Viewer

IDLE_SECONDS = 600.0

log = structlog.get_logger(__name__)

_registries: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, BanWatch]]" = weakref.WeakKeyDictionary()


def require_admitted(*, viewer: Viewer, device: str, address: str) -> None:
    """Raises ShutOut for somebody whom a ban in force means: by name, customer, device or network. In the
    current brand; one query."""
    if is_shut_out(_person(viewer, device, address, current_schema())):
        raise ShutOut


async def require_admitted_by_log(*, schema: str, viewer: Viewer, device: str, address: str) -> None:
    """The same on an event loop: no query, once the brand's bans are known here. Raises ShutOut."""
    watches = _registries.setdefault(asyncio.get_running_loop(), {})
    watch = watches.get(schema)
    if watch is None:
        watch = watches[schema] = BanWatch(schema, watches)
    await watch.opened()
    if not watch.book.is_empty and watch.book.means(_person(viewer, device, address, schema)):
        raise ShutOut


def _person(viewer: Viewer, device: str, address: str, schema: str) -> Person:
    return Person(
        key=viewer.key,
        name="",
        actor="",
        keys=frozenset(),
        customer_id=viewer.customer_id,
        device=device,
        network=network_hash(address, schema=schema),
    )


class BanWatch:
    """The bans of one brand in this process, loaded once and then kept true by the log. Let go when
    nobody has asked for a while."""

    book: BanBook

    def __init__(self, schema: str, among: "dict[str, BanWatch]") -> None:
        self._schema, self._among = schema, among
        self._feed: Feed | None = None
        self._early: list[Entry] | None = []
        self._used_at = time.monotonic()
        self._opening = asyncio.get_running_loop().create_task(self._open())

    async def opened(self) -> None:
        """Wait until the bans are known. Raises what kept them from being read."""
        self._used_at = time.monotonic()
        if not self._opening.done() or self._opening.exception() is not None:
            await asyncio.shield(self._opening)

    def take(self, part: Slice) -> None:
        if self._early is not None:
            self._early.extend(part.entries)
            return
        for entry in part.entries:
            self._apply(entry)

    def start_over(self) -> None:
        """The log was put back: what was told may not be so. The next who asks waits for a fresh copy."""
        self._early = []
        self._opening = asyncio.get_running_loop().create_task(self._load())

    async def _open(self) -> None:
        try:
            self._feed = await hub().attach(self._schema, SHOP_TOPIC, self)
            await self._load()
        except BaseException:
            self._among.pop(self._schema, None)  # the next one tries again
            await self._close()
            raise
        self._look_again()

    async def _load(self) -> None:
        self.book = await run_in_brand(self._schema, load_bans)
        early, self._early = self._early or [], None
        for entry in early:
            self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        match entry.type:
            case "viewer.banned":
                data = entry.data
                self.book.put(Reach(data["ban_id"], data["viewer_key"], data["customer_id"]))
            case "viewer.shut_out":
                self.book.put(reach_of(entry.data))
            case "viewer.unbanned":
                self.book.drop(entry.data["ban_id"])

    def _look_again(self) -> None:
        asyncio.get_running_loop().call_later(IDLE_SECONDS, self._check_idle)

    def _check_idle(self) -> None:
        if time.monotonic() - self._used_at < IDLE_SECONDS:
            self._look_again()
            return
        self._among.pop(self._schema, None)
        self._closing = asyncio.get_running_loop().create_task(self._close())

    async def _close(self) -> None:
        if self._feed is not None:
            await hub().detach(self._feed, self)
