"""What an event is: a closed, versioned class, and the registry of all of them.

Not here: how events are stored (store) or ordered (sequencer).
"""

import enum
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Audience(enum.StrEnum):
    """Who gets a frame when the event happens. Webhooks, reports and replay read all of them."""

    ALL = "all"  # every viewer of the topic
    ONE = "one"  # the viewer named by the record's `to`
    STAFF = "staff"  # the brand's members only


class Lane(enum.StrEnum):
    """How soon a frame with the event leaves for a full room. In an idle one all leave at once."""

    TICK = "tick"  # with the room's next frame
    URGENT = "urgent"  # at once, after all that waits
    LEVEL = "level"  # the newest value, twice a second; the first and an empty one at once


class Timing(enum.StrEnum):
    """When a page that plays the picture shows the event. Without a picture all are shown at once."""

    NOW = "now"  # as soon as it is heard
    PICTURE = "picture"  # when the page's own picture has come to the moment in which it happened


class UnknownEvent(LookupError):
    """A stored event has no class, or no such version: the reader is older than the writer."""


_registry: dict[tuple[str, int], type["Event"]] = {}


class Event(BaseModel):
    """One thing that happened, in the past tense. Carries values, never deltas, so that applying
    it twice changes nothing. Unknown fields are refused, on writing and on reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ClassVar[str]
    version: ClassVar[int] = 1
    audience: ClassVar[Audience] = Audience.STAFF
    lane: ClassVar[Lane] = Lane.TICK
    timing: ClassVar[Timing] = Timing.NOW

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        key = (cls.type, cls.version)
        if key in _registry:
            raise TypeError(f"two classes for event {cls.type} version {cls.version}")
        _registry[key] = cls


def event_class(type_: str, version: int) -> type[Event]:
    """The class of a stored event. Raises UnknownEvent."""
    try:
        return _registry[(type_, version)]
    except KeyError:
        raise UnknownEvent(f"{type_} version {version}") from None


def registered() -> list[type[Event]]:
    """All event classes, by type and version."""
    return [_registry[key] for key in sorted(_registry)]


def json_schema(event: type[Event]) -> Mapping[str, Any]:
    """The JSON Schema of an event's `data`, with its name, version, audience, lane and timing."""
    schema = event.model_json_schema()
    schema["title"] = event.type
    schema["x-version"] = event.version
    schema["x-audience"] = event.audience.value
    schema["x-lane"] = event.lane.value
    schema["x-timing"] = event.timing.value
    return schema
