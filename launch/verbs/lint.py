"""Every check of the code that needs no test run, each with its name and its verdict.

The rules themselves are in pyproject.toml, ``launch.rules`` and ``frontend/tsconfig.json``.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launch import node
from launch.errors import LaunchError
from launch.paths import ROOT
from launch.session import guest_session

SUMMARY = "check style, types, layers, migrations and the API's description"


@dataclass(frozen=True)
class Check:
    """One command that fails if the code is not as it should be."""

    name: str
    command: Sequence[str | Path]


def run(arguments: list[str]) -> int:
    """Run all checks, whatever the first ones say; 1 if any fails."""
    checks = {check.name: check for check in known_checks()}
    parser = argparse.ArgumentParser(prog="./vitrine lint", description=SUMMARY)
    parser.add_argument("names", nargs="*", metavar="check", help=f"all, or some of: {', '.join(checks)}")
    names = parser.parse_args(arguments).names or list(checks)
    unknown = [name for name in names if name not in checks]
    if unknown:
        raise LaunchError(f"There is no check “{unknown[0]}”. Known are: {', '.join(checks)}.")
    with guest_session("test") as session:
        node.prepare_packages(session.supervisor)
        failed = [name for name in names if not _passes(checks[name], session.environment)]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll passed.")
    return int(bool(failed))


def known_checks() -> list[Check]:
    """Quick ones first, so that a small slip is seen at once."""
    programs = Path(sys.executable).parent
    typescript = node.PAGES / "node_modules" / "typescript" / "bin" / "tsc"
    return [
        Check("style", [programs / "ruff", "check", "."]),
        Check("format", [programs / "ruff", "format", "--check", "."]),
        Check("rules", [sys.executable, "-m", "launch.rules"]),
        Check("layers", [programs / "lint-imports"]),
        Check("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Check("api-description", [sys.executable, "-m", "launch.api_description"]),
        Check("typescript", [node.node_program(), typescript, "--noEmit", "-p", node.PAGES]),
        Check("types", [programs / "mypy", "."]),
    ]


def _passes(check: Check, environment: Mapping[str, str]) -> bool:
    """Run one check; its words are shown only if it fails."""
    began = time.monotonic()
    done = subprocess.run(
        list(check.command), cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    verdict = "FAIL" if done.returncode else "PASS"
    print(f"{verdict}  {check.name:<16} {time.monotonic() - began:5.1f} s", flush=True)
    if done.returncode:
        print("".join(f"      {line}\n" for line in done.stdout.decode(errors="replace").splitlines()), flush=True)
    return done.returncode == 0
