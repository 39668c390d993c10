"""The same programs as the demo on your own data, with their logs on the terminal.

Pages are built again when their sources change, Python programs start again when theirs do.
"""

import argparse

from launch import node
from launch.changes import PythonSources
from launch.child import Program
from launch.follow import Follower
from launch.paths import state_folder
from launch.processes import Chore, say
from launch.progress import step
from launch.session import Session, exclusive_session
from launch.stack import is_python, programs

SUMMARY = "run everything on your own data and show the logs"


def run(arguments: list[str]) -> int:
    """Start in order, then stay until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="./vitrine dev", description=SUMMARY)
    parser.add_argument("--port", type=int, help="port of the pages; the next free one if it is taken")
    options = parser.parse_args(arguments)
    follower = Follower(state_folder("dev") / "log", say)
    with exclusive_session("dev", port=options.port, chores=(Chore(0.3, follower.show_new),)) as session:
        _start(session)
        say(f"\n{session.environment['VITRINE_PLATFORM_URL']}\nCtrl-C stops everything.\n")
        session.supervisor.watch()
        say("\nStopping.")
    return 0


def _start(session: Session) -> None:
    supervisor = session.supervisor
    node.prepare_pages(supervisor)
    node.prepare_rtmp(supervisor)
    session.migrate()
    serving = programs(session.environment, session.ports, session.state)
    for program in serving:
        with step(f"Starting {program.name}"):
            supervisor.start(program)
    supervisor.start(
        Program("pages", node.vite_command("build", "--watch"), node.node_environment(), folder=node.PAGES)
    )
    sources = PythonSources(lambda: supervisor.restart(is_python))
    supervisor.add_chore(Chore(1.0, sources.look))
