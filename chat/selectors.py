"""Reads of a room: what a page shows of it, what a process remembers of it, what the studio lists.

Not here: changes (services) and what the show's own app knows (streams.selectors).
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from chat.bans import BanBook, Reach
from chat.blocklist import Blocklist
from chat.memory import RoomMemory, Silence
from chat.models import (
    Ban,
    BlockedWord,
    HandOver,
    HeldMessage,
    Message,
    Poll,
    PollVote,
    Question,
    QuestionVote,
    Report,
    RoomSettings,
    Shift,
)
from chat.people import Person, reads_as
from chat.team import REPORTED, SHADOWED, TeamView, held_line, reported_line
from chat.writer import quote_of
from kernel import clock, ids
from kernel.tenancy import current_brand
from tenants.selectors import members_of

MESSAGES, OPEN_QUESTIONS, ANSWERED_QUESTIONS = 50, 100, 20
_RECENT = dt.timedelta(minutes=2)


def room_settings(show_id: uuid.UUID) -> RoomSettings:
    """The room's settings, the defaults when nobody has set any."""
    row = RoomSettings.objects.select_related("pinned_message").filter(pk=show_id).first()
    return row or RoomSettings(show_id=show_id)


def room_state(show_id: uuid.UUID) -> dict[str, Any]:
    """The room's part of a snapshot, in six queries. Its events, applied to it, give the next one: they
    carry the same values under the same names."""
    settings = room_settings(show_id)
    pinned = settings.pinned_message
    return {
        "settings": {
            "slow_seconds": settings.slow_seconds,
            "guests_allowed": settings.guests_allowed,
            "approval": settings.approval,
        },
        "reactions": settings.reactions_told,
        "pinned_message": pinned_state(pinned) if pinned else None,
        "messages": [message_state(message) for message in last_messages(show_id)],
        "poll": poll_state(Poll.objects.filter(show_id=show_id).order_by("-id").first()),
        "questions": [question_state(question) for question in listed_questions(show_id)],
    }


def last_messages(show_id: uuid.UUID, limit: int = MESSAGES) -> list[Message]:
    """The last messages of a room that all see, oldest first, removed ones included."""
    rows = Message.objects.filter(show_id=show_id, is_hidden=False).select_related("reply_to").order_by("-id")[:limit]
    return list(rows)[::-1]


def listed_questions(show_id: uuid.UUID) -> list[Question]:
    """Open ones by votes, then those answered last."""
    questions = Question.objects.filter(show_id=show_id)
    waiting = questions.filter(status=Question.Status.OPEN).order_by("-votes", "id")[:OPEN_QUESTIONS]
    answered = questions.filter(status=Question.Status.ANSWERED).order_by("-closed_at")[:ANSWERED_QUESTIONS]
    return [*waiting, *answered]


def message_state(message: Message) -> dict[str, Any]:
    """A line as pages show it; of a removed one only the place is left."""
    gone = message.removed_at is not None
    quoted = message.reply_to
    return {
        "id": message.public_id,
        "author_key": message.author_key,
        "author": "" if gone else message.author,
        "badge": "" if gone else message.badge,
        "title": "" if gone else message.title,
        "text": "" if gone else message.text,
        "reply_to": _quoted(quoted) if quoted and not gone else None,
        "key": str(message.key),
        "at": clock.isoformat(message.posted_at),
        "edited_at": clock.isoformat(message.edited_at) if message.edited_at and not gone else None,
        "removed": gone,
    }


def pinned_state(message: Message) -> dict[str, Any]:
    return {"id": message.public_id, "author": message.author, "badge": message.badge, "text": message.text}


def poll_state(poll: Poll | None) -> dict[str, Any] | None:
    if poll is None:
        return None
    return {
        "id": poll.public_id,
        "question": poll.question,
        "answers": [{"text": text, "votes": votes} for text, votes in zip(poll.answers, poll.counts, strict=True)],
        "votes": sum(poll.counts),
        "status": poll.status,
        "opened_at": clock.isoformat(poll.opened_at),
        "closes_at": clock.isoformat(poll.closes_at) if poll.closes_at else None,
    }


