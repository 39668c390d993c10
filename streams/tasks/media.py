"""Handing broadcasts to the media engines: a note in a list, which the first with room takes.

Not here: the lease, which decides who runs a broadcast. A note that is lost is written again by the
sweep; a note too many finds the broadcast taken.
"""

from celery import shared_task

from kernel.redis import client
from kernel.tenancy import current_schema

WAITING = "vitrine:media:waiting"


@shared_task(ignore_result=True)
def hand_over_broadcast(broadcast_id: str) -> None:
    """Put a broadcast of the brand at work on the engines' list."""
    write_note(broadcast_id)


def write_note(broadcast_id: str) -> None:
    """The note itself; one broadcast stands on the list once."""
    note = f"{current_schema()} {broadcast_id}"
    pipe = client().pipeline(transaction=True)
    pipe.lrem(WAITING, 0, note)
    pipe.rpush(WAITING, note)
    pipe.execute()


def next_note() -> tuple[str, str] | None:
    """(schema, broadcast id) of the oldest note, taken off the list; None when there is none."""
    note = client().lpop(WAITING)
    if not isinstance(note, bytes):
        return None
    schema, _, broadcast_id = note.decode().partition(" ")
    return schema, broadcast_id
