"""The one clock of the application: aware UTC times.

Not here: deadlines. Those are judged by PostgreSQL's `now()`, so that two machines never disagree.
"""

import datetime as dt


def now() -> dt.datetime:
    """The current time, timezone-aware, UTC."""
    return dt.datetime.now(dt.UTC)


def isoformat(moment: dt.datetime) -> str:
    """`2026-11-20T18:00:00.123Z`: the form in which every API and frame shows a time."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
