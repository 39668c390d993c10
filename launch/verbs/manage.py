"""Django's management commands on the data of development.

The commands themselves belong to the apps.
"""

import sys

from launch.child import run_in_foreground
from launch.session import guest_session

SUMMARY = "run one of Django's management commands on your own data"


def run(arguments: list[str]) -> int:
    """Start the servers unless they run, run the command on this terminal, return its exit code."""
    with guest_session("dev") as session:
        return run_in_foreground([sys.executable, "manage.py", *arguments], session.environment)
