"""What a frame does: checks in the process, then the service, then the answer.

Not here: reading frames (protocol) and the sockets (consumers).
"""

import uuid

from chat import protocol
from chat.automod import Action, Verdict
from chat.buying import let_go, take_hold
from chat.errors import Banned, JoinFirst, MessageRefused, NotInRoom, RoomClosed, StaffOnly
from chat.judging import judge
from chat.models import Message, Poll, Question
from chat.people import Person, check_name
from chat.protocol import MAX_QUESTION, ack
from chat.room import Room
from chat.seating import Seat
from chat.services import messages, moderation, polls, questions
from chat.services.holding import hold_line
from chat.services.reports import report_line
from chat.services.rooms import set_room_mode
from chat.services.shadows import echo_line
from chat.writer import Line
from kernel import clock, ids
from kernel.tenancy import run_in_brand

# Nobody of the team looks after these rooms any more. Questions may still be asked of a replay.
_OVER = frozenset(["replay", "cancelled"])


async def act(room: Room, seat: Seat, frame: object) -> str | None:
    """Do what the frame asks. Returns the answer's text, if there is one. Raises Problem."""
    if isinstance(frame, protocol.Ping):
        return protocol.PONG
    if isinstance(frame, protocol.Watching):
        room.hear_watching(seat, frame.picture)
        return None
    room.attendance.sign(seat.watcher, clock.now())
    person = seat.person
    if person is None:
        raise JoinFirst
    match frame:
        case protocol.Say():
            return await _say(room, person, frame)
        case protocol.React():
            room.memory.check_person(person)
            _check_open(room, person)
            room.hearts += frame.n
            return None
        case protocol.Name():
            name = check_name(frame.name, blocklist=room.memory.blocklist, staff_names=room.memory.staff_names)
            if not person.is_staff:
                seat.person = person.named(name)
            return ack(frame.key, person.key)
        case protocol.Ask():
            return await _ask(room, person, frame)
        case protocol.Upvote():
            room.memory.check_person(person)
            question = _parse(Question.id_prefix, frame.question, "question")
            await room.batches.upvotes.submit((room.show_id, question, person.key))
            return ack(frame.key, frame.question)
        case protocol.Vote():
            room.memory.check_person(person)
            poll = _parse(Poll.id_prefix, frame.poll, "poll")
            await room.batches.votes.submit((room.show_id, poll, person.key, frame.choice))
            return ack(frame.key, frame.poll)
        case protocol.Report():
            return await _report(room, person, frame)
        case protocol.Hold():
            return await take_hold(room, person, frame)
        case protocol.Release():
            return await let_go(room, person, frame)
    if not person.is_staff:
        raise StaffOnly
    return await _moderate(room, person, frame)


async def _say(room: Room, person: Person, frame: protocol.Say) -> str:
    """Nothing is asked of the database before the batch: all checks are in memory."""
    room.memory.check_person(person)
    _check_open(room, person)
    known = await room.posted(person.key, frame.key)
    if known is None:  # else it was sent again because the answer got lost
        known = await room.once(person.key, frame.key, lambda: _take_line(room, person, frame))
    return ack(frame.key, known)


async def _take_line(room: Room, person: Person, frame: protocol.Say) -> str:
    """The id of a new line: shown to all, kept for the team, or echoed to its author."""
    memory = room.memory
    text = memory.check_text(person, frame.text)
    line = Line(
        show_id=room.show_id,
        person=person,
        text=text,
        key=frame.key,
        reply_to=_parse(Message.id_prefix, frame.reply_to, "message") if frame.reply_to else None,
        media_started_at=room.show.media_started_at if room.show.status == "live" else None,
    )
    verdict = await _judged(room, person, text)
    memory.take_turn(person, text)
    _trace(room, person)
    try:
        return await _keep(room, line, verdict)
    except BaseException:
        memory.give_turn_back(person, text)  # it may be sent again, and then it is no repetition
        raise


async def _keep(room: Room, line: Line, verdict: Verdict | None) -> str:
    """The id of a line that is durable, among those that all see, the team's, or its author's alone."""
    memory, person = room.memory, line.person
    if memory.is_shadowed(person):
        kept = ids.public_id(Message.id_prefix, await run_in_brand(room.schema, echo_line, line=line))
    elif verdict is not None:
        kept = (await run_in_brand(room.schema, hold_line, line=line, rule=verdict.rule)).public_id
    else:
        return await room.post(line)
    memory.name(person.key, str(line.key), kept)
    return kept


async def _ask(room: Room, person: Person, frame: protocol.Ask) -> str:
    room.memory.check_person(person)
    known = await room.posted(person.key, frame.key)
    if known is None:
        known = await room.once(person.key, frame.key, lambda: _take_question(room, person, frame))
    return ack(frame.key, known)


