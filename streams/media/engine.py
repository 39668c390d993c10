"""Takes broadcasts that were handed over, keeps each on air under a lease, and closes it into a recording.

The database is behind LeaseStore; processes and files are behind Transcoder and recording.finalise.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from streams.media.health import Health, SignalState
from streams.media.layout import broadcast_directory
from streams.media.recording import RecordingManifest, finalise
from streams.media.transcoder import PullAddress, Transcoder, pause

LEASE_SECONDS = 15.0
RENEW_SECONDS = 5.0
# ffmpeg gets two seconds to end after TERM: it is gone before anybody else may take the broadcast.
SAFETY_SECONDS = 4.0
RENEW_RETRY_SECONDS = 1.0
POLL_SECONDS = 0.5
HEALTH_SECONDS = 1.0

log = logging.getLogger(__name__)
T = TypeVar("T")


class Standing(StrEnum):
    """What the store says about a lease."""

    HELD = "held"
    CLOSED = "closed"  # still ours, but the broadcast is over: close the recording
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one broadcast until it expires. `generation` grows with every taking, by anybody."""

    schema: str
    broadcast_id: str
    generation: int
    is_closed: bool = False


class LeaseStore(Protocol):
    """The engine's door to the database. Called from one worker thread, one call at a time; may raise anything.

    Every write must refuse a lease whose generation is not the row's own. `take_next` also gives out a broadcast
    that was closed but whose `finished` never came, with `is_closed` set.
    """

    def take_next(self, *, holder: str, seconds: float) -> Lease | None:
        """Take the lease of a broadcast that nobody holds, adding 1 to its generation; None if there is none."""

    def renew(self, lease: Lease, *, seconds: float) -> Standing:
        """Extend the lease by the database's clock."""

    def release(self, lease: Lease) -> None:
        """Give the lease back at once, so that the next engine need not wait for its expiry."""

    def report_health(self, lease: Lease, health: Health) -> Standing:
        """Keep the newest report; sent about once a second and whenever the state changes. Says how the lease is."""

    def ready(self, lease: Lease) -> None:
        """The playlists can be played. Sent at least once per taking: must be idempotent."""

    def aired_at(self, lease: Lease) -> float | None:
        """When a closed broadcast went on the air, in UTC seconds; None if it never did. What came before is
        no part of its recording."""

    def finished(self, lease: Lease, recording: RecordingManifest) -> None:
        """The recording lies on disk. May come again after a crash: must be idempotent."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What the engine is told by its environment."""

    live_root: Path
    ffmpeg: str
    pull: PullAddress
    holder: str
    capacity: int = 8
    lease_seconds: float = LEASE_SECONDS
    renew_seconds: float = RENEW_SECONDS


class MediaEngine:
    """Runs until `stop`; then every ffmpeg is ended and every lease given back."""

    def __init__(self, store: LeaseStore, settings: EngineSettings) -> None:
        self._store = store
        self._settings = settings
        # One thread: one database connection, and calls about one lease never overtake one another.
        self._store_thread = ThreadPoolExecutor(1, thread_name_prefix="lease-store")
        self._stopping = asyncio.Event()
        # By schema and broadcast: two brands may have the same id, which says nothing about either.
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    def stop(self) -> None:
        """Ask for a graceful end; safe to call from a signal handler of the loop."""
        self._stopping.set()

    async def run(self) -> None:
        try:
            while not self._stopping.is_set():
                if len(self._tasks) >= self._settings.capacity or not await self._take_one():
                    await pause(self._stopping, POLL_SECONDS)
        finally:
            self._stopping.set()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            self._store_thread.shutdown(wait=False, cancel_futures=True)

    async def call(self, function: Callable[[], T]) -> T:
        """Run a store call on the store's own thread."""
        return await asyncio.get_running_loop().run_in_executor(self._store_thread, function)

    async def _take_one(self) -> bool:
        asked_at = time.monotonic()
        try:
            lease = await self.call(
                lambda: self._store.take_next(holder=self._settings.holder, seconds=self._settings.lease_seconds)
            )
        except Exception:
            log.exception("could not ask for the next broadcast")
            return False
        if lease is None:
            return False
        key = lease.schema, lease.broadcast_id
        if key in self._tasks:
            # The lease ran out under us and came back: the run that still ends must be gone first.
            await asyncio.gather(self._tasks[key], return_exceptions=True)
        run = _LeasedRun(self, self._store, self._settings, lease=lease, taken_at=asked_at)
        task = asyncio.create_task(run.run(self._stopping))
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._forget(key, done))
        return True

    def _forget(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]
        if not task.cancelled() and task.exception() is not None:
            log.error("a broadcast's run failed", exc_info=task.exception(), extra={"broadcast": key[1]})


