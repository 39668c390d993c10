"""How many watch: the room counts and tells who came and went; the show keeps the numbers.

Not here: who counts as a viewer (chat).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from kernel import clock
from streams.events import AudienceClosed, AudienceCounted
from streams.models import Counter, Show, ShowStatus, VisitRecord
from streams.services.locked import lock_show
from streams.services.show_log import tell

# After a show's end its processes may still have visits to write.
SETTLE = dt.timedelta(seconds=15)
_CLOSED_AT_ONCE = 20

# Each visit is cut to the time on air; what a process left open ends with its last word. A viewer is there
# from the first window that opens to the last that closes, whichever processes they are on, and who comes at
# the moment in which another goes was not there with them.
_NUMBERS = """
WITH cut AS (
    SELECT visit.watcher, greatest(visit.came_at, %(started)s) AS came,
           least(coalesce(visit.left_at, counter.alive_at, visit.came_at), %(ended)s) AS gone
    FROM {visits} visit LEFT JOIN {counters} counter USING (show_id, process)
    WHERE visit.show_id = %(show)s
),
stay AS (SELECT * FROM cut WHERE came < gone),
step AS (SELECT watcher, came AS at, 1 AS change FROM stay UNION ALL SELECT watcher, gone, -1 FROM stay),
open AS (
    SELECT at, change,
           sum(change) OVER (PARTITION BY watcher ORDER BY at, change DESC ROWS UNBOUNDED PRECEDING) AS windows
    FROM step
),
turn AS (SELECT at, change FROM open WHERE (change = 1 AND windows = 1) OR (change = -1 AND windows = 0)),
crowd AS (SELECT sum(change) OVER (ORDER BY at, change ROWS UNBOUNDED PRECEDING) AS viewers FROM turn)
SELECT (SELECT count(DISTINCT watcher) FROM stay), coalesce((SELECT max(viewers) FROM crowd), 0)
"""

_STAY_ALIVE = """
INSERT INTO {counters} (show_id, process, alive_at)
SELECT id, %s, %s FROM {shows} WHERE id = %s AND audience_closed_at IS NULL
ON CONFLICT (show_id, process) DO UPDATE SET alive_at = excluded.alive_at
"""
_WRITE_VISITS = """
INSERT INTO {visits} (show_id, process, id, watcher, came_at, left_at)
SELECT %s, %s, visit.*
FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[]) visit
ON CONFLICT (id) DO UPDATE SET left_at = excluded.left_at
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of one viewer on one process; it goes on while `left_at` is None."""

    id: uuid.UUID
    watcher: str
    came_at: dt.datetime
    left_at: dt.datetime | None


def count_audience(*, show_id: uuid.UUID, viewers: int) -> None:
    """Keep a new count; the same one again is not told. Peaks are those of the air, not of the
    lobby. Raises ShowNotFound. Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        if show.viewers == viewers:
            return
        show.viewers = viewers
        if show.status == ShowStatus.LIVE:
            show.peak_viewers = max(show.peak_viewers, viewers)
        show.save(update_fields=["viewers", "peak_viewers"])
        counted = AudienceCounted(show_id=show.public_id, viewers=viewers, peak=show.peak_viewers)
        tell(show, counted, actor="system")


def record_visits(*, show_id: uuid.UUID, process: str, visits: Sequence[Visit]) -> None:
    """Write what began and ended on a process, and that it is alive. The same again changes nothing;
    of a show whose numbers are made nothing is kept."""
    with transaction.atomic(), connection.cursor() as cursor:
        tables = {"counters": Counter._meta.db_table, "shows": Show._meta.db_table}
        cursor.execute(_STAY_ALIVE.format(**tables), [process, clock.now(), show_id])
        if cursor.rowcount and visits:
            _write_visits(show_id, process, visits)


def _write_visits(show_id: uuid.UUID, process: str, visits: Sequence[Visit]) -> None:
    """All of them in one statement by arrays: a full house comes within seconds, at a tenth of the time
    that a row by the ORM takes."""
    columns = zip(*((visit.id, visit.watcher, visit.came_at, visit.left_at) for visit in visits), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE_VISITS.format(visits=VisitRecord._meta.db_table),
            [show_id, process, *(list(column) for column in columns)],
        )


def close_audiences() -> None:
    """Make the numbers of the shows that have ended, and let the visits go: also those of shows that
    were called off, or that came too late. Each show in its own transaction."""
    settled = clock.now() - SETTLE
    over = Show.objects.filter(audience_closed_at=None, ended_at__lt=settled).order_by("ended_at")
    for show_id in over.values_list("pk", flat=True)[:_CLOSED_AT_ONCE]:
        _close(show_id)
    for rows in (VisitRecord.objects, Counter.objects):
        rows.filter(show__audience_closed_at__isnull=False).delete()
        rows.filter(show__status=ShowStatus.CANCELLED).delete()


def _close(show_id: uuid.UUID) -> None:
    with transaction.atomic():
        show = lock_show(show_id)
        if show.audience_closed_at is not None:
            return
        show.audience_closed_at = clock.now()
        if not VisitRecord.objects.filter(show=show).exists():  # nobody was counted, or not in this way
            show.save(update_fields=["audience_closed_at"])
            return
        show.unique_viewers, show.peak_viewers = _numbers(show)
        show.save(update_fields=["audience_closed_at", "unique_viewers", "peak_viewers"])
        closed = AudienceClosed(show_id=show.public_id, unique_viewers=show.unique_viewers, peak=show.peak_viewers)
        tell(show, closed, actor="system")


def _numbers(show: Show) -> tuple[int, int]:
    """(different viewers, most at one moment) while the show was on air. One query."""
    tables = {"visits": VisitRecord._meta.db_table, "counters": Counter._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS.format(**tables), {"show": show.pk, "started": show.started_at, "ended": show.ended_at})
        unique, peak = cursor.fetchone()
    return int(unique), int(peak)
