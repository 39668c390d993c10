"""`manage.py sequencer`: runs the sequencer until it is told to stop."""

import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from kernel.eventlog.sequencer import Sequencer


class Command(BaseCommand):
    help = "Order the events of all brands and publish them. Several may run; one works, the others wait."

    def handle(self, *args: Any, **options: Any) -> None:
        sequencer = Sequencer(after_round=import_string(settings.EVENTLOG_AFTER_ROUND))

        def stop(signum: int, frame: FrameType | None) -> None:
            sequencer.stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        sequencer.run()
