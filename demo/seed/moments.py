"""Living at another time for a block, and the times of staged shows.

Not here: the clock itself (kernel.clock).
"""

import contextlib
import datetime as dt
import zoneinfo
from collections.abc import Iterator

from kernel import clock


@contextlib.contextmanager
def living_at(moment: dt.datetime) -> Iterator[None]:
    """The block's events happen at that moment."""
    with clock.shifted(moment - dt.datetime.now(dt.UTC)):
        yield


def evening(days_from_now: int, time_zone: str, *, hour: int = 19, minute: int = 30) -> dt.datetime:
    """An evening on the clock of a place, so many days from today."""
    zone = zoneinfo.ZoneInfo(time_zone)
    day = clock.now().astimezone(zone).date() + dt.timedelta(days=days_from_now)
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(dt.UTC)
