"""Polls and questions: one vote each, counted right in every race, told seldom, closed in time."""

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connections

from chat.errors import NotInRoom, OneQuestionAMinute, PollOver, PollRunning, QuestionOver
from chat.models import Poll, PollVote, Question, QuestionVote, RoomSettings
from chat.services.polls import cast_votes, close_due_polls, close_poll, open_poll, tell_count
from chat.services.questions import answer_question, ask_question, count_upvotes
from chat.services.rooms import count_reactions
from kernel import clock
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import read_topic, show_topic
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.chat import make_person, make_poll, make_question

SHOW = uuid.UUID(int=5)


def told(type_: str) -> list[dict[str, object]]:
    order_pending()
    return [record.data for record in read_topic(show_topic(SHOW), after=0) if record.type == type_]


def cast(poll: Poll, viewer: str, choice: int, show: uuid.UUID = SHOW) -> Exception | None:
    return cast_votes(votes=[(show, poll.pk, viewer, choice)])[0]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at the same moment, each on its own connection; results or what they raised."""
    gate = threading.Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            with brand_context("b_aurora"):
                gate.wait(5)
                results[place] = calls[place]()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return results


class TestVotes:
    def test_a_vote_can_be_changed_and_counts_once(self, in_aurora: Brand) -> None:
        poll = make_poll(SHOW)
        votes = [(SHOW, poll.pk, "vwr_a", 0), (SHOW, poll.pk, "vwr_b", 0), (SHOW, poll.pk, "vwr_a", 1)]
        assert cast_votes(votes=votes) == [None, None, None]
        assert cast(poll, "vwr_b", 1) is None
        assert tell_count(poll_id=poll.pk)
        assert told("poll.counted") == [{"poll_id": poll.public_id, "counts": [0, 2]}]

    def test_what_is_no_vote_is_refused(self, in_aurora: Brand) -> None:
        poll = make_poll(SHOW)
        assert isinstance(cast(poll, "vwr_a", 2), PollOver)
        assert isinstance(cast(poll, "vwr_a", 0, show=uuid.uuid4()), NotInRoom)
        assert isinstance(cast(Poll(pk=uuid.uuid4()), "vwr_a", 0), NotInRoom)
        close_poll(show_id=SHOW, poll_id=poll.pk, actor="system")
        assert isinstance(cast(poll, "vwr_a", 0), PollOver)
        assert not PollVote.objects.exists()

    def test_sums_are_told_at_most_twice_a_second(self, in_aurora: Brand) -> None:
        poll = make_poll(SHOW)
        outcomes = []
        for number in range(5):
            cast(poll, f"vwr_{number}", 0)
            outcomes.append(tell_count(poll_id=poll.pk))
        assert outcomes == [True, False, False, False, False]
        assert len(told("poll.counted")) == 1
        Poll.objects.update(counted_at=clock.now() - dt.timedelta(seconds=1))
        assert tell_count(poll_id=poll.pk)
        assert told("poll.counted")[-1]["counts"] == [5, 0]

    def test_time_closes_a_poll_with_its_last_count(self, in_aurora: Brand) -> None:
        poll, other = make_poll(SHOW, seconds=30), make_poll(uuid.uuid4())
        cast(poll, "vwr_a", 1)
        assert close_due_polls() == 0
        Poll.objects.filter(pk=poll.pk).update(closes_at=clock.now() - dt.timedelta(minutes=1))
        assert isinstance(cast(poll, "vwr_b", 1), PollOver)
        assert close_due_polls() == 1
        assert close_due_polls() == 0
        assert told("poll.closed") == [{"poll_id": poll.public_id, "counts": [0, 1]}]
        other.refresh_from_db()
        assert other.status == "open"

    def test_of_two_polls_at_once_one_is_opened(self, live_brands: dict[str, Brand]) -> None:
        def opening() -> Poll:
            return open_poll(show_id=SHOW, question="What next?", answers=["a", "b"], actor="system")

        results = at_once(opening, opening, opening)
        assert sorted(type(result).__name__ for result in results) == ["Poll", "PollRunning", "PollRunning"]
        assert [result for result in results if isinstance(result, PollRunning)]

    def test_no_vote_is_lost_beside_a_closing_poll(self, live_brands: dict[str, Brand]) -> None:
        """Whatever was accepted is in the final count, however close it was."""
        for _ in range(5):
            with brand_context("b_aurora"):
                poll = make_poll(SHOW)
            votes = [partial(cast, poll, f"vwr_{number}", 0) for number in range(6)]
            results = at_once(*votes, partial(close_poll, show_id=SHOW, poll_id=poll.pk, actor="system"))
            with brand_context("b_aurora"):
                poll.refresh_from_db()
                assert poll.counts[0] == results[:6].count(None) == PollVote.objects.filter(poll=poll).count()


class TestQuestions:
    def test_one_a_minute_and_the_same_key_is_the_same(self, in_aurora: Brand) -> None:
        person, key = make_person(), uuid.uuid4()
        first = ask_question(show_id=SHOW, person=person, text="Is it vegan?", key=key)
        assert ask_question(show_id=SHOW, person=person, text="Is it vegan?", key=key) == first
        with pytest.raises(OneQuestionAMinute) as refusal:
            ask_question(show_id=SHOW, person=person, text="And gluten?", key=uuid.uuid4())
        assert refusal.value.retry_after
        Question.objects.update(asked_at=clock.now() - dt.timedelta(seconds=61))
        ask_question(show_id=SHOW, person=person, text="And gluten?", key=uuid.uuid4())
        assert len(told("question.asked")) == 2

    def test_two_windows_ask_once(self, live_brands: dict[str, Brand]) -> None:
        person = make_person()

        def asking() -> Question:
            return ask_question(show_id=SHOW, person=person, text="Is it vegan?", key=uuid.uuid4())

        results = at_once(asking, asking)
        assert sorted(type(result).__name__ for result in results) == ["OneQuestionAMinute", "Question"]

    def test_upvotes_count_once_and_are_told_together(self, in_aurora: Brand) -> None:
        first, second = make_question(SHOW), make_question(SHOW, "And gluten?")
        votes = [
            (SHOW, first.pk, "vwr_a"),
            (SHOW, first.pk, "vwr_a"),
            (SHOW, second.pk, "vwr_a"),
            (SHOW, first.pk, "vwr_b"),
        ]
        assert count_upvotes(votes=votes) == [None] * 4
        assert count_upvotes(votes=votes) == [None] * 4
        ranks = {rank["question_id"]: rank["votes"] for rank in told("question.ranked")[0]["questions"]}  # type: ignore[attr-defined]
        assert ranks == {first.public_id: 3, second.public_id: 2}
        assert len(told("question.ranked")) == 1
        assert QuestionVote.objects.count() == 5

    def test_closed_and_foreign_questions_are_refused(self, in_aurora: Brand) -> None:
        question = make_question(SHOW)
        elsewhere = uuid.uuid4()
        refusals = count_upvotes(votes=[(elsewhere, question.pk, "vwr_a"), (SHOW, uuid.uuid4(), "vwr_a")])
        assert [type(refusal) for refusal in refusals] == [NotInRoom, NotInRoom]
        answer_question(show_id=SHOW, question_id=question.pk, actor="system")
        assert isinstance(count_upvotes(votes=[(SHOW, question.pk, "vwr_a")])[0], QuestionOver)


def test_hearts_are_summed_once_a_second(live_brands: dict[str, Brand]) -> None:
    """Of several processes one takes the turn to tell; what the others add is told with the next turn."""
    results = at_once(*(partial(count_reactions, show_id=SHOW, count=5) for _ in range(4)))
    assert results.count(True) == 1
    with brand_context("b_aurora"):
        assert RoomSettings.objects.get().reactions == 20
        assert len(told("reaction.counted")) == 1
        assert not count_reactions(show_id=SHOW, count=1)
        time.sleep(0.95)
        assert count_reactions(show_id=SHOW, count=0)
        first, rest = told("reaction.counted")
        assert rest == {"count": 21 - int(str(first["count"])), "total": 21}
        time.sleep(0.95)
        assert count_reactions(show_id=SHOW, count=0)
        assert len(told("reaction.counted")) == 2
