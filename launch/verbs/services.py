"""Keeps the embedded PostgreSQL and Redis of one environment up for other programs.

The servers' life is not decided here, this is one more user of them.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from launch import locks, logs
from launch.embedded.lifecycle import Cluster, embedded_servers
from launch.embedded.pids import noted_pid
from launch.errors import LaunchError
from launch.paths import ROOT, state_folder

SUMMARY = "keep PostgreSQL and Redis up for your own commands and print their addresses"
START_SECONDS = 120


def run(arguments: list[str]) -> int:
    """Hold the services in the foreground, or leave a holder behind, or end that holder."""
    parser = argparse.ArgumentParser(prog="./vitrine services", description=SUMMARY)
    parser.add_argument("--env", default="dev", help="environment, for example dev, demo or test")
    parser.add_argument("--detach", action="store_true", help="leave them running in the background")
    parser.add_argument("--stop", action="store_true", help="end what --detach left")
    parser.add_argument("--hold", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    state = state_folder(options.env)
    if options.stop:
        return _stop(state)
    if options.detach:
        return _detach(state)
    return _hold(state, note=options.hold)


def _addresses(state: Path) -> str:
    postgres, redis = embedded_servers(state)
    return f"export DATABASE_URL='{postgres.url}'\nexport REDIS_URL='{redis.url}'"


def _hold(state: Path, *, note: bool) -> int:
    """Hold until a signal; with ``note``, under the lock that says a holder is there."""
    post = locks.try_acquire(state / "detached.lock") if note else None
    if note and post is None:
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cluster = Cluster(state, embedded_servers(state))
    cluster.join()
    try:
        if post is not None:
            post.write(str(os.getpid()))
        else:
            print(_addresses(state), flush=True)
            print("Running. Ctrl-C ends it.", file=sys.stderr, flush=True)
        signal.pause()
    except KeyboardInterrupt:
        pass
    cluster.leave()
    return 0


def _detach(state: Path) -> int:
    log = state / "services.log"
    logs.put_aside(log)
    with log.open("ab") as output:
        holder = subprocess.Popen(
            [sys.executable, "-m", "launch", "services", "--env", state.name, "--hold"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=ROOT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while _holder(state) is None:
        if holder.poll() not in {None, 0} or time.monotonic() > deadline:
            raise LaunchError(f"The services do not start. The end of {log}:\n{logs.last_lines(log)}")
        time.sleep(0.05)
    print(_addresses(state))
    return 0


def _stop(state: Path) -> int:
    holder = _holder(state)
    if holder is None:
        print(f"Nothing was left running for “{state.name}”.")
        return 0
    os.kill(holder, signal.SIGTERM)
    locks.wait_until_free(state / "detached.lock")
    print("Stopped.")
    return 0


def _holder(state: Path) -> int | None:
    """Process that holds the services in the background; its lock proves that it lives."""
    path = state / "detached.lock"
    free = locks.try_acquire(path)
    if free is None:
        return noted_pid(path)
    with free:
        free.write("")
    return None
