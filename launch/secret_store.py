"""The secrets that this machine makes up for one environment, kept so that restarts agree.

A deployment sets its own and never comes here.
"""

import json
import os
import secrets
from pathlib import Path

from launch import locks
from launch.errors import LaunchError

NAMES = (
    "VITRINE_SECRET_KEY",
    "VITRINE_INGEST_HOOK_SECRET",
    "VITRINE_RTMP_PULL_TOKEN",
    "STRIPE_WEBHOOK_SECRET",
)


def secrets_of(state: Path) -> dict[str, str]:
    """The environment's secrets; what is missing is made up, what is there stays."""
    path = state / "secrets.json"
    with locks.acquire(state / "secrets.lock"):
        known = _read(path)
        missing = {name: _make(name) for name in NAMES if name not in known}
        if missing:
            known |= missing
            _write(path, known)
    return {name: known[name] for name in NAMES}


def _make(name: str) -> str:
    prefix = "whsec_" if name == "STRIPE_WEBHOOK_SECRET" else ""
    return prefix + secrets.token_urlsafe(48)


def _read(path: Path) -> dict[str, str]:
    try:
        known = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError:
        known = None
    if not isinstance(known, dict) or not all(isinstance(value, str) for value in known.values()):
        raise LaunchError(f"{path} cannot be read as secrets. Remove it; sessions and tokens made with it end.")
    return known


def _write(path: Path, known: dict[str, str]) -> None:
    """Whole or not at all, and never readable by others, not even for an instant."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(known, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
