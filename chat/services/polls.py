"""Opening, counting and closing polls.

Not here: the votes' way from the sockets (votes).
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from chat.errors import NotInRoom, PollOver, PollRunning
from chat.events import PollClosed, PollCounted, PollOpened
from chat.models import Poll, PollVote
from chat.text import clean
from kernel import clock
from kernel.errors import InvalidInput
from kernel.eventlog.store import append, show_topic

MAX_QUESTION, MAX_ANSWER = 200, 100
COUNT_EVERY = dt.timedelta(seconds=0.5)

# Votes count only while the poll is open by the database's clock; a second vote changes the first.
_CAST = """
INSERT INTO {votes} (poll_id, viewer_key, choice)
SELECT DISTINCT ON (vote.poll_id, vote.viewer_key) vote.poll_id, vote.viewer_key, vote.choice
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::smallint[])
    WITH ORDINALITY AS vote(show_id, poll_id, viewer_key, choice, nth)
JOIN {polls} poll ON poll.id = vote.poll_id AND poll.show_id = vote.show_id
WHERE poll.status = 'open' AND (poll.closes_at IS NULL OR poll.closes_at > now())
  AND vote.choice < cardinality(poll.answers)
ORDER BY vote.poll_id, vote.viewer_key, vote.nth DESC
ON CONFLICT (poll_id, viewer_key) DO UPDATE SET choice = excluded.choice
RETURNING poll_id, viewer_key
"""
_HOLD = "SELECT id, show_id FROM {polls} WHERE id = ANY(%s) ORDER BY id FOR SHARE"
_COUNT = """
SELECT array_agg(counted.votes ORDER BY counted.choice)
FROM (
    SELECT choice.choice, count(vote.id) AS votes
    FROM generate_series(0, %s) AS choice(choice)
    LEFT JOIN {votes} vote ON vote.poll_id = %s AND vote.choice = choice.choice
    GROUP BY choice.choice
) counted
"""


def open_poll(
    *, show_id: uuid.UUID, question: str, answers: Sequence[str], actor: str, seconds: int | None = None
) -> Poll:
    """Ask the room, until `seconds` are over or a member closes it. One poll a room at a time.
    Raises InvalidInput, PollRunning, and what text.clean does."""
    question = clean(question, limit=MAX_QUESTION)
    options = [clean(answer, limit=MAX_ANSWER) for answer in answers]
    if not 2 <= len(options) <= 6 or len(set(options)) != len(options):
        raise InvalidInput(param="answers", reason="A poll has two to six different answers.")
    if seconds is not None and not 5 <= seconds <= 3600:
        raise InvalidInput(param="seconds", reason="A poll stays open 5 seconds to one hour, or until you close it.")
    moment = clock.now()
    try:
        with transaction.atomic():
            poll = Poll.objects.create(
                show_id=show_id,
                question=question,
                answers=options,
                counts=[0] * len(options),
                opened_at=moment,
                closes_at=moment + dt.timedelta(seconds=seconds) if seconds else None,
            )
            event = PollOpened(
                poll_id=poll.public_id,
                question=question,
                answers=options,
                opened_at=moment,
                closes_at=poll.closes_at,
            )
            append(event, topic=show_topic(show_id), actor=actor)
    except IntegrityError as error:
        raise PollRunning from error
    return poll


def close_poll(*, show_id: uuid.UUID, poll_id: uuid.UUID, actor: str) -> Poll:
    """Close a poll with its final count. Doing it twice tells once. Locks the poll, so that no vote
    is counted behind it. Raises NotInRoom."""
    with transaction.atomic():
        poll = Poll.objects.select_for_update().filter(pk=poll_id, show_id=show_id).first()
        if poll is None:
            raise NotInRoom(noun="poll")
        if poll.status == Poll.Status.OPEN:
            poll.status, poll.closed_at = Poll.Status.CLOSED, clock.now()
            poll.counts = _count(poll)
            poll.save(update_fields=["status", "closed_at", "counts"])
            append(PollClosed(poll_id=poll.public_id, counts=poll.counts), topic=show_topic(show_id), actor=actor)
    return poll


def close_due_polls() -> int:
    """Close the polls whose time is over. Returns how many."""
    due = Poll.objects.filter(status=Poll.Status.OPEN, closes_at__lte=clock.now()).order_by("pk")
    found = list(due.values_list("show_id", "pk"))
    for show_id, poll_id in found:
        close_poll(show_id=show_id, poll_id=poll_id, actor="system")
    return len(found)


def cast_votes(*, votes: Sequence[tuple[uuid.UUID, uuid.UUID, str, int]]) -> list[Exception | None]:
    """Count the votes (show, poll, viewer, choice) that came together, by one statement. Returns a
    refusal or None for each.

    Locks the polls for sharing first: a poll that is being closed waits for these votes or refuses
    them, and none is lost between.
    """
    polls = {poll_id for _, poll_id, _, _ in votes}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_sql(_HOLD), [list(polls)])
        known = set(cursor.fetchall())
        cursor.execute(_sql(_CAST), [list(column) for column in zip(*votes, strict=True)])
        cast = set(cursor.fetchall())
    return [
        None if (poll_id, key) in cast else PollOver() if (poll_id, show_id) in known else NotInRoom(noun="poll")
        for show_id, poll_id, key, _ in votes
    ]


def tell_count(*, poll_id: uuid.UUID) -> bool:
    """Tell the room how a poll stands, at most twice a second over all processes. False: it was told
    a moment ago; come again. The turn is taken by one guarded statement."""
    moment = clock.now()
    with transaction.atomic():
        running = Poll.objects.filter(pk=poll_id, status=Poll.Status.OPEN)
        if not running.filter(Q(counted_at=None) | Q(counted_at__lte=moment - COUNT_EVERY)).update(counted_at=moment):
            return not running.exists()
        poll = Poll.objects.get(pk=poll_id)
        counts = _count(poll)
        if counts != poll.counts:
            Poll.objects.filter(pk=poll_id).update(counts=counts)
            append(PollCounted(poll_id=poll.public_id, counts=counts), topic=show_topic(poll.show_id), actor="system")
    return True


def _count(poll: Poll) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_sql(_COUNT), [len(poll.answers) - 1, poll.pk])
        return list(cursor.fetchone()[0])


def _sql(statement: str) -> str:
    return statement.format(votes=PollVote._meta.db_table, polls=Poll._meta.db_table)
