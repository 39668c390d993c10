"""One rendering for all who ask at about the same time.

Not here: what is rendered, and who may have it (origin).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

FRESH_SECONDS = 0.2

Wanted = TypeVar("Wanted", bound=Hashable)
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Rendering(Generic[Made]):
    began_at: float
    task: asyncio.Task[Made]

    @property
    def is_good(self) -> bool:
        """Under way, or of this fifth of a second."""
        return not self.task.done() or time.monotonic() - self.began_at <= FRESH_SECONDS


class Renderings(Generic[Wanted, Made]):
    """Starts a rendering for the first who asks, gives it to all others, and forgets it when it is old: a long
    replay's playlists are megabytes, which must not wait in memory for somebody who may never ask again."""

    def __init__(self, render: Callable[[Wanted], Coroutine[Any, Any, Made]]) -> None:
        self._render = render
        self._known: dict[Wanted, _Rendering[Made]] = {}  # the oldest first

    def __len__(self) -> int:
        return len(self._known)

    async def get(self, wanted: Wanted) -> Made:
        """The rendering; one that failed fails for all who waited for it. Who leaves early ends it for nobody else."""
        self._forget_old()
        known = self._known.get(wanted)
        if known is None:
            known = _Rendering(time.monotonic(), asyncio.create_task(self._render(wanted)))
            self._known[wanted] = known
        return await asyncio.shield(known.task)

    def _forget_old(self) -> None:
        for wanted in [wanted for wanted, rendering in self._known.items() if not rendering.is_good]:
            del self._known[wanted]
