"""How a benchmark tells its figures: a table for people, one JSON object last for machines.

Not here: measuring.
"""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kernel import clock


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0–1) of the values lie; the nearest one, no interpolation."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Cores, processor and Python of this machine, in a line."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{os.cpu_count()} cores, {model}, Linux {platform.release()}, Python {platform.python_version()}"


def tell(title: str, rows: Sequence[tuple[str, Any, str]], *, as_json: bool, extra: Mapping[str, Any]) -> None:
    """Print the table of (key, figure, target in words) and, when asked, one JSON object as the last line."""
    print(f"\n{title}\n{machine()}\n")
    width = max(len(key) for key, _, _ in rows)
    for key, figure, target in rows:
        print(f"  {key:<{width}}  {figure!s:>10}  {target}")
    if as_json:
        figures = {key: figure for key, figure, _ in rows}
        print(json.dumps({**figures, "at": clock.isoformat(clock.now()), "machine": machine(), **extra}))
