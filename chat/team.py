"""What the team sees of a room besides what all see, and what an author sees of lines that all don't.

Kept in the process, loaded once a room and kept true by the log, so that joining asks nothing.
Not here: the rows (selectors) and changes (services).
"""

from collections import OrderedDict
from typing import Any

from chat.feed import Entry

SHADOWED, REPORTED = 50, 200

Line = dict[str, Any]


class TeamView:
    """Events carry values: the same one twice changes nothing."""

    def __init__(self) -> None:
        self.held: OrderedDict[str, Line] = OrderedDict()
        self.shadowed: OrderedDict[str, Line] = OrderedDict()
        self.reported: OrderedDict[str, Line] = OrderedDict()
        self.shifts: OrderedDict[str, Line] = OrderedDict()
        self.hand_over: Line | None = None

    def state(self) -> dict[str, Any]:
        """The team's part of a snapshot."""
        return {
            "held": list(self.held.values()),
            "shadowed": list(self.shadowed.values()),
            "reported": list(self.reported.values()),
            "shifts": list(self.shifts.values()),
            "hand_over": self.hand_over,
        }

    def own(self, author_key: str) -> dict[str, Any]:
        """An author's part: their lines that wait, and those that only they see."""
        return {
            "waiting": [waiting_line(line) for line in self.held.values() if line["author_key"] == author_key],
            "echoes": [line for line in self.shadowed.values() if line["author_key"] == author_key],
        }

    def apply(self, entry: Entry) -> None:
        """Follow one event of the room."""
        data = entry.data
        match entry.type:
            case "message.held":
                self.held.setdefault(data["held_id"], held_line(data, entry.at))
            case "message.claimed":
                if data["held_id"] in self.held:
                    claim = {name: data[name] for name in ("by", "name", "until")} if data["by"] else None
                    self.held[data["held_id"]] = {**self.held[data["held_id"]], "claim": claim}
            case "message.approved" | "message.declined":
                self.held.pop(data["held_id"], None)
            case "message.shadowed":
                self.shadowed.setdefault(data["message_id"], shadowed_line(data, entry.at))
                while len(self.shadowed) > SHADOWED:
                    self.shadowed.popitem(last=False)
            case "message.reported":
                self.reported[data["message_id"]] = reported_line(data)
                while len(self.reported) > REPORTED:
                    self.reported.popitem(last=False)
            case "reports.settled":
                self.reported.pop(data["message_id"], None)
            case "message.edited" if data["message_id"] in self.reported:
                self.reported[data["message_id"]] = {**self.reported[data["message_id"]], "text": data["text"]}
            case "message.removed":
                self.reported.pop(data["message_id"], None)
                if data["message_id"] in self.shadowed:
                    gone = {"author": "", "text": "", "reply_to": None, "edited_at": None, "removed": True}
                    self.shadowed[data["message_id"]] = {**self.shadowed[data["message_id"]], **gone}
            case "shift.began":
                self.shifts[data["member_id"]] = {name: data[name] for name in ("member_id", "name", "since")}
            case "shift.ended":
                self.shifts.pop(data["member_id"], None)
            case "hand_over.written":
                note = {name: data[name] for name in ("text", "author", "written_at")}
                self.hand_over = note if data["text"] else None


def held_line(data: Line, at: str) -> Line:
    """A line that waits, as the team's pages show it."""
    facts = ("author_key", "author", "text", "reply_to", "key", "rule", "is_question")
    return {"id": data["held_id"], **{name: data[name] for name in facts}, "at": at, "claim": None}


def reported_line(data: Line) -> Line:
    """A line that viewers have reported."""
    facts = ("author_key", "author", "text", "reports", "reasons")
    return {"id": data["message_id"], **{name: data[name] for name in facts}}


def waiting_line(line: Line) -> Line:
    """The same, as its author's page shows it."""
    return {name: line[name] for name in ("id", "text", "key")}


def shadowed_line(data: Line, at: str) -> Line:
    """A line that not all see, in the form of those that all see."""
    return {
        "id": data["message_id"],
        "author_key": data["author_key"],
        "author": data["author"],
        "badge": "",
        "title": "",
        "text": data["text"],
        "reply_to": data["reply_to"],
        "key": data["key"],
        "at": at,
        "edited_at": None,
        "removed": False,
    }
