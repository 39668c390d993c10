"""Asking the host, wanting an answer, and what the team does about it.

Not here: the words that may be used (memory).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from math import ceil

from django.db import transaction
from django.db.models import Count

from chat.errors import NotInRoom, OneQuestionAMinute, QuestionOver
from chat.events import QuestionAnswered, QuestionAsked, QuestionDismissed, QuestionRank, QuestionRanked
from chat.models import Question, QuestionVote
from chat.people import Person
from kernel import clock
from kernel.eventlog.schema import Event
from kernel.eventlog.store import append, show_topic
from kernel.locks import advisory_lock

EVERY = dt.timedelta(minutes=1)


def ask_question(*, show_id: uuid.UUID, person: Person, text: str, key: uuid.UUID, is_paced: bool = False) -> Question:
    """Put a question into the room's queue, with the asker's own vote. The same key gives the same
    question. One a minute and viewer, over all processes, unless that was looked at before (`is_paced`).
    Raises OneQuestionAMinute."""
    with transaction.atomic():
        advisory_lock("ask", person.key)
        mine = Question.objects.filter(author_key=person.key)
        if known := mine.filter(key=key).first():
            return known
        moment = clock.now()
        last = mine.filter(asked_at__gt=moment - EVERY).order_by("-id").first()
        if last and not person.is_staff and not is_paced:
            left = ceil((last.asked_at + EVERY - moment).total_seconds())
            raise OneQuestionAMinute(seconds=left, retry_after=left)
        question = Question.objects.create(
            show_id=show_id, author_key=person.key, author=person.name, text=text, key=key, votes=1, asked_at=moment
        )
        QuestionVote.objects.create(question=question, viewer_key=person.key)
        event = QuestionAsked(
            question_id=question.public_id,
            author_key=person.key,
            author=person.name,
            text=text,
            votes=1,
            asked_at=moment,
            key=str(key),
        )
        append(event, topic=show_topic(show_id), actor=person.actor)
    return question


def count_upvotes(*, votes: Sequence[tuple[uuid.UUID, uuid.UUID, str]]) -> list[Exception | None]:
    """Count the votes (show, question, viewer) that came together, once per viewer and question, and
    tell each room the new sums by one event. Returns a refusal or None for each.

    Locks the questions by id; the sums are counted, not added, so that they always agree.
    """
    wanted = {question_id for _, question_id, _ in votes}
    with transaction.atomic():
        found = {row.pk: row for row in Question.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
        refusals = [_refusal(found.get(pk), show_id) for show_id, pk, _ in votes]
        counted = [vote for vote, refusal in zip(votes, refusals, strict=True) if refusal is None]
        waiting = {pk for _, pk, _ in counted}
        QuestionVote.objects.bulk_create(
            [QuestionVote(question_id=pk, viewer_key=key) for _, pk, key in counted], ignore_conflicts=True
        )
        sums = dict(
            QuestionVote.objects.filter(question__in=waiting).values_list("question").annotate(Count("pk")).order_by()
        )
        changed = [found[pk] for pk in sorted(waiting) if found[pk].votes != sums[pk]]
        for question in changed:
            question.votes = sums[question.pk]
        Question.objects.bulk_update(changed, ["votes"])
        _tell_ranks(changed)
    return refusals


def answer_question(*, show_id: uuid.UUID, question_id: uuid.UUID, actor: str) -> None:
    """Mark a question as answered. Doing it twice tells once. Raises NotInRoom, QuestionOver."""
    moment = clock.now()
    _close(show_id, question_id, Question.Status.ANSWERED, moment, actor)


def dismiss_question(*, show_id: uuid.UUID, question_id: uuid.UUID, actor: str) -> None:
    """Take a question off the list. Doing it twice tells once. Raises NotInRoom, QuestionOver."""
    _close(show_id, question_id, Question.Status.DISMISSED, clock.now(), actor)


def _close(show_id: uuid.UUID, question_id: uuid.UUID, status: str, moment: dt.datetime, actor: str) -> None:
    with transaction.atomic():
        changed = Question.objects.filter(pk=question_id, show_id=show_id, status=Question.Status.OPEN).update(
            status=status, closed_at=moment
        )
        if not changed:
            question = Question.objects.filter(pk=question_id, show_id=show_id).first()
            if question is None:
                raise NotInRoom(noun="question")
            if question.status != status:
                raise QuestionOver
            return
        public_id = Question(pk=question_id).public_id
        event: Event = (
            QuestionAnswered(question_id=public_id, answered_at=moment)
            if status == Question.Status.ANSWERED
            else QuestionDismissed(question_id=public_id)
        )
        append(event, topic=show_topic(show_id), actor=actor)


def _tell_ranks(changed: Sequence[Question]) -> None:
    for show_id in sorted({question.show_id for question in changed}):
        ranks = [
            QuestionRank(question_id=question.public_id, votes=question.votes)
            for question in changed
            if question.show_id == show_id
        ]
        append(QuestionRanked(questions=ranks), topic=show_topic(show_id), actor="system")


def _refusal(question: Question | None, show_id: uuid.UUID) -> Exception | None:
    if question is None or question.show_id != show_id:
        return NotInRoom(noun="question")
    return None if question.status == Question.Status.OPEN else QuestionOver()
