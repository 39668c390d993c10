"""The application, in a process that ends the moment a hold is durable and before anybody was told.

Not here: what a page does then (tests/checkout/test_hold_servers.py).
"""

import os
import signal
import sys
from typing import Any

from config.asgi import application


def die(*args: Any, **terms: Any) -> None:
    """Committed, not answered."""
    os.kill(os.getpid(), signal.SIGKILL)


# Known by now: nothing of an app can be imported before the application.
vars(sys.modules["checkout.doors.queues"])["answers_of"] = die

__all__ = ["application"]
