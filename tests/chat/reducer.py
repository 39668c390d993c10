"""What each event means for a page: the reference that a client's code can be held against.

Not here: drawing it.
"""

from collections.abc import Callable
from typing import Any

State = dict[str, Any]
MESSAGES, QUOTED = 50, 120


def apply(state: State, event: dict[str, Any]) -> None:
    """Change the state by one event. Twice the same event leaves the same state."""
    handler = _HANDLERS.get(event["type"])
    if handler:
        handler(state, event["data"], event["at"])


def _posted(state: State, data: dict[str, Any], at: str) -> None:
    if any(line["id"] == data["message_id"] for line in state["messages"]):
        return
    line = {key: data[key] for key in ("author_key", "author", "badge", "title", "text", "reply_to", "key")}
    told = {"id": data["message_id"], **line, "at": at, "edited_at": None, "removed": False}
    state["messages"] = [*state["messages"], told][-MESSAGES:]
    _answer(state, data)


def _removed(state: State, data: dict[str, Any], at: str) -> None:
    _settled(state, data, at)
    for line in [*state["messages"], *state["me"]["echoes"], *state["me"].get("team", {}).get("shadowed", [])]:
        if line["id"] == data["message_id"]:
            line.update(author="", badge="", title="", text="", reply_to=None, edited_at=None, removed=True)
        elif line["reply_to"] and line["reply_to"]["id"] == data["message_id"]:
            line["reply_to"] = {**line["reply_to"], "author": "", "text": ""}


def _edited(state: State, data: dict[str, Any], at: str) -> None:
    """Where the line stands, where it is quoted, and where it is pinned."""
    for line in [*state["messages"], *state["me"]["echoes"], *state["me"].get("team", {}).get("shadowed", [])]:
        if line["id"] == data["message_id"] and not line["removed"]:
            line.update(text=data["text"], edited_at=data["edited_at"])
        elif line["reply_to"] and line["reply_to"]["id"] == data["message_id"]:
            line["reply_to"] = {**line["reply_to"], "text": data["text"][:QUOTED]}
    pinned = state["pinned_message"]
    if pinned and pinned["id"] == data["message_id"]:
        state["pinned_message"] = {**pinned, "text": data["text"]}
    for line in state["me"].get("team", {}).get("reported", []):
        if line["id"] == data["message_id"]:
            line["text"] = data["text"]


def _answer(state: State, data: dict[str, Any]) -> None:
    """My line waits no longer: it is shown."""
    me = state["me"]
    if me["key"] == data["author_key"]:
        me["waiting"] = [line for line in me["waiting"] if line["key"] != data["key"]]


def _waiting(state: State, data: dict[str, Any], at: str) -> None:
    if all(line["id"] != data["held_id"] for line in state["me"]["waiting"]):
        state["me"]["waiting"].append({"id": data["held_id"], "text": data["text"], "key": data["key"]})


def _returned(state: State, data: dict[str, Any], at: str) -> None:
    state["me"]["waiting"] = [line for line in state["me"]["waiting"] if line["id"] != data["held_id"]]


def _echoed(state: State, data: dict[str, Any], at: str) -> None:
    _add_hidden(state["me"]["echoes"], data, at)


def _shadowed(state: State, data: dict[str, Any], at: str) -> None:
    _add_hidden(state["me"]["team"]["shadowed"], data, at)


def _add_hidden(lines: list[dict[str, Any]], data: dict[str, Any], at: str) -> None:
    if all(line["id"] != data["message_id"] for line in lines):
        facts = {key: data[key] for key in ("author_key", "author", "text", "reply_to", "key")}
        told = {"id": data["message_id"], **facts, "badge": "", "title": "", "at": at, "edited_at": None}
        lines.append({**told, "removed": False})
        del lines[:-MESSAGES]


def _held(state: State, data: dict[str, Any], at: str) -> None:
    held = state["me"]["team"]["held"]
    if all(line["id"] != data["held_id"] for line in held):
        facts = {key: data[key] for key in ("author_key", "author", "text", "reply_to", "key", "rule", "is_question")}
        held.append({"id": data["held_id"], **facts, "at": at, "claim": None})


def _reported(state: State, data: dict[str, Any], at: str) -> None:
    reported = state["me"]["team"]["reported"]
    facts = {key: data[key] for key in ("author_key", "author", "text", "reports", "reasons")}
    for place, line in enumerate(reported):
        if line["id"] == data["message_id"]:
            reported[place] = {"id": line["id"], **facts}
            return
    reported.append({"id": data["message_id"], **facts})


def _settled(state: State, data: dict[str, Any], at: str) -> None:
    team = state["me"].get("team", {})
    if team:
        team["reported"] = [line for line in team["reported"] if line["id"] != data["message_id"]]


def _claimed(state: State, data: dict[str, Any], at: str) -> None:
    for line in state["me"]["team"]["held"]:
        if line["id"] == data["held_id"]:
            line["claim"] = {key: data[key] for key in ("by", "name", "until")} if data["by"] else None


