"""What the launcher's tests share: short folders, free of Django.

Not here: anything of the application. These tests pass without a database or a setting.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launch.embedded import pids, sockets
from launch.paths import ROOT


@pytest.fixture(autouse=True)
def _no_brand_left_over() -> None:
    """The application's clean-up needs its database; nothing of it is touched here."""


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder whose path is short enough for a socket, and open to the servers' user."""
    folder = Path(tempfile.mkdtemp(prefix="vt-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that hang are given up in half a second, not in ten."""
    monkeypatch.setattr(sockets, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(pids, "PATIENCE_SECONDS", 0.5)


@pytest.fixture
def script() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts Python code as its own process, and makes sure that it is gone afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
