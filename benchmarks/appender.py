"""Appends events to one topic at a steady pace and prints when each was appended.

A process of its own, so that the viewer's clock and the writer's share nothing but the machine.
"""

import argparse
import functools
import json
import time

import django

django.setup()

from django.db import transaction  # noqa: E402

from chat.events import RoomModeChanged  # noqa: E402
from kernel import ids  # noqa: E402
from kernel.eventlog.store import append, show_topic  # noqa: E402
from kernel.tenancy import brand_context  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--schema", required=True)
    parser.add_argument("--show", required=True, type=functools.partial(ids.parse_public_id, "shw"))
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--pause", type=float, default=0.1)
    options = parser.parse_args()
    with brand_context(options.schema):
        for _ in range(options.count):
            with transaction.atomic():
                event_id = append(RoomModeChanged(slow_seconds=0, guests_allowed=True), topic=show_topic(options.show))
            # Stamped when the transaction has committed: before that nobody may see it.
            appended_at = time.time()
            print(json.dumps({"id": ids.public_id("evt", event_id), "at": appended_at}), flush=True)
            time.sleep(options.pause)


if __name__ == "__main__":
    main()
