"""Looks at this machine and the checkout: one line a check, what is wrong and what to do.

Changes nothing, and works before anything is installed.
"""

import argparse

from launch.checkup import CHECKS, Trouble

SUMMARY = "look for what is missing or broken, and say what to do"


def run(arguments: list[str]) -> int:
    """Run every check; 1 if any of them found trouble."""
    argparse.ArgumentParser(prog="./vitrine doctor", description=SUMMARY).parse_args(arguments)
    troubles = 0
    for name, look in CHECKS.items():
        try:
            print(f"ok       {name:<12} {look()}", flush=True)
        except Trouble as trouble:
            troubles += 1
            print(f"TROUBLE  {name:<12} {trouble}", flush=True)
    print(f"\n{troubles} of {len(CHECKS)} need attention." if troubles else "\nAll well.")
    return int(bool(troubles))
