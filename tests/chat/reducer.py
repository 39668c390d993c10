"""What each event means for a page: the reference that a client's code can be held against.

Not here: drawing it.
"""

from collections.abc import Callable
from typing import Any

State = dict[str, Any]
MESSAGES = 50


def apply(state: State, event: dict[str, Any]) -> None:
    """Change the state by one event. Twice the same event leaves the same state."""
    handler = _HANDLERS.get(event["type"])
    if handler:
        handler(state, event["data"], event["at"])


def _posted(state: State, data: dict[str, Any], at: str) -> None:
    if any(line["id"] == data["message_id"] for line in state["messages"]):
        return
    line = {key: data[key] for key in ("author_key", "author", "badge", "title", "text", "reply_to", "key")}
    state["messages"] = [*state["messages"], {"id": data["message_id"], **line, "at": at, "removed": False}][-MESSAGES:]


def _removed(state: State, data: dict[str, Any], at: str) -> None:
    for line in state["messages"]:
        if line["id"] == data["message_id"]:
            line.update(author="", badge="", title="", text="", reply_to=None, removed=True)
        elif line["reply_to"] and line["reply_to"]["id"] == data["message_id"]:
            line["reply_to"] = {**line["reply_to"], "author": "", "text": ""}


def _pinned(state: State, data: dict[str, Any], at: str) -> None:
    state["pinned_message"] = {"id": data["message_id"], **{key: data[key] for key in ("author", "badge", "text")}}


def _unpinned(state: State, data: dict[str, Any], at: str) -> None:
    if state["pinned_message"] and state["pinned_message"]["id"] == data["message_id"]:
        state["pinned_message"] = None


def _mode(state: State, data: dict[str, Any], at: str) -> None:
    state["settings"] = {"slow_seconds": data["slow_seconds"], "guests_allowed": data["guests_allowed"]}


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
