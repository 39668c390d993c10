"""What goes back over HTTP: status, bytes, headers. Who writes it to the socket is `server`."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, value: Any) -> "Answer":
        return cls(
            status,
            json.dumps(value, indent=2).encode() + b"\n",
            {"Content-Type": "application/json"},
        )