def question_state(question: Question) -> dict[str, Any]:
    answered = question.status == Question.Status.ANSWERED and question.closed_at
    return {
        "id": question.public_id,
        "author_key": question.author_key,
        "author": question.author,
        "text": question.text,
        "votes": question.votes,
        "at": clock.isoformat(question.asked_at),
        "answered_at": clock.isoformat(question.closed_at) if answered and question.closed_at else None,
    }


def own_choices(show_id: uuid.UUID, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """What these people chose in the polls and questions that a snapshot shows, in two queries."""
    mine: dict[str, dict[str, Any]] = {key: {"votes": {}, "upvotes": []} for key in keys}
    newest = Poll.objects.filter(show_id=show_id).order_by("-id").values("id")[:1]
    for key, poll_id, choice in PollVote.objects.filter(poll_id__in=newest, viewer_key__in=keys).values_list(
        "viewer_key", "poll_id", "choice"
    ):
        mine[key]["votes"][ids.public_id(Poll.id_prefix, poll_id)] = choice
    votes = QuestionVote.objects.filter(
        question__show_id=show_id, question__status=Question.Status.OPEN, viewer_key__in=keys
    )
    for key, question_id in votes.values_list("viewer_key", "question_id"):
        mine[key]["upvotes"].append(ids.public_id(Question.id_prefix, question_id))
    return mine


def load_memory(show_id: uuid.UUID) -> RoomMemory:
    """What a process has to know of a room, in a dozen queries."""
    settings = room_settings(show_id)
    bans = list(bans_in_force())
    memory = RoomMemory(
        slow_seconds=settings.slow_seconds,
        guests_allowed=settings.guests_allowed,
        approval=settings.approval,
        staff_names=staff_names(),
        blocklist=load_blocklist(),
        bans=BanBook(_reach(ban) for ban in bans if ban.kind == Ban.Kind.BAN),
        shadows=BanBook(_reach(ban) for ban in bans if ban.kind == Ban.Kind.SHADOW),
        silences={ban.viewer_key: Silence(ban.public_id, ban.until) for ban in reversed(bans) if ban.until},
        team=load_team(show_id),
    )
    for held in memory.team.held.values():
        memory.name(held["author_key"], held["key"], held["id"])
    recent = Message.objects.filter(show_id=show_id, posted_at__gt=clock.now() - _RECENT).order_by("id")
    for message in recent:
        memory.remember(message.author_key, str(message.key), message.public_id, message.posted_at, message.text)
    return memory


def load_bans() -> BanBook:
    """Whom the brand has shut out, time-outs and shadow bans left aside."""
    return BanBook(_reach(ban) for ban in bans_in_force() if ban.kind == Ban.Kind.BAN)


def is_shut_out(person: Person) -> bool:
    """The same for one person, in one query."""
    means = Q(viewer_key=person.key)
    if person.customer_id:
        means |= Q(customer_id=person.customer_id)
    if person.device:
        means |= Q(devices__contains=[person.device])
    if person.network:
        means |= Q(networks__contains=[person.network], networks_until__gt=clock.now())
    return bans_in_force().filter(means, kind=Ban.Kind.BAN).exists()


def load_team(show_id: uuid.UUID) -> TeamView:
    """What the team sees beyond the room, in six queries. In the form that the events give it."""
    view = TeamView()
    for held in held_lines(show_id):
        view.held[held.public_id] = {
            **held_line(_held_facts(held), clock.isoformat(held.held_at)),
            "claim": claim_of(held),
        }
    hidden = Message.objects.filter(show_id=show_id, is_hidden=True).select_related("reply_to").order_by("-id")
    for message in list(hidden[:SHADOWED])[::-1]:
        view.shadowed[message.public_id] = message_state(message)
    for message in list(reported_lines(show_id)[:REPORTED])[::-1]:
        reasons = reasons_of(message)
        facts = {"author_key": message.author_key, "author": message.author, "text": message.text}
        told = {"message_id": message.public_id, **facts, "reports": sum(reasons.values()), "reasons": reasons}
        view.reported[message.public_id] = reported_line(told)
    for shift in Shift.objects.filter(show_id=show_id, until=None).order_by("since", "pk"):
        view.shifts[shift.member_id] = {
            "member_id": shift.member_id,
            "name": shift.name,
            "since": clock.isoformat(shift.since),
        }
    note = HandOver.objects.filter(show_id=show_id).order_by("-id").first()
    if note and note.text:
        view.hand_over = {"text": note.text, "author": note.author, "written_at": clock.isoformat(note.at)}
    return view


def reported_lines(show_id: uuid.UUID) -> QuerySet[Message]:
    """The lines of a room that viewers have reported and the team has not dealt with, newest first, with
    their `open_reports`."""
    waiting = Report.objects.filter(settled_at=None)
    rows = Message.objects.filter(Exists(waiting.filter(message=OuterRef("pk"))), show_id=show_id)
    return rows.prefetch_related(Prefetch("reports", waiting, to_attr="open_reports")).order_by("-id")


def reasons_of(message: Message) -> dict[str, int]:
    """How often a line of `reported_lines` was reported for which reason."""
    reports: list[Report] = getattr(message, "open_reports")  # noqa: B009 - the prefetch's name for them
    return dict(sorted(Counter(report.reason for report in reports).items()))


def held_lines(show_id: uuid.UUID) -> QuerySet[HeldMessage]:
    """The lines of a room that wait, oldest first."""
    rows = HeldMessage.objects.filter(show_id=show_id, status=HeldMessage.Status.WAITING)
    return rows.select_related("reply_to").order_by("id")


def claim_of(held: HeldMessage) -> dict[str, Any] | None:
    """Who deals with a line that waits, and until when that holds."""
    if not held.claimed_by or held.claimed_until is None:
        return None
    return {"by": held.claimed_by, "name": held.claimed_name, "until": clock.isoformat(held.claimed_until)}


def bans_in_force() -> QuerySet[Ban]:
    """Bans, shadow bans and unfinished time-outs, newest first."""
    return Ban.objects.filter(Q(until=None) | Q(until__gt=clock.now()), lifted_at=None).order_by("-id")


def load_blocklist() -> Blocklist:
    return Blocklist(blocked_words())


def blocked_words() -> list[str]:
    return list(BlockedWord.objects.order_by("text").values_list("text", flat=True))


def staff_names() -> frozenset[str]:
    """How the names of the brand and its members read: guests may not take them."""
    brand = current_brand()
    names = [brand.name, *(member.user.display_name for member in members_of(brand))]
    return frozenset(filter(None, map(reads_as, names)))


def _reach(ban: Ban) -> Reach:
    return Reach(
        ban_id=ban.public_id,
        viewer_key=ban.viewer_key,
        customer_id=str(ban.customer_id) if ban.customer_id else None,
        devices=frozenset(ban.devices),
        networks=frozenset(ban.networks),
        networks_until=ban.networks_until,
    )


def _held_facts(held: HeldMessage) -> dict[str, Any]:
    quoted = held.reply_to
    return {
        "held_id": held.public_id,
        "author_key": held.author_key,
        "author": held.author,
        "text": held.text,
        "reply_to": quote_of(quoted).model_dump() if quoted else None,
        "key": str(held.key),
        "rule": held.rule,
        "is_question": held.is_question,
    }


def _quoted(message: Message) -> dict[str, Any]:
    """A line that was removed since is no longer quoted."""
    quote = quote_of(message).model_dump()
    return {**quote, "author": "", "text": ""} if message.removed_at else quote