def _decided(state: State, data: dict[str, Any], at: str) -> None:
    team = state["me"]["team"]
    team["held"] = [line for line in team["held"] if line["id"] != data["held_id"]]


def _shift_began(state: State, data: dict[str, Any], at: str) -> None:
    team = state["me"]["team"]
    others = [shift for shift in team["shifts"] if shift["member_id"] != data["member_id"]]
    team["shifts"] = [*others, {key: data[key] for key in ("member_id", "name", "since")}]


def _shift_ended(state: State, data: dict[str, Any], at: str) -> None:
    team = state["me"]["team"]
    team["shifts"] = [shift for shift in team["shifts"] if shift["member_id"] != data["member_id"]]


def _handed_over(state: State, data: dict[str, Any], at: str) -> None:
    note = {key: data[key] for key in ("text", "author", "written_at")}
    state["me"]["team"]["hand_over"] = note if data["text"] else None


def _pinned(state: State, data: dict[str, Any], at: str) -> None:
    state["pinned_message"] = {"id": data["message_id"], **{key: data[key] for key in ("author", "badge", "text")}}


def _unpinned(state: State, data: dict[str, Any], at: str) -> None:
    if state["pinned_message"] and state["pinned_message"]["id"] == data["message_id"]:
        state["pinned_message"] = None


def _mode(state: State, data: dict[str, Any], at: str) -> None:
    state["settings"] = {key: data[key] for key in ("slow_seconds", "guests_allowed", "approval")}


def _poll_opened(state: State, data: dict[str, Any], at: str) -> None:
    state["poll"] = {
        "id": data["poll_id"],
        "question": data["question"],
        "answers": [{"text": text, "votes": 0} for text in data["answers"]],
        "votes": 0,
        "status": "open",
        "opened_at": data["opened_at"],
        "closes_at": data["closes_at"],
    }


def _poll_counted(state: State, data: dict[str, Any], at: str) -> None:
    poll = state["poll"]
    if poll and poll["id"] == data["poll_id"]:
        poll["votes"] = sum(data["counts"])
        for answer, votes in zip(poll["answers"], data["counts"], strict=True):
            answer["votes"] = votes


def _poll_closed(state: State, data: dict[str, Any], at: str) -> None:
    _poll_counted(state, data, at)
    if state["poll"] and state["poll"]["id"] == data["poll_id"]:
        state["poll"]["status"] = "closed"


def _asked(state: State, data: dict[str, Any], at: str) -> None:
    if all(question["id"] != data["question_id"] for question in state["questions"]):
        facts = {key: data[key] for key in ("author_key", "author", "text", "votes")}
        state["questions"].append({"id": data["question_id"], **facts, "at": data["asked_at"], "answered_at": None})
        _sort(state)
    _answer(state, data)


def _ranked(state: State, data: dict[str, Any], at: str) -> None:
    votes = {rank["question_id"]: rank["votes"] for rank in data["questions"]}
    for question in state["questions"]:
        question["votes"] = votes.get(question["id"], question["votes"])
    _sort(state)


def _answered(state: State, data: dict[str, Any], at: str) -> None:
    for question in state["questions"]:
        if question["id"] == data["question_id"]:
            question["answered_at"] = data["answered_at"]
    _sort(state)


def _dismissed(state: State, data: dict[str, Any], at: str) -> None:
    state["questions"] = [question for question in state["questions"] if question["id"] != data["question_id"]]


def _sort(state: State) -> None:
    waiting = [question for question in state["questions"] if not question["answered_at"]]
    answered = [question for question in state["questions"] if question["answered_at"]]
    waiting.sort(key=lambda question: (-question["votes"], question["id"]))
    answered.sort(key=lambda question: question["answered_at"], reverse=True)
    state["questions"] = waiting + answered


def _reacted(state: State, data: dict[str, Any], at: str) -> None:
    state["reactions"] = data["total"]


_HANDLERS: dict[str, Callable[[State, dict[str, Any], str], None]] = {
    "room.opened": _mode,
    "room.mode_changed": _mode,
    "message.posted": _posted,
    "message.removed": _removed,
    "message.edited": _edited,
    "message.waiting": _waiting,
    "message.returned": _returned,
    "message.echoed": _echoed,
    "message.shadowed": _shadowed,
    "message.held": _held,
    "message.claimed": _claimed,
    "message.reported": _reported,
    "reports.settled": _settled,
    "message.approved": _decided,
    "message.declined": _decided,
    "shift.began": _shift_began,
    "shift.ended": _shift_ended,
    "hand_over.written": _handed_over,
    "message.pinned": _pinned,
    "message.unpinned": _unpinned,
    "poll.opened": _poll_opened,
    "poll.counted": _poll_counted,
    "poll.closed": _poll_closed,
    "question.asked": _asked,
    "question.ranked": _ranked,
    "question.answered": _answered,
    "question.dismissed": _dismissed,
    "reaction.counted": _reacted,
}
