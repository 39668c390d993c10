"""Named readers of the log: each event handled once, in order, by a cursor in the same transaction.

Not here: who reads what (config/wiring.py).
"""

import datetime as dt
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog
from django.db import transaction

from kernel import clock
from kernel.eventlog.models import Cursor, ParkedEvent
from kernel.eventlog.store import Recorded, read_log

MAX_FAILURES = 8  # with the back-off below: about four minutes of trying
_BACK_OFF = (1, 2, 5, 10, 30, 60, 120)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """A named reader: `handle` is called for each event of `types`, in the brand's context and in
    the transaction that advances the cursor. It may run again after a failure: effects outside
    the database must bear being repeated (send by the event's id)."""

    name: str
    types: Collection[str]
    handle: Callable[[Recorded], None]


def drain(reader: Reader, *, limit: int = 200, seconds: float = 10.0) -> int:
    """Handle what is new for one reader in the current brand. Returns how many events.

    No event is begun after `seconds`: a slow mail server must not bring the caller to its time limit,
    which would cut an event off whose mail is out already.
    Two drains of one reader at once: the second leaves. A failing event is tried again later and
    parked after MAX_FAILURES; the events behind it wait, so that order holds.
    """
    done, until = 0, time.monotonic() + seconds
    while done < limit and time.monotonic() < until and _handle_next(reader):
        done += 1
    return done


def _handle_next(reader: Reader) -> bool:
    Cursor.objects.get_or_create(name=reader.name)
    try:
        with transaction.atomic():
            cursor = Cursor.objects.select_for_update(skip_locked=True).filter(name=reader.name).first()
            if cursor is None or (cursor.retry_at and cursor.retry_at > clock.now()):
                return False
            following = read_log(after=cursor.position, limit=1, types=reader.types)
            if not following:
                return False
            record = following[0]
            reader.handle(record)
            Cursor.objects.filter(name=reader.name).update(position=record.position, failures=0, retry_at=None)
            return True
    except Exception as error:
        log.exception("reader.failed", reader=reader.name)
        return _note_failure(reader, error)


def _note_failure(reader: Reader, error: Exception) -> bool:
    """Count the failure; park the event after too many. True when the reader may go on."""
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update().get(name=reader.name)
        following = read_log(after=cursor.position, limit=1, types=reader.types)
        if not following:
            return False
        failures = cursor.failures + 1
        if failures >= MAX_FAILURES:
            ParkedEvent.objects.get_or_create(
                cursor=reader.name,
                position=following[0].position,
                defaults={"error": repr(error), "parked_at": clock.now()},
            )
            Cursor.objects.filter(pk=cursor.pk).update(position=following[0].position, failures=0, retry_at=None)
            return True
        wait = _BACK_OFF[min(failures, len(_BACK_OFF)) - 1]
        retry_at = clock.now() + dt.timedelta(seconds=wait)
        Cursor.objects.filter(pk=cursor.pk).update(failures=failures, retry_at=retry_at)
        return False
