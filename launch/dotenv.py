"""Reads the ``.env`` file of the checkout: NAME=value lines, # comments, optional quotes.

Which verbs take notice of it is decided in ``environment``.
"""

import re
from pathlib import Path

from launch.errors import LaunchError

LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)")


def read_dotenv(path: Path) -> dict[str, str]:
    """The file's variables; none if there is no file. Empty values count as not set."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = LINE.fullmatch(text)
        if match is None:
            raise LaunchError(f"{path}, line {number}: “{text}” is not NAME=value.")
        value = _unquote(match["value"])
        if value:
            found[match["name"]] = value
    return found


def _unquote(value: str) -> str:
    for quote in ("'", '"'):
        if len(value) >= 2 and value.startswith(quote) and value.endswith(quote):
            return value[1:-1]
    return value.split(" #", 1)[0].rstrip()
