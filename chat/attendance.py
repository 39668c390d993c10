"""Who counts as a viewer of one room in this process, from when until when.

Whoever stayed three seconds counts, however many windows they have, until the last is closed or until
half an hour passed without a sign of them. Not here: who is no viewer at all (watchers), and the sum
over all processes (presence, streams.services.audience).
"""

import datetime as dt
import uuid
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from kernel import ids
from streams.services.audience import Visit

COUNTS_AFTER = dt.timedelta(seconds=3)
IDLE_AFTER = dt.timedelta(minutes=30)


@dataclass(slots=True)
class _Watcher:
    since: dt.datetime  # came, or came back to life
    signed_at: dt.datetime  # the last sign of life
    windows: int = 1
    visit: uuid.UUID | None = None
    came_at: dt.datetime | None = None
    is_idle: bool = False


class Attendance:
    """`present` are those who count now. What changed since it was last asked for is kept for the
    other processes (`take_changes`) and for the show's own record (`take_visits`)."""

    def __init__(self) -> None:
        self.present: set[str] = set()
        self._watchers: dict[str, _Watcher] = {}
        self._new: deque[tuple[str, _Watcher]] = deque()  # those who do not count yet, in the order they came
        self._changed: dict[str, None] = {}
        self._visits: dict[uuid.UUID, Visit] = {}

    def come(self, key: str, now: dt.datetime, *, is_back: bool = False) -> None:
        """A window was opened. Whoever goes on from where their line was cut counts at once, and who has
        no name to be counted under never does."""
        if not key:
            return
        watcher = self._watchers.get(key)
        if watcher is None:
            watcher = self._watchers[key] = _Watcher(since=now, signed_at=now)
            self._new.append((key, watcher))
        else:
            watcher.windows += 1
            self.sign(key, now)
        if is_back and watcher.visit is None:
            self._begin(key, watcher, now)

    def go(self, key: str, now: dt.datetime) -> None:
        """A window was closed."""
        watcher = self._watchers.get(key)
        if watcher is None:
            return
        watcher.windows -= 1
        if not watcher.windows:
            self._look_at(key, watcher, now)
            if watcher.visit is not None:
                self._end(key, watcher, now)
            del self._watchers[key]

    def sign(self, key: str, now: dt.datetime) -> None:
        """Somebody looks at the page, or did something."""
        watcher = self._watchers.get(key)
        if watcher is None:
            return
        self._look_at(key, watcher, now)
        watcher.signed_at = now
        if watcher.is_idle:
            self._begin(key, watcher, now)

    def beat(self, now: dt.datetime) -> None:
        """Count those whose three seconds are over."""
        while self._new and self._new[0][1].since + COUNTS_AFTER <= now:
            key, watcher = self._new.popleft()
            if self._watchers.get(key) is watcher:
                self._look_at(key, watcher, now)

    def end_idle(self, now: dt.datetime) -> None:
        """Let go of those without a sign: looks at everybody, so not at every beat."""
        for key, watcher in self._watchers.items():
            self._look_at(key, watcher, now)

    def take_changes(self) -> tuple[list[str], list[str]]:
        """Who came and who went since this was last asked."""
        changed, self._changed = self._changed, {}
        return [key for key in changed if key in self.present], [key for key in changed if key not in self.present]

    def give_back_changes(self, came: Iterable[str], went: Iterable[str]) -> None:
        """The others did not hear of these."""
        self._changed |= dict.fromkeys([*came, *went])

    def take_visits(self) -> list[Visit]:
        """The visits that began or ended since this was last asked, as they are now."""
        visits, self._visits = self._visits, {}
        return list(visits.values())

    def give_back_visits(self, visits: list[Visit]) -> None:
        """Keep what could not be written for the next time; what happened meanwhile is newer."""
        self._visits = {visit.id: visit for visit in visits} | self._visits

    def _look_at(self, key: str, watcher: _Watcher, now: dt.datetime) -> None:
        """What the clock alone has changed for this watcher up to `now`."""
        if watcher.visit is None and not watcher.is_idle and watcher.since + COUNTS_AFTER <= now:
            self._begin(key, watcher, watcher.since + COUNTS_AFTER)
        if watcher.visit is not None and watcher.signed_at + IDLE_AFTER <= now:
            self._end(key, watcher, watcher.signed_at + IDLE_AFTER)
            watcher.is_idle = True

    def _begin(self, key: str, watcher: _Watcher, at: dt.datetime) -> None:
        watcher.is_idle, watcher.visit, watcher.came_at = False, ids.uuid7(), at
        self._visits[watcher.visit] = Visit(watcher.visit, key, at, None)
        self.present.add(key)
        self._changed[key] = None

    def _end(self, key: str, watcher: _Watcher, at: dt.datetime) -> None:
        assert watcher.visit is not None
        assert watcher.came_at is not None
        self._visits[watcher.visit] = Visit(watcher.visit, key, watcher.came_at, at)
        watcher.visit = None
        self.present.discard(key)
        self._changed[key] = None
