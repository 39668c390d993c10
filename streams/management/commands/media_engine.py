"""`manage.py media_engine`: keeps broadcasts on air until it is told to stop."""

import asyncio
import os
import shutil
import signal
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streams.media.engine import EngineSettings, MediaEngine
from streams.media.transcoder import PullAddress
from streams.services.media_lease import DatabaseLeaseStore


def find_ffmpeg() -> str:
    """The wheel's ffmpeg, which the engine was measured with, else the machine's. Raises
    CommandError with the way out."""
    try:
        import imageio_ffmpeg  # an extra: a media node may have ffmpeg of its own instead
    except ImportError:
        found = shutil.which("ffmpeg")
        if found is None:
            raise CommandError("There is no ffmpeg here. Install it, or the wheel imageio-ffmpeg.") from None
        return found
    return str(imageio_ffmpeg.get_ffmpeg_exe())


class Command(BaseCommand):
    help = "Run broadcasts under leases: one ffmpeg each, restarted when it fails. Several may run."

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        settings.LIVE_ROOT.mkdir(parents=True, exist_ok=True)
        engine = MediaEngine(
            DatabaseLeaseStore(settings.LIVE_ROOT),
            EngineSettings(
                live_root=settings.LIVE_ROOT,
                ffmpeg=find_ffmpeg(),
                pull=PullAddress(settings.RTMP_PULL_URL, settings.RTMP_PULL_TOKEN),
                holder=f"{socket.gethostname()}:{os.getpid()}",
            ),
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, engine.stop)
        await engine.run()
