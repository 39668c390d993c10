"""One benchmark by name, against servers that flush to disk as real ones do.

What is measured, and how it is told, is in ``benchmarks/``.
"""

import argparse
import sys
from pathlib import Path

from launch import node
from launch.child import run_in_foreground
from launch.errors import LaunchError
from launch.paths import ROOT
from launch.session import exclusive_session

SUMMARY = "run a benchmark by its name; --json for machines"


def run(arguments: list[str]) -> int:
    """Prepare an environment, run the benchmark on this terminal, return its exit code."""
    parser = argparse.ArgumentParser(prog="./vitrine bench", description=SUMMARY)
    parser.add_argument("name", help=", ".join(known_benchmarks(ROOT / "benchmarks")) or "none yet")
    options, rest = parser.parse_known_args(arguments)
    known = known_benchmarks(ROOT / "benchmarks")
    if options.name not in known:
        raise LaunchError(f"There is no benchmark “{options.name}”. Known are: {', '.join(known) or 'none yet'}.")
    with exclusive_session("bench") as session:
        node.prepare_pages(session.supervisor)
        node.prepare_rtmp(session.supervisor)
        session.migrate()
        return run_in_foreground([sys.executable, "-m", f"benchmarks.{options.name}", *rest], session.environment)


def known_benchmarks(folder: Path) -> list[str]:
    """Modules that are benchmarks: those that can be run by themselves."""
    return sorted(
        path.stem
        for path in folder.glob("*.py")
        if not path.stem.startswith("_") and '__name__ == "__main__"' in path.read_text()
    )
