"""Talks to whoever says things in a room: our poster, or a peer's publisher. Both obey the same lines.

Not here: what they say.
"""

import contextlib
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from launch.paths import ROOT


class Publisher:
    """A program that takes orders; ready when this object is there."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.read()

    def say(self, count: int, rate: float, first: int) -> dict[str, Any]:
        """Say `count` things at `rate` a second, numbered from `first`; returns when it is done."""
        self.begin(count, rate, first)
        return self.read()

    def begin(self, count: int, rate: float, first: int) -> None:
        """Like `say`, without waiting: `read` does that."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count} {rate} {first}\n")
        self._process.stdin.flush()

    def read(self) -> dict[str, Any]:
        """Its next answer."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise RuntimeError("a publisher ended before its time; its words are above")


@contextlib.contextmanager
def publisher(command: Sequence[str | Path], environment: Mapping[str, str]) -> Iterator[Publisher]:
    """Start it; it ends with the block, or when its standard input does."""
    process = subprocess.Popen(
        list(command), env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Publisher(process)
    finally:
        process.kill()
        process.communicate()
