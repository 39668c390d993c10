"""Reads what ``manage.py seed_demo`` leaves in seed.json: where the demo is and who may sign in.

The file holds ``addresses`` (``name``, ``url``), ``logins`` (``name``, ``email``, ``password``) and
``broadcasts`` (``brand``, ``key``); further keys are for the demo's own programs.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from launch.errors import LaunchError


@dataclass(frozen=True)
class Broadcast:
    """A show that is to be on air: whose film is sent, and under which stream key."""

    brand: str
    key: str


@dataclass(frozen=True)
class Seed:
    """The demo's content, as far as starting it needs to know."""

    path: Path
    lines: tuple[tuple[str, str], ...]
    broadcasts: tuple[Broadcast, ...]

    def __str__(self) -> str:
        """The addresses and logins as lines for the terminal."""
        width = max((len(name) for name, _ in self.lines), default=0) + 2
        return "\n".join(f"  {name:<{width}}{text}" for name, text in self.lines)


def read_seed(path: Path) -> Seed:
    """The seed; raises LaunchError with the way out if the file is not what it should be."""
    try:
        seed = json.loads(path.read_text())
        addresses = [(str(entry["name"]), str(entry["url"])) for entry in seed["addresses"]]
        logins = [(str(entry["name"]), f"{entry['email']}  {entry['password']}") for entry in seed["logins"]]
        broadcasts = [Broadcast(str(entry["brand"]), str(entry["key"])) for entry in seed["broadcasts"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LaunchError(f"{path} does not say where the demo is ({error!r}). Run ./vitrine reset demo.") from None
    return Seed(path, (*addresses, *logins), tuple(broadcasts))
