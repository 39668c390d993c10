"""The page's own code (frontend/src/room/) as a function: state and events in, state and the drop in front out.

Not here: what it is held against (test_snapshots).
"""

import json
import subprocess
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from launch.node import node_environment, node_program
from launch.paths import ROOT

_PROGRAM = """
import readline from "node:readline";
const [{ reduce }, { frontDrop }] = await Promise.all([import(process.argv[1]), import(process.argv[2])]);
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { state, events } = JSON.parse(line);
  const after = events.reduce(reduce, state);
  console.log(JSON.stringify([after, frontDrop(after)?.drop_id ?? null]));
}
"""


class PageCode:
    """A node process for as long as the block runs."""

    def __enter__(self) -> Self:
        code = [(ROOT / "frontend" / "src" / "room" / name).as_uri() for name in ("reduce.ts", "drops.ts")]
        self._process = subprocess.Popen(
            [node_program(), "--no-warnings", "--input-type=module", "--eval", _PROGRAM, *code],
            env=node_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=10)

    def reduce(self, state: dict[str, Any], events: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The state after the events."""
        return self.show(state, events)[0]

    def show(self, state: dict[str, Any], events: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], str | None]:
        """The state after the events, and the id of the drop that the page then shows in front."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"state": state, "events": list(events)}) + "\n")
        self._process.stdin.flush()
        reduced, front = json.loads(self._process.stdout.readline())
        return reduced, front
