"""A whole Vitrine with a brand, a show on air and an audience, on this machine alone.

The programs are listed in ``launch.stack``, the content is made by ``manage.py seed_demo``.
"""

import argparse
import sys

from launch import node
from launch.child import Program
from launch.processes import say
from launch.progress import step
from launch.seed import Seed, read_seed
from launch.session import Session, exclusive_session
from launch.stack import demo_programs, manage, programs

SUMMARY = "run everything with a brand, a show on air and an audience"


def run(arguments: list[str]) -> int:
    """Start in order, then stay until Ctrl-C; with ``--check``, look at it all and stop."""
    parser = argparse.ArgumentParser(prog="./vitrine demo", description=SUMMARY)
    parser.add_argument("--port", type=int, help="port of the pages; the next free one if it is taken")
    parser.add_argument("--check", action="store_true", help="check the running demo, then stop it")
    options = parser.parse_args(arguments)
    with exclusive_session("demo", port=options.port) as session:
        seed = _start(session)
        if options.check:
            return _check(session, seed)
        say(f"\nOn air.\n\n{seed}\n\nCtrl-C stops everything.")
        session.supervisor.watch()
        say("\nStopping.")
    return 0


def _start(session: Session) -> Seed:
    node.prepare_pages(session.supervisor)
    node.prepare_rtmp(session.supervisor)
    session.migrate()
    with step("Setting the stage"):
        session.supervisor.require_step(manage("seed-demo", session.environment))
    seed = read_seed(session.state / "seed.json")
    serving = programs(session.environment, session.ports, session.state)
    for program in [*serving, *demo_programs(session.environment, seed, session.state)]:
        with step(f"Starting {program.name}"):
            session.supervisor.start(program)
    return seed


def _check(session: Session, seed: Seed) -> int:
    check = Program("check", [sys.executable, "-m", "demo.check", "--seed", seed.path], session.environment)
    return session.supervisor.run_step(check, on_terminal=True)
