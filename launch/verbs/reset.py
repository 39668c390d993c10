"""Removes what one environment keeps on this machine: its database, files, logs and secrets.

Stops nothing: an environment that runs is left alone, and the person is told.
"""

import argparse
import shutil
import sys

from launch import locks
from launch.embedded.postgres import outside_folder
from launch.errors import LaunchError
from launch.paths import NOT_ENVIRONMENTS, local_folder

SUMMARY = "remove the data of an environment: demo, dev, test or bench"


def run(arguments: list[str]) -> int:
    """Ask, then remove. Without a terminal to ask on, ``--yes`` is needed."""
    parser = argparse.ArgumentParser(prog="./vitrine reset", description=SUMMARY)
    parser.add_argument("environment", help="demo, dev, test or bench")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(arguments)
    state = local_folder() / options.environment
    if options.environment in NOT_ENVIRONMENTS or "/" in options.environment or options.environment.startswith("."):
        raise LaunchError(f"“{options.environment}” is no environment.")
    if not state.is_dir():
        print(f"“{options.environment}” keeps nothing here.")
        return 0
    with locks.acquire(state / "start.lock"):
        if not all(locks.is_free(state / name) for name in ("supervisor.lock", "users.lock")):
            raise LaunchError(f"“{options.environment}” is in use. End it with Ctrl-C where it runs, then reset it.")
        if not options.yes and not _is_confirmed(options.environment):
            print("Nothing was removed.")
            return 1
        outside = outside_folder(state)
        if outside.is_dir():
            shutil.rmtree(outside)
        shutil.rmtree(state)
    print(f"Removed {state}.")
    return 0


def _is_confirmed(environment: str) -> bool:
    if not sys.stdin.isatty():
        raise LaunchError("There is no terminal to ask on. Add --yes if the data may go.")
    answer = input(f"Remove the database, files and logs of “{environment}”? Type its name to go on: ")
    return answer.strip() == environment
