"""Notices that a migration was rewritten after this environment's database ran it: Django goes by names alone.

Running them is ``manage.py migrate_brands``'s work.
"""

import hashlib
import json
from pathlib import Path

from launch.errors import LaunchError
from launch.paths import ROOT

NOTE = "migrations.json"


def refuse_rewritten(state: Path, database_url: str, root: Path = ROOT) -> None:
    """Raises LaunchError, with the way out, if a migration that the database ran reads otherwise now or is gone."""
    try:
        noted = json.loads((state / NOTE).read_text())
        ran = dict(noted["files"]) if noted["database"] == _digest(database_url.encode()) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return
    present = _files(root)
    rewritten = sorted(name for name, digest in ran.items() if present.get(name) != digest)
    if rewritten:
        raise LaunchError(
            f"The data of “{state.name}” was made by another edition of {rewritten[0]}, and cannot be brought to this"
            f" one.\nGo back to the code that made it, or let the data go: ./vitrine reset {state.name}"
        )


def note_run(state: Path, database_url: str, root: Path = ROOT) -> None:
    """Remember what the database has run now."""
    noted = {"database": _digest(database_url.encode()), "files": _files(root)}
    (state / NOTE).write_text(json.dumps(noted, indent=1))


def _files(root: Path) -> dict[str, str]:
    found = [*root.glob("*/migrations/*.py"), *root.glob("*/*/migrations/*.py")]
    return {
        path.relative_to(root).as_posix(): _digest(path.read_bytes())
        for path in found
        if not path.relative_to(root).as_posix().startswith(".")
    }


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
