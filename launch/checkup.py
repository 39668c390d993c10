"""The checks of ``./vitrine doctor``: each returns what it saw, or raises what is wrong and what to do.

Nothing is changed; a check that has to start something does it in a folder of its own.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from launch import locks
from launch.bootstrap import Environment
from launch.embedded import binaries
from launch.embedded.pids import is_server_in, noted_pid
from launch.embedded.postgres import Postgres
from launch.embedded.redis import Redis
from launch.environment import FIRST_PORTS
from launch.errors import LaunchError
from launch.node import node_program
from launch.paths import NOT_ENVIRONMENTS, ROOT, local_folder
from launch.ports import is_free

NEEDED_GIGABYTES = 3
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Trouble(Exception):
    """What is wrong, and what to do about it."""


def check_python() -> str:
    """Version of the Python that runs this."""
    # An older one does not come this far: the script looks for it.
    return f"{platform.python_version()} at {sys.executable}"


def check_libraries() -> str:
    """Whether the environment holds what is pinned."""
    environment = Environment(local_folder(), ROOT / "requirements")
    if not environment.python.exists():
        raise Trouble("The Python environment is not made yet. ./vitrine demo makes it.")
    if not environment.is_current(dev=False):
        raise Trouble("The libraries are not those that are pinned. The next ./vitrine demo installs them.")
    return "as pinned"


def check_disk() -> str:
    """Room for the environment, the databases and the recordings."""
    if not os.access(ROOT, os.W_OK):
        raise Trouble(f"{ROOT} cannot be written by this user. Take ownership of it, or clone it elsewhere.")
    gigabytes = shutil.disk_usage(ROOT).free / 1e9
    if gigabytes < NEEDED_GIGABYTES:
        raise Trouble(f"{gigabytes:.1f} GB are free, {NEEDED_GIGABYTES} are needed. ./vitrine reset removes data.")
    return f"{gigabytes:.0f} GB free"


def check_ports() -> str:
    """The usual ports. A taken one is no trouble, the next free one is used."""
    taken = [f"{port} ({name})" for name, ports in FIRST_PORTS.items() for port in ports if not is_free(port)]
    return f"taken, so the next free ones are used: {', '.join(taken)}" if taken else "all free"


def check_postgres() -> str:
    """Whether a fresh PostgreSQL can be made and started, or one is given by address."""
    if os.environ.get("DATABASE_URL"):
        return "given by DATABASE_URL, not looked at"
    return _try_server(lambda state: Postgres(state, durable=False))


def check_redis() -> str:
    """Whether a fresh Redis can be started, or one is given by address."""
    if os.environ.get("REDIS_URL"):
        return "given by REDIS_URL, not looked at"
    return _try_server(Redis)


def _try_server(make: Callable[[Path], Postgres | Redis]) -> str:
    with tempfile.TemporaryDirectory(prefix="vitrine-") as folder:
        state = Path(folder).resolve()
        state.chmod(0o755)
        try:
            server = make(state)
            server.start()
            server.stop()
        except LaunchError as error:
            raise Trouble(str(error)) from None
    return "starts and stops"


def check_node() -> str:
    """Node, which builds the pages and runs the RTMP server."""
    try:
        return _first_line([node_program(), "--version"])
    except LaunchError as error:
        raise Trouble(str(error)) from None


def check_ffmpeg() -> str:
    """The ffmpeg that the media engine calls."""
    try:
        folder = binaries.wheel_folder("imageio_ffmpeg") / "binaries"
    except LaunchError as error:
        raise Trouble(str(error)) from None
    found = sorted(folder.glob("ffmpeg-*"))
    if not found:
        raise Trouble(f"There is no ffmpeg in {folder}. Remove .local/venv, the next start makes it anew.")
    return " ".join(_first_line([found[0], "-version"]).split()[:3])


def check_chromium() -> str:
    """The browser of the browser tests; only they need it."""
    for name in CHROMIUMS:
        path = shutil.which(name)
        if path:
            return path
    raise Trouble("There is none, so the browser tests cannot run. On Debian: apt install chromium.")


def check_leftovers() -> str:
    """Servers that nobody keeps and nobody uses, in any environment."""
    running, orphans = [], []
    for state in sorted(local_folder().glob("*/")):
        if state.name in NOT_ENVIRONMENTS or not (state / "users.lock").exists():
            continue
        if not locks.is_free(state / "users.lock"):
            running.append(state.name)
            continue
        postgres = noted_pid(state / "postgres" / "data" / "postmaster.pid")
        redis = noted_pid(state / "redis" / "redis.pid")
        if (postgres and is_server_in(postgres, state / "postgres" / "data")) or (
            redis and is_server_in(redis, state / "redis")
        ):
            orphans.append(state.name)
    if orphans:
        raise Trouble(
            f"Servers of {', '.join(orphans)} run without a user. "
            f"./vitrine services --env {orphans[0]} takes them over, Ctrl-C then stops them."
        )
    return f"running: {', '.join(running)}" if running else "none"


def _first_line(command: list[str | Path]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(
            f"{command[0]} does not run ({error}). Remove .local/venv, the next start makes it anew."
        ) from None
    return done.stdout.splitlines()[0]


CHECKS: dict[str, Callable[[], str]] = {
    "python": check_python,
    "libraries": check_libraries,
    "disk": check_disk,
    "ports": check_ports,
    "postgresql": check_postgres,
    "redis": check_redis,
    "node": check_node,
    "ffmpeg": check_ffmpeg,
    "chromium": check_chromium,
    "leftovers": check_leftovers,
}
