"""Where things lie: the checkout, and the state folder of each environment.

No content here: what is kept inside the folders belongs to the module that keeps it.
"""

import re
from pathlib import Path

from launch.errors import LaunchError

ROOT = Path(__file__).resolve().parent.parent

NOT_ENVIRONMENTS = frozenset({"boot", "venv"})


def local_folder() -> Path:
    """Folder of everything this machine makes for itself; never committed."""
    return ROOT / ".local"


def state_folder(environment: str) -> Path:
    """Folder of one environment, made if absent."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,30}", environment) or environment in NOT_ENVIRONMENTS:
        raise LaunchError(f"“{environment}” cannot name an environment: use small letters, digits, - and _, up to 31.")
    folder = local_folder() / environment
    folder.mkdir(parents=True, exist_ok=True)
    return folder
