"""Reads what ``manage.py seed_demo`` leaves in seed.json, and says it to the person.

The file holds ``addresses`` (``name``, ``url``) and ``logins`` (``name``, ``email``, ``password``);
further keys are for the demo's own programs.
"""

import json
from pathlib import Path
from typing import Any

from launch.errors import LaunchError


def describe_seed(path: Path) -> str:
    """The addresses and logins as lines for the terminal."""
    try:
        seed: dict[str, Any] = json.loads(path.read_text())
        addresses = [(str(entry["name"]), str(entry["url"])) for entry in seed["addresses"]]
        logins = [(str(entry["name"]), f"{entry['email']}  {entry['password']}") for entry in seed["logins"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LaunchError(f"{path} does not say where the demo is ({error!r}). Run ./vitrine reset demo.") from None
    width = max((len(name) for name, _ in [*addresses, *logins]), default=0) + 2
    return "\n".join(f"  {name:<{width}}{text}" for name, text in [*addresses, *logins])
