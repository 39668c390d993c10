"""Installs the peers, pinned, where they can change nothing that is shipped: once, and again when a pin moves.

Not here: starting them (programs).
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from launch import locks, node
from launch.bootstrap import tool_environment
from launch.errors import LaunchError
from launch.paths import ROOT, local_folder, state_folder
from launch.progress import step

HERE = Path(__file__).parent
PINS = ROOT / "requirements" / "bench.txt"


def python_peers() -> Path:
    """The Python of the peers' own environment."""
    folder = state_folder("bench") / "peers"
    python = folder / "bin" / "python"
    uv = local_folder() / "boot" / "bin" / "uv"

    def install() -> None:
        _call([uv, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, folder])
        _call([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, PINS])

    _once(folder, [PINS], install)
    return python


def node_peers() -> Path:
    """The folder in which Node finds the peers' programs and packages."""
    folder = state_folder("bench") / "node-peers"
    sources = [HERE / "package.json", HERE / "package-lock.json", HERE / ".npmrc", *sorted(HERE.glob("*.mjs"))]

    def install() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for source in sources:
            shutil.copy(source, folder)
        _call(node.npm_command("ci", "--ignore-scripts", "--no-audit", "--no-fund"), folder)

    _once(folder, sources, install)
    return folder


def _once(folder: Path, sources: Sequence[Path], install: Callable[[], None]) -> None:
    """Install unless it was done with these very sources; the mark is written last."""
    wanted = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()
    mark = folder / "ready"
    with locks.acquire(folder.with_suffix(".lock")):
        if mark.exists() and mark.read_text() == wanted:
            return
        with step(f"Installing what the room is measured against ({folder.name})"):
            mark.unlink(missing_ok=True)
            install()
            mark.write_text(wanted)


def _call(command: Sequence[str | Path], folder: Path = ROOT) -> None:
    environment = {**tool_environment(), **node.node_environment()}
    done = subprocess.run(
        list(command), cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        raise LaunchError(f"A peer cannot be installed:\n{done.stdout.decode(errors='replace')[-2000:]}")
