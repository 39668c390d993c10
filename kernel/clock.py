"""The one clock of the application: aware UTC times.

Not here: deadlines. Those are judged by PostgreSQL's `now()`, so that two machines never disagree.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar

_EARLIEST, _LATEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
_shift: ContextVar[dt.timedelta] = ContextVar("vitrine_clock_shift", default=dt.timedelta())


def now() -> dt.datetime:
    """The current time, timezone-aware, UTC."""
    return dt.datetime.now(dt.UTC) + _shift.get()


def is_on_calendars(moment: dt.datetime) -> bool:
    """Whether a planned moment can be shown by every zone's clock: near year 1 and 9999 some cannot, and
    a page that shows one would break."""
    return _EARLIEST <= moment < _LATEST


@contextlib.contextmanager
def shifted(by: dt.timedelta) -> Iterator[None]:
    """Let this block live earlier or later: for staging what happened last week, and for tests.

    PostgreSQL's clock does not move with it, so that no deadline does.
    """
    token = _shift.set(by)
    try:
        yield
    finally:
        _shift.reset(token)


def isoformat(moment: dt.datetime) -> str:
    """`2026-11-20T18:00:00.123Z`: the form in which every API and frame shows a time."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
