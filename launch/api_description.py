"""Whether the committed description of the REST API is the one that the code gives.

Run as ``python -m launch.api_description``, in an environment with the settings' variables.
"""

import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

from launch.paths import ROOT

COMMITTED = ROOT / "docs" / "reference" / "openapi.yaml"
COMMAND = ("spectacular", "--urlconf", "config.urls.brand", "--validate", "--fail-on-warn", "--file")
SHOWN_LINES = 60


def differences(committed: str, given: str) -> list[str]:
    """What would change, as a diff; empty if nothing would."""
    return list(
        difflib.unified_diff(committed.splitlines(), given.splitlines(), "committed", "given by the code", lineterm="")
    )


def main() -> int:
    """0 if both are the same, else 1 with the beginning of the difference and the way to write it."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        done = subprocess.run([sys.executable, "manage.py", *COMMAND, fresh], cwd=ROOT, check=False)
        if done.returncode:
            return 1
        committed = COMMITTED.read_text() if COMMITTED.exists() else ""
        changed = differences(committed, fresh.read_text())
    if not changed:
        return 0
    print("\n".join(changed[:SHOWN_LINES]))
    print(f"Write it anew: ./vitrine manage {' '.join(COMMAND)} {COMMITTED.relative_to(ROOT)}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
