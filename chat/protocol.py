"""The room's frames: what a page may send, as closed models, and what it is sent.

Not here: what the frames do (acts) and who gets which event (feed).
"""

import json
import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from chat.errors import FrameInvalid, FrameTooLarge
from kernel.errors import Problem

MAX_FRAME = 8 * 1024
MAX_TEXT = 500
MAX_QUESTION = 500

CLOSE_TOO_LARGE, CLOSE_RESTART, CLOSE_TOO_SLOW = 1009, 1012, 1013
CLOSE_TOO_FAST, CLOSE_NO_HELLO = 4008, 4400
CLOSE_REFUSED, CLOSE_UNKNOWN, CLOSE_SUSPENDED = 4403, 4404, 4423

_Id = Annotated[str, Field(min_length=1, max_length=40)]
_Topic = Annotated[str, Field(min_length=1, max_length=80)]


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hello(_Frame):
    """The first frame. With the cursors of an earlier connection the room goes on from there."""

    t: Literal["hello"]
    cursors: Annotated[dict[_Topic, int], Field(max_length=4)] | None = None
    epoch: int | None = None


class Say(_Frame):
    t: Literal["say"]
    key: uuid.UUID
    # Longer texts are refused by name further on, not as an unreadable frame.
    text: str
    reply_to: _Id | None = None


class Name(_Frame):
    t: Literal["name"]
    key: uuid.UUID | None = None
    name: str


class React(_Frame):
    t: Literal["react"]
    n: Annotated[int, Field(ge=1, le=20)] = 1


class Ask(_Frame):
    t: Literal["ask"]
    key: uuid.UUID
    text: str


class Upvote(_Frame):
    t: Literal["upvote"]
    key: uuid.UUID | None = None
    question: _Id


class Vote(_Frame):
    t: Literal["vote"]
    key: uuid.UUID | None = None
    poll: _Id
    choice: Annotated[int, Field(ge=0, le=5)]


class Report(_Frame):
    """A line that does not belong here, for the team. Once per viewer and line."""

    t: Literal["report"]
    key: uuid.UUID | None = None
    message: _Id
    reason: Literal["spam", "insult", "private", "other"]


class Hold(_Frame):
    """Keep pieces for whom this socket belongs to. The same words as `POST /api/v1/holds/` takes; what they
    may say is judged there too, so that it is refused alike."""

    t: Literal["hold"]
    key: uuid.UUID
    variant: str
    drop: str | None = None
    quantity: int = 1


class Release(_Frame):
    t: Literal["release"]
    key: uuid.UUID
    hold: str


class Ping(_Frame):
    t: Literal["ping"]


class Watching(_Frame):
    """Somebody looks at the page. `picture` is the camera's time of the frame that they see, in
    milliseconds since 1970; null without a picture that plays. It may get lost, and is not answered."""

    t: Literal["watching"]
    picture: Annotated[int, Field(ge=0, le=2**53)] | None = None


class _Moderate(_Frame):
    t: Literal["moderate"]
    key: uuid.UUID | None = None


class Remove(_Moderate):
    act: Literal["remove"]
    message: _Id


class TimeOut(_Moderate):
    act: Literal["timeout"]
    viewer: _Id
    seconds: Annotated[int, Field(ge=10, le=86_400)] = 300
    reason: Annotated[str, Field(max_length=200)] = ""


class BanViewer(_Moderate):
    act: Literal["ban"]
    viewer: _Id
    reason: Annotated[str, Field(max_length=200)] = ""


class Unban(_Moderate):
    act: Literal["unban"]
    viewer: _Id


class PinMessage(_Moderate):
    act: Literal["pin"]
    message: _Id


class UnpinMessage(_Moderate):
    act: Literal["unpin"]


class Answer(_Moderate):
    act: Literal["answer"]
    question: _Id


class Dismiss(_Moderate):
    act: Literal["dismiss"]
    question: _Id


class OpenPoll(_Moderate):
    act: Literal["open_poll"]
    question: str
    answers: list[str]
    seconds: Annotated[int, Field(ge=5, le=3600)] | None = None


class ClosePoll(_Moderate):
    act: Literal["close_poll"]
    poll: _Id


class Slow(_Moderate):
    act: Literal["slow"]
    seconds: Annotated[int, Field(ge=0, le=120)]


Moderate = Annotated[
    Remove | TimeOut | BanViewer | Unban | PinMessage | UnpinMessage | Answer | Dismiss | OpenPoll | ClosePoll | Slow,
    Field(discriminator="act"),
]
Frame = Annotated[
    Hello | Say | Name | React | Ask | Upvote | Vote | Report | Hold | Release | Ping | Watching | Moderate,
    Field(discriminator="t"),
]
_frames: TypeAdapter[Any] = TypeAdapter(Frame)


def read_frame(text: str) -> Any:
    """The typed frame of a text. Raises FrameTooLarge, FrameInvalid."""
    # A character has at least one byte: the cheap test first.
    if len(text) > MAX_FRAME or len(text.encode(errors="surrogatepass")) > MAX_FRAME:
        raise FrameTooLarge(limit=MAX_FRAME)
    try:
        return _frames.validate_json(text)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise FrameInvalid(reason=f"{where}: {fault['msg']}" if where else fault["msg"]) from None


def dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def ack(key: uuid.UUID | None, subject: str) -> str:
    """Done and durable. The position in the topic follows with the event itself."""
    return dumps({"t": "ack", "key": str(key) if key else None, "id": subject, "seq": None})


def held(key: uuid.UUID, hold: bytes) -> str:
    """A hold that is durable, as the API shows it."""
    return f'{{"t":"held","key":"{key}","hold":{hold.decode()}}}'


def refused(key: uuid.UUID | None, problem: Problem) -> str:
    """Not done. `retry_after` is in seconds, or null when waiting would not help."""
    facts = {
        "t": "refused",
        "key": str(key) if key else None,
        "code": problem.code,
        "detail": problem.detail,
        "retry_after": problem.retry_after,
    }
    place = problem.data.get("place")  # in line, which a page says in its own words
    return dumps(facts if place is None else {**facts, "place": place})


def events(topic: str, epoch: int, first: int, last: int, envelopes: list[str]) -> str:
    """Events of one topic, already serialised. The range covers also what this viewer isn't shown."""
    head = dumps({"t": "events", "topic": topic, "epoch": epoch, "from": first, "to": last})
    return f'{head[:-1]},"events":[{",".join(envelopes)}]}}'


def gap(topic: str) -> str:
    """What happened here is too long ago to tell; a snapshot follows."""
    return dumps({"t": "gap", "topic": topic})


def tick(viewers: int, reactions: int, *, is_estimate: bool) -> str:
    """`about`: not all viewers could be counted."""
    return dumps({"t": "tick", "viewers": viewers, "reactions": reactions, "about": is_estimate})


def delay(median: float, p95: float, reports: int) -> str:
    """To the team: how far behind the camera the audience's pictures are, in seconds."""
    return dumps({"t": "delay", "median": median, "p95": p95, "reports": reports})


def reconnect(after_ms: int) -> str:
    return dumps({"t": "reconnect", "after_ms": after_ms})


PONG = dumps({"t": "pong"})
