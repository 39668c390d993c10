"""From which segment on viewers may have a broadcast's files: none shows what was before the host's word.

Not here: when that was (the caller knows) and the playlists, which leave the same segments out.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from streams.media.ladder import INIT_NAME, RENDITION_NAMES
from streams.media.timeline import read_timeline

_REMEMBERED = 512

# An epoch's number and a segment's number in it: ordered as the broadcast is.
_Place = tuple[int, int]


class FirstShown:
    """Remembers the first shown segment of broadcasts, so that serving a segment need not read the disk twice."""

    def __init__(self) -> None:
        self._places: OrderedDict[tuple[Path, float], _Place] = OrderedDict()

    def allows(self, path: Path, since: float) -> bool:
        """Whether the file `<broadcast>/<epoch>/<rendition>/<name>` may be shown to who may see what began
        at `since` or later. An initialisation holds no picture."""
        if path.name == INIT_NAME:
            return True
        first = self._first(path.parents[2], since)
        return first is not None and (int(path.parents[1].name[1:]), int(path.stem)) >= first

    def _first(self, directory: Path, since: float) -> _Place | None:
        key = (directory, since)
        if key in self._places:
            return self._places[key]
        shown = read_timeline(directory).since(since).segments(RENDITION_NAMES[0])
        if not shown:
            return None
        place = int(shown[0].epoch.name[1:]), shown[0].index
        # While the epoch's clock may still be set back, the next look may find a later segment.
        if shown[0].epoch.has_final_clock:
            self._places[key] = place
            while len(self._places) > _REMEMBERED:
                self._places.popitem(last=False)
        return place
