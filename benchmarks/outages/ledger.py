"""What was said and what the log holds: each line's invocation, and how it ended for its author.

Not here: what each viewer got (visitor) and what follows from it (verdict).
"""

import enum
import functools
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class End(enum.Enum):
    """`UNKNOWN`: no answer came. It may be in the log, once, or not."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Said:
    """One line that somebody asked the room to take."""

    text: str
    end: End = End.UNKNOWN
    why: str = ""


@dataclass
class Ledger:
    """`lines` by the key under which they were sent."""

    lines: dict[str, Said] = field(default_factory=dict)

    def invoke(self) -> tuple[str, str]:
        """The key and text of a new line. The text begins with the moment."""
        key, text = str(uuid.uuid4()), f"{time.monotonic():.4f} line {len(self.lines)} of this evening"
        self.lines[key] = Said(text)
        return key, text

    def ended(self, end: End) -> list[str]:
        """The keys of lines that ended so."""
        return [key for key, said in self.lines.items() if said.end is end]


def invoked_at(text: str) -> float:
    """The moment at which a line was invoked."""
    return float(text.split(" ", 1)[0])


@functools.lru_cache(maxsize=2048)
def parse(text: str) -> Mapping[str, Any]:
    """A frame. Most sockets get the same text: it is read once for all of them."""
    frame: dict[str, Any] = json.loads(text)
    return frame
