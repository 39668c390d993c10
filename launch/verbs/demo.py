"""A whole Vitrine with a brand, a show on air and an audience, on this machine alone.

The programs are listed in ``launch.stack``, the content is made by ``manage.py seed_demo``.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from launch import node
from launch.child import Program
from launch.processes import say
from launch.progress import step
from launch.seed import Seed, read_seed
from launch.session import Session, exclusive_session
from launch.stack import SANDBOX, demo_programs, manage, programs

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
    """The stage is set before anybody may look; only payments are needed for it."""
    with _timed("pages"):
        node.prepare_pages(session.supervisor)
        node.prepare_rtmp(session.supervisor)
    with _timed("database"):
        session.migrate()
    serving = programs(session.environment, session.ports, session.state)
    with _timed("stage"):
        for program in serving:
            if program.name == SANDBOX:
                _start_program(session, program)
        with step("Setting the stage (the first time it draws two films, about a minute)"):
            session.supervisor.require_step(manage("seed-demo", session.environment))
    seed = read_seed(session.state / "seed.json")
    with _timed("programs"):
        for program in [*serving, *demo_programs(session.environment, seed, session.state)]:
            if program.name != SANDBOX:
                _start_program(session, program)
    return seed


def _start_program(session: Session, program: Program) -> None:
    with step(f"Starting {program.name}"):
        session.supervisor.start(program)


@contextmanager
def _timed(name: str) -> Iterator[None]:
    """Say how long a stretch of the start took."""
    began = time.monotonic()
    yield
    print(f"  {name}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def _check(session: Session, seed: Seed) -> int:
    check = Program("check", [sys.executable, "-m", "demo.check", "--seed", seed.path], session.environment)
    with _timed("check"):
        return session.supervisor.run_step(check, on_terminal=True)
