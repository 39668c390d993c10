"""Notices that Python sources changed, for development.

What happens then is decided by the caller.
"""

import os
from collections.abc import Callable
from pathlib import Path

from launch.paths import ROOT

# Folders whose code no running program has loaded, or that are no code.
ELSEWHERE = frozenset({"frontend", "rtmp", "node_modules", "static", "tests", "docs", "benchmarks", "launch"})


class PythonSources:
    """The newest change among the Python files of the checkout."""

    def __init__(self, when_changed: Callable[[], None], root: Path = ROOT) -> None:
        self._when_changed = when_changed
        self._root = root
        self._seen = self._newest()

    def look(self) -> None:
        """Call back once if a file is newer than at the last look, or one appeared or went."""
        now = self._newest()
        if now != self._seen:
            self._seen = now
            self._when_changed()

    def _newest(self) -> tuple[int, float]:
        count, newest = 0, 0.0
        for parent, folders, names in os.walk(self._root):
            folders[:] = [name for name in folders if name not in ELSEWHERE and not name.startswith((".", "__"))]
            for name in names:
                if name.endswith(".py"):
                    try:
                        newest = max(newest, Path(parent, name).stat().st_mtime)
                    except FileNotFoundError:
                        continue
                    count += 1
        return count, newest
