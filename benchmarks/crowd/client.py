"""Compiles the crowd, starts it, gives it orders and reads its figures.

Not here: the crowd itself (crowd.c), nor what is done while it watches.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launch.errors import LaunchError

SOURCE = Path(__file__).with_name("crowd.c")
GENTLE, STORM = 300, 2000  # handshakes under way at once


class NoCompiler(LaunchError):
    """There is no C compiler on this machine."""


def compile_c(source: Path, folder: Path) -> Path:
    """The program of a C source. Raises NoCompiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoCompiler("This needs a C compiler: install one (on Debian: apt install gcc libc6-dev).")
    program = folder / source.stem
    subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-o", program, source], check=True)
    return program


@dataclass(frozen=True)
class Door:
    """How to get into a room: where, what to say first, and by what text one knows that one is in."""

    ports: Sequence[int]
    path: str
    host: str = "localhost"
    hello: str = ""
    joined_by: str = ""
    ping: str = ""
    pong: str = ""
    cookies: Path | None = None
    tap: str = ""

    def options(self) -> list[str]:
        words = ["--path", self.path, "--host", self.host]
        for port in self.ports:
            words += ["--port", str(port)]
        texts = {"--hello": self.hello, "--joined-by": self.joined_by, "--ping": self.ping, "--pong": self.pong}
        texts["--tap"] = self.tap
        for name, text in texts.items():
            words += [name, text] if text else []
        return [*words, "--cookies", str(self.cookies)] if self.cookies else words


class Crowd:
    """A crowd that runs. Every order returns the figures of that moment, by the names in crowd.c."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def joined(self) -> dict[str, Any]:
        """Wait until every socket has joined or failed."""
        return self._read()

    def stall(self) -> dict[str, Any]:
        return self._order("stall")

    def mark(self, first: int) -> dict[str, Any]:
        return self._order(f"mark {first}")

    def count(self) -> dict[str, Any]:
        return self._order("count")

    def sum(self, last: int) -> dict[str, Any]:
        return self._order(f"sum {last}")

    def wake(self) -> dict[str, Any]:
        return self._order("wake")

    def tap(self) -> dict[str, Any]:
        """Everybody asks for a hold at this moment, by the door's own text."""
        return self._order("tap")

    def taps(self) -> dict[str, Any]:
        """What became of it so far."""
        return self._order("taps")

    def _order(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the crowd ended before its time; its words are above")
        figures: dict[str, Any] = json.loads(line)
        return figures


@contextmanager
def gathered(
    program: Path, door: Door, *, sockets: int, in_flight: int = GENTLE, stalled: int = 0, deflate: bool = False
) -> Iterator[Crowd]:
    """A crowd that is on its way in; it leaves when the block ends, and also when we are killed."""
    process = subprocess.Popen(
        [
            program, *door.options(), "--sockets", str(sockets), "--in-flight", str(in_flight),
            "--stalled", str(stalled), "--deflate", str(int(deflate)),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Crowd(process)
    finally:
        process.kill()
        process.communicate()