async def _take_question(room: Room, person: Person, frame: protocol.Ask) -> str:
    """The id of a question: on the list, or kept for the team."""
    memory = room.memory
    text = memory.check_text(person, frame.text, limit=MAX_QUESTION)
    verdict = await _judged(room, person, text)
    _trace(room, person)
    if memory.is_shadowed(person):  # told as if it were on the list, where nobody sees it
        return ids.public_id(Question.id_prefix, frame.key)
    if verdict is not None:
        line = Line(show_id=room.show_id, person=person, text=text, key=frame.key)
        held = await run_in_brand(room.schema, hold_line, line=line, rule=verdict.rule, is_question=True)
        memory.name(person.key, str(frame.key), held.public_id)
        return held.public_id
    question = await run_in_brand(
        room.schema, questions.ask_question, show_id=room.show_id, person=person, text=text, key=frame.key
    )
    return question.public_id


async def _report(room: Room, person: Person, frame: protocol.Report) -> str:
    """Whom nobody hears is not heard here either, and does not learn it."""
    memory = room.memory
    if memory.is_banned(person):
        raise Banned
    message = _parse(Message.id_prefix, frame.message, "message")
    if not memory.is_shadowed(person):
        await run_in_brand(
            room.schema, report_line, show_id=room.show_id, message_id=message, person=person, reason=frame.reason
        )
    return ack(frame.key, frame.message)


async def _judged(room: Room, person: Person, text: str) -> Verdict | None:
    """Why the line is to be held, None when it may be shown. The team is not judged, and whom nobody
    hears neither. Raises MessageRefused."""
    memory = room.memory
    if person.is_staff or memory.is_shadowed(person):
        return None
    verdict = await judge(memory.candidate(person, text, schema=room.schema, show_id=room.show_id))
    if verdict.action is Action.REFUSE:
        raise MessageRefused(param="text")
    if verdict.action is Action.HOLD:
        return verdict
    return Verdict(Action.HOLD) if memory.approval else None


def _trace(room: Room, person: Person) -> None:
    """Note from where somebody writes beside their first line, so that a ban can reach that far."""
    if room.memory.is_new_trace(person):
        room.batches.note((person.key, person.device, person.network))


async def _moderate(room: Room, person: Person, frame: object) -> str:
    schema, show_id, actor = room.schema, room.show_id, person.actor
    match frame:
        case protocol.Remove(key=key, message=subject):
            message = _parse(Message.id_prefix, subject, "message")
            await run_in_brand(schema, messages.remove_message, show_id=show_id, message_id=message, actor=actor)
        case protocol.PinMessage(key=key, message=subject):
            message = _parse(Message.id_prefix, subject, "message")
            await run_in_brand(schema, messages.pin_message, show_id=show_id, message_id=message, actor=actor)
        case protocol.UnpinMessage(key=key):
            subject = ""
            await run_in_brand(schema, messages.unpin_message, show_id=show_id, actor=actor)
        case protocol.TimeOut(key=key, viewer=viewer, seconds=seconds, reason=reason):
            ban = await run_in_brand(
                schema, moderation.time_out_viewer,
                viewer_key=viewer, seconds=seconds, actor=actor, show_id=show_id, reason=reason,
            )  # fmt: skip
            subject = ban.public_id
        case protocol.BanViewer(key=key, viewer=viewer, reason=reason):
            ban = await run_in_brand(
                schema, moderation.ban_viewer, viewer_key=viewer, actor=actor, show_id=show_id, reason=reason
            )
            subject = ban.public_id
        case protocol.Unban(key=key, viewer=subject):
            await run_in_brand(schema, moderation.lift_all, viewer_key=subject, actor=actor)
        case protocol.Answer(key=key, question=subject):
            question = _parse(Question.id_prefix, subject, "question")
            await run_in_brand(schema, questions.answer_question, show_id=show_id, question_id=question, actor=actor)
        case protocol.Dismiss(key=key, question=subject):
            question = _parse(Question.id_prefix, subject, "question")
            await run_in_brand(schema, questions.dismiss_question, show_id=show_id, question_id=question, actor=actor)
        case protocol.OpenPoll(key=key):
            poll = await run_in_brand(
                schema, polls.open_poll,
                show_id=show_id, question=frame.question, answers=frame.answers, seconds=frame.seconds, actor=actor,
            )  # fmt: skip
            subject = poll.public_id
        case protocol.ClosePoll(key=key, poll=subject):
            poll_id = _parse(Poll.id_prefix, subject, "poll")
            await run_in_brand(schema, polls.close_poll, show_id=show_id, poll_id=poll_id, actor=actor)
        case protocol.Slow(key=key, seconds=seconds):
            subject = ""
            await run_in_brand(schema, set_room_mode, show_id=show_id, slow_seconds=seconds, actor=actor)
        case _:
            raise TypeError(f"no act for {frame!r}")
    return ack(key, subject)


def _check_open(room: Room, person: Person) -> None:
    if room.show.status in _OVER and not person.is_staff:
        raise RoomClosed


def _parse(prefix: str, text: str, noun: str) -> uuid.UUID:
    try:
        return ids.parse_public_id(prefix, text)
    except ValueError:
        raise NotInRoom(noun=noun) from None
