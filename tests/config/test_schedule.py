"""What beat sends: nothing of it outlives its sense in a queue that nobody reads.

Not here: what the tasks do (each app's tests).
"""

from typing import Any

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from config.celery import app

ENTRIES: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
MOST_SENDINGS = 60  # of one entry, waiting at once


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES.keys())
def test_what_is_sent_again_and_again_expires(entry: dict[str, Any]) -> None:
    app.loader.import_default_modules()
    sent, *fanned_out = (import_string(entry["task"]), *map(import_string, entry.get("args", ())))
    lives = {sent.name: entry.get("options", {}).get("expires", sent.expires)}
    lives |= {task.name: task.expires for task in fanned_out}
    for name, expires in lives.items():
        assert expires, name
        assert expires >= entry["schedule"], f"{name} would expire before the next one comes"
        assert expires / entry["schedule"] <= MOST_SENDINGS, name
