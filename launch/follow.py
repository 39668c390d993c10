"""Shows the programs' logs on the terminal as they grow, each line with its program's name.

Reads files that the programs write; nothing is piped through here, so a stop here stops nobody.
"""

from collections.abc import Callable
from pathlib import Path


class Follower:
    """Follows every log of a folder from where it stood when it was first seen."""

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._tell = tell
        self._read: dict[Path, int] = {path: path.stat().st_size for path in self._logs()}

    def show_new(self) -> None:
        """Show the whole lines written since the last look."""
        for path in self._logs():
            begun = self._read.get(path, 0)
            if path.stat().st_size < begun:
                begun = 0
            with path.open("rb") as log:
                log.seek(begun)
                whole = log.read().rpartition(b"\n")[0]
            if whole:
                for line in whole.decode(errors="replace").splitlines():
                    self._tell(f"{path.stem:<15}{line}")
                self._read[path] = begun + len(whole) + 1

    def _logs(self) -> list[Path]:
        return sorted(self._folder.glob("*.log"))
