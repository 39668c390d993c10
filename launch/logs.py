"""Small needs of log files: their last lines, and not letting them grow for ever.

What is written into them is the business of the process that writes.
"""

from pathlib import Path

KEEP_BYTES = 10_000_000


def last_lines(path: Path, count: int = 12) -> str:
    """The end of a log, indented for the terminal; says so if there is nothing to show."""
    try:
        with path.open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - 64_000))
            lines = log.read().decode(errors="replace").splitlines()
    except OSError:
        lines = []
    shown = [line for line in lines if line.strip()][-count:]
    return "\n".join(f"    {line}" for line in shown) or "    (its log is empty)"


def put_aside(path: Path) -> None:
    """Move a log that has grown large out of the way; one older copy is kept."""
    if path.exists() and path.stat().st_size > KEEP_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
