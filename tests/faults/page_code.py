"""The page's own code (frontend/src/room/reduce.ts) as a function: state and events in, state out.

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
const { reduce } = await import(process.argv[1]);
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { state, events } = JSON.parse(line);
  console.log(JSON.stringify(events.reduce(reduce, state)));
}
"""


class PageCode:
    """A node process for as long as the block runs."""

    def __enter__(self) -> Self:
        reducer = (ROOT / "frontend" / "src" / "room" / "reduce.ts").as_uri()
        self._process = subprocess.Popen(
            [node_program(), "--no-warnings", "--input-type=module", "--eval", _PROGRAM, reducer],
            env=node_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=10)

    def reduce(self, state: dict[str, Any], events: Sequence[dict[str, Any]]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"state": state, "events": list(events)}) + "\n")
        self._process.stdin.flush()
        reduced: dict[str, Any] = json.loads(self._process.stdout.readline())
        return reduced
