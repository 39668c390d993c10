"""What is going on in a show, as one socket hears it: for the host and, over the host's shoulder, for the guests.

Not here: the socket (room).
"""

from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]


@dataclass
class Sight:
    """Applying a snapshot and the events after it. Values as the room sends them."""

    status: str = ""
    line_up: list[Frame] = field(default_factory=list)
    pin: str | None = None  # the variant on screen
    drops: dict[str, Frame] = field(default_factory=dict)  # the open ones, the newest last
    poll: Frame | None = None  # the open one
    questions: dict[str, str] = field(default_factory=dict)  # open ones: id → text
    asked: dict[str, str] = field(default_factory=dict)  # chat lines that ask: text → message id

    @property
    def is_live(self) -> bool:
        return self.status == "live"

    def take(self, frame: Frame) -> None:
        """One frame of the room; what is not known here is passed over."""
        if frame.get("t") == "snapshot":
            self._start(frame["state"])
        elif frame.get("t") == "events":
            for event in frame["events"]:
                self._apply(event["type"], event["data"])

    @property
    def drop(self) -> Frame | None:
        """The newest of the open ones."""
        return next(reversed(self.drops.values()), None)

    def row_of(self, variant: str | None) -> Frame | None:
        """The line-up's row of a variant."""
        return next((row for row in self.line_up if row["variant_id"] == variant), None)

    def _start(self, state: Frame) -> None:
        self.status = state["show"]["status"]
        self.line_up = state["lineup"]
        self.pin = state["pin"]["variant_id"] if state["pin"] else None
        self.drops = {drop["drop_id"]: drop for drop in state["drops"] if drop["status"] == "open"}
        poll = state["poll"]
        self.poll = (
            {"id": poll["id"], "answers": [answer["text"] for answer in poll["answers"]]}
            if poll and poll["status"] == "open"
            else None
        )
        self.questions = {asked["id"]: asked["text"] for asked in state["questions"] if not asked["answered_at"]}

    def _apply(self, kind: str, data: Frame) -> None:
        match kind:
            case "show.started":
                self.status = "live"
            case "show.ended":
                self.status = "ended"
            case "lineup.changed":
                self.line_up = data["items"]
            case "product.pinned":
                self.pin = data["variant_id"]
            case "product.unpinned":
                self.pin = None
            case "stock.changed":
                self._count(data)
            case "drop.opened":
                self.drops[data["drop_id"]] = data
            case "drop.closed" | "drop.sold_out":
                self.drops.pop(data["drop_id"], None)
            case "poll.opened":
                self.poll = {"id": data["poll_id"], "answers": data["answers"]}
            case "poll.closed":
                self.poll = None
            case "question.asked":
                self.questions[data["question_id"]] = data["text"]
            case "message.posted" if data["text"].endswith("?"):
                self.asked[data["text"]] = data["message_id"]
            case "question.answered" | "question.dismissed":
                self.questions.pop(data["question_id"], None)

    def _count(self, data: Frame) -> None:
        row = self.row_of(data["variant_id"])
        if row is not None:
            row["available"] = data["available"]