class _LeasedRun:
    """One broadcast for as long as its lease is ours."""

    def __init__(
        self,
        engine: MediaEngine,
        store: LeaseStore,
        settings: EngineSettings,
        *,
        lease: Lease,
        taken_at: float,
    ) -> None:
        self._engine = engine
        self._store = store
        self._settings = settings
        self._lease = lease
        self._directory = broadcast_directory(settings.live_root, lease.schema, lease.broadcast_id)
        self._transcoder = Transcoder(
            ffmpeg=settings.ffmpeg,
            pull=settings.pull,
            broadcast_id=lease.broadcast_id,
            directory=self._directory,
            may_write=lambda: time.monotonic() < self._safe_until,
        )
        # Counted from before the question was sent: never later than the database's own expiry.
        self._safe_until = taken_at + settings.lease_seconds - SAFETY_SECONDS
        self._standing = Standing.CLOSED if lease.is_closed else Standing.HELD
        self._over = asyncio.Event()

    async def run(self, engine_stopping: asyncio.Event) -> None:
        log.info("broadcast taken", extra=self._about())
        # Also while the recording is written, which may take longer than one lease.
        renewing = asyncio.create_task(self._renew())
        try:
            if self._standing is Standing.HELD:
                await self._keep_on_air(engine_stopping)
            if self._standing is Standing.CLOSED:
                await self._close()
        finally:
            renewing.cancel()
        if self._standing is not Standing.LOST:
            await self._ask(partial(self._store.release, self._lease))
        log.info("broadcast left", extra={**self._about(), "standing": self._standing.value})

    async def _keep_on_air(self, engine_stopping: asyncio.Event) -> None:
        transcoding = asyncio.create_task(self._transcoder.run())
        reporting = asyncio.create_task(self._report())
        ends = [asyncio.create_task(event.wait()) for event in (engine_stopping, self._over)]
        try:
            await asyncio.wait({transcoding, reporting, *ends}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._transcoder.stop()
            for task in (reporting, *ends):
                task.cancel()
            await transcoding

    def _hear(self, standing: Standing) -> None:
        """Held, then closed, then lost: an older answer that comes late takes nothing back."""
        if standing is not Standing.HELD and self._standing is not Standing.LOST:
            self._standing = standing
            self._over.set()

    async def _renew(self) -> None:
        """Returns when the lease is lost, or could not be renewed for too long."""
        wait = self._settings.renew_seconds
        while self._standing is not Standing.LOST:
            await asyncio.sleep(wait)
            asked_at = time.monotonic()
            renew = partial(self._store.renew, self._lease, seconds=self._settings.lease_seconds)
            try:
                standing = await asyncio.wait_for(self._engine.call(renew), max(0.1, self._safe_until - asked_at))
            except Exception:
                log.warning("lease not renewed", exc_info=True, extra=self._about())
                wait = RENEW_RETRY_SECONDS
                if time.monotonic() + wait > self._safe_until:
                    self._hear(Standing.LOST)
            else:
                wait = self._settings.renew_seconds
                self._safe_until = asked_at + self._settings.lease_seconds - SAFETY_SECONDS
                self._hear(standing)

    async def _report(self) -> None:
        """Tells how the broadcast is doing, for as long as it is ours to tell."""
        told_ready = False
        last: tuple[SignalState, str] | None = None
        last_at = 0.0
        while self._standing is Standing.HELD:
            health, now = self._transcoder.health, time.monotonic()
            if health and ((health.state, health.reason) != last or now - last_at > HEALTH_SECONDS):
                last, last_at = (health.state, health.reason), now
                standing = await self._ask(partial(self._store.report_health, self._lease, health))
                if standing is not None:
                    self._hear(standing)
            if not told_ready and self._transcoder.is_ready.is_set():
                told_ready = await self._ask(self._say_ready) is True
            await asyncio.sleep(0.2)

    def _say_ready(self) -> bool:
        self._store.ready(self._lease)
        return True

    async def _close(self) -> None:
        # When this cannot be asked, the run fails and the broadcast is handed over again once its lease is over:
        # better late than a recording that begins too early.
        since = await self._engine.call(partial(self._store.aired_at, self._lease))
        recording = await asyncio.to_thread(finalise, self._directory, self._settings.ffmpeg, since=since)
        await self._ask(partial(self._store.finished, self._lease, recording))

    async def _ask(self, call: Callable[[], T]) -> T | None:
        """A store call whose failure must not end the show: it is made again, or the sweep finds the broadcast."""
        try:
            return await self._engine.call(call)
        except Exception:
            log.warning("store call failed", exc_info=True, extra=self._about())
            return None

    def _about(self) -> dict[str, object]:
        return {"broadcast": self._lease.broadcast_id, "generation": self._lease.generation}
