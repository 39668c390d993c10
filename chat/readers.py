"""What rooms do when a show's event happens; wired in config/wiring.py.

Not here: what open sockets do about it (room).
"""

import structlog

from chat.errors import PollRunning
from chat.services.polls import open_poll
from chat.services.rooms import count_reactions, open_room
from kernel.errors import Problem
from kernel.eventlog.store import Recorded
from streams.selectors import show_by_id

log = structlog.get_logger(__name__)


def open_room_with_lobby(record: Recorded) -> None:
    """The room opens with the lobby, or with the show when there was none."""
    open_room(show_id=show_by_id(record.data["show_id"]).pk, actor=record.actor or "system")


def tell_last_hearts(record: Recorded) -> None:
    """The sum that a process added and did not live to tell is told with the show's end."""
    count_reactions(show_id=show_by_id(record.data["show_id"]).pk, count=0, is_last=True)


def open_poll_of_cue(record: Recorded) -> None:
    """A fired poll cue asks the room. One that can't (another poll is open) is left out: a cue is a
    moment, and holding the log back would ask it later, at a wrong one."""
    if record.data["kind"] != "poll":
        return
    payload = record.data["payload"]
    try:
        open_poll(
            show_id=show_by_id(record.data["show_id"]).pk,
            question=str(payload.get("question") or record.data["title"]),
            answers=[str(answer) for answer in payload.get("answers", [])],
            seconds=payload.get("seconds"),
            actor=record.actor or "system",
        )
    except PollRunning:
        log.info("cue.poll_running", cue=record.data["cue_id"])
    except Problem as problem:
        log.warning("cue.poll_refused", cue=record.data["cue_id"], code=problem.code)
