"""The tests, against a PostgreSQL and a Redis of their own.

Which tests there are and how they are set up is in ``tests/`` and pyproject.toml.
"""

import sys

from launch import node
from launch.child import run_in_foreground
from launch.session import exclusive_session

SUMMARY = "run the tests; what follows goes to pytest"


def run(arguments: list[str]) -> int:
    """Start the servers, build the pages, run pytest on this terminal, return its exit code."""
    with exclusive_session("test") as session:
        node.prepare_pages(session.supervisor)
        node.prepare_rtmp(session.supervisor)
        return run_in_foreground([sys.executable, "-m", "pytest", *arguments], session.environment)
