"""Keeps one broadcast on air: a probe, one ffmpeg, a watchdog, and again until it is closed. Each run is an epoch.

Leases, the database and the end of a show belong to engine.py.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from streams.media import layout, processes
from streams.media.health import SILENT_SECONDS, Health, ProgressReader, SignalState
from streams.media.ladder import RENDITION_NAMES, Source, UnsupportedSource, probe_argv, read_probe, transcode_argv
from streams.media.timeline import Timeline, open_epoch, read_timeline, seal_epoch

BACK_OFF_SECONDS = 0.2
BACK_OFF_LONGEST = 1.0
PROBE_SECONDS = 5.0
WATCHDOG_SECONDS = 5.0
LOOK_SECONDS = 0.25
READY_SEGMENTS = 2
# The gate's answer to a pull while no encoder is connected, as ffmpeg prints it.
NO_PUBLISHER = "no_publisher"
# What ffmpeg tells when a connection is refused or cut before it began.
_UNREACHABLE = ("Connection refused", "Connection reset", "Input/output error", "Broken pipe")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PullAddress:
    """Where the gate plays broadcasts to the engine."""

    base: str
    token: str

    def url(self, broadcast_id: str) -> str:
        return f"{self.base.rstrip('/')}/{broadcast_id}?token={self.token}"

    def mask(self, text: str) -> str:
        return text.replace(self.token, "***")


class Transcoder:
    """Runs until `stop` is called. `health` (None until the first look) and `is_ready` may be read at any time."""

    def __init__(
        self,
        *,
        ffmpeg: str,
        pull: PullAddress,
        broadcast_id: str,
        directory: Path,
        may_write: Callable[[], bool],
    ) -> None:
        """`may_write` is asked before an epoch is opened: a holder that slept past its lease must not open one."""
        self._ffmpeg = ffmpeg
        self._pull = pull
        self._broadcast_id = broadcast_id
        self._directory = directory
        self._may_write = may_write
        self._stopping = asyncio.Event()
        self.is_ready = asyncio.Event()
        self.health: Health | None = None

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Keep the broadcast on air until stopped; every ffmpeg is gone and its epoch sealed when this returns."""
        back_off = BACK_OFF_SECONDS
        while not self._stopping.is_set():
            went_on_air = False
            try:
                went_on_air = await self._run_once()
            except UnsupportedSource as error:
                self.health = _off_air(error.reason)
            except OSError:  # a full disk, no more processes: what is on air elsewhere must not end with it
                log.exception("run failed", extra={"broadcast": self._broadcast_id})
                self.health = _off_air("engine_fault")
            back_off = BACK_OFF_SECONDS if went_on_air else min(back_off * 1.5, BACK_OFF_LONGEST)
            await pause(self._stopping, back_off)

    async def _run_once(self) -> bool:
        """Probe, then transcode until the source ends or stalls. True if segments were made."""
        source = await self._probe()
        if source is None or not self._may_write():
            return False
        epoch = await asyncio.to_thread(open_epoch, self._directory)
        log.info("epoch opened", extra={"broadcast": self._broadcast_id, "epoch": epoch.name})
        timeline = await asyncio.to_thread(read_timeline, self._directory)
        url = self._pull.url(self._broadcast_id)
        argv = transcode_argv(self._ffmpeg, url, source, epoch, starts_at=ceil(timeline.duration) + 1)
        process = await processes.start(argv)
        try:
            return await _Run(self, process, source, epoch).watch()
        finally:
            await processes.stop(process)
            await asyncio.to_thread(seal_epoch, epoch)

    async def _probe(self) -> Source | None:
        """Read what the encoder sends; None when there is no encoder or we are to stop. Raises UnsupportedSource
        when it cannot go on air."""
        argv = probe_argv(self._ffmpeg, self._pull.url(self._broadcast_id))
        process = await processes.start(argv)
        stopped = asyncio.ensure_future(self._stopping.wait())
        told = asyncio.ensure_future(process.communicate())
        try:
            await asyncio.wait({told, stopped}, timeout=PROBE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            await processes.stop(process)
        text = (await told)[1].decode("utf-8", "replace")
        if self._stopping.is_set():
            return None
        if "Input #0" in text:
            return read_probe(text)
        if NO_PUBLISHER in text or any(sign in text for sign in _UNREACHABLE):
            self.health = _off_air(NO_PUBLISHER)
            return None
        log.warning("probe failed", extra={"broadcast": self._broadcast_id, "output": self._pull.mask(text[-400:])})
        raise UnsupportedSource("no_video")

    def note(self, health: Health, timeline: Timeline) -> None:
        self.health = health
        if timeline.segment_count >= READY_SEGMENTS:
            self.is_ready.set()

    @property
    def stopping(self) -> asyncio.Event:
        return self._stopping

    def mask(self, text: str) -> str:
        return self._pull.mask(text)


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Sleep that long, or until the event."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


def _off_air(reason: str) -> Health:
    if reason == NO_PUBLISHER:
        return Health(SignalState.DISCONNECTED, reason)
    return Health(SignalState.CONNECTED, reason)


class _Run:
    """One ffmpeg from start to end: reads its pipes, looks at its segments, bites when it stalls."""

    def __init__(self, owner: Transcoder, process: asyncio.subprocess.Process, source: Source, epoch: Path) -> None:
        self._owner = owner
        self._process = process
        self._source = source
        self._epoch = epoch
        self._progress = ProgressReader()
        self._last_words: deque[str] = deque(maxlen=20)
        self._count = 0
        self._grew_at = time.monotonic()

    async def watch(self) -> bool:
        """Until ffmpeg ends, stalls or the broadcast is stopped. True if it made a segment."""
        readers = [asyncio.create_task(self._read_progress()), asyncio.create_task(self._read_words())]
        ended = asyncio.ensure_future(self._process.wait())
        stopped = asyncio.ensure_future(self._owner.stopping.wait())
        try:
            while not (ended.done() or stopped.done()):
                await asyncio.wait({ended, stopped}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                await self._look()
                if time.monotonic() - self._grew_at > WATCHDOG_SECONDS:
                    log.warning("no new segment, restarting ffmpeg", extra={"epoch": self._epoch.name})
                    break
        finally:
            for task in (ended, stopped, *readers):
                task.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
        if self._process.returncode is not None and self._last_words:
            words = "\n".join(self._last_words)
            log.info("ffmpeg ended", extra={"code": self._process.returncode, "output": words})
        return self._count > 0

    async def _look(self) -> None:
        timeline = await asyncio.to_thread(read_timeline, self._epoch.parent)
        current = timeline.epochs[-1] if timeline.epochs else None
        count = current.count if current and current.name == self._epoch.name else 0
        now = time.monotonic()
        if count > self._count:
            self._count, self._grew_at = count, now
        age = now - self._grew_at
        if not timeline.segment_count:
            state = SignalState.CONNECTED
        elif not count or age > SILENT_SECONDS or self._progress.is_slow():
            state = SignalState.STARVING
        else:
            state = SignalState.ACTIVE
        bitrate = await asyncio.to_thread(self._newest_kbit) if count else 0.0
        health = Health(
            state,
            epoch=self._epoch.name,
            segments=timeline.segment_count,
            last_segment_age=round(age, 2) if count else None,
            fps=self._progress.fps,
            bitrate_kbit=bitrate,
            width=self._source.width,
            height=self._source.height,
            video_codec=self._source.video_codec,
            audio_codec=self._source.audio_codec or "",
        )
        self._owner.note(health, timeline)

    def _newest_kbit(self) -> float:
        """Size of the newest whole second of the best rendition, as kbit/s."""
        newest = self._epoch / RENDITION_NAMES[0] / layout.segment_name(self._count - 1)
        return round(newest.stat().st_size * 8 / 1000, 1)

    async def _read_progress(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._progress.feed(line.decode("ascii", "replace"), time.monotonic())

    async def _read_words(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._last_words.append(self._owner.mask(line.decode("utf-8", "replace").rstrip()))
