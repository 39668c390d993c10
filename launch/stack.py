"""The programs that make up a running Vitrine, in the order in which they need one another.

How they are kept running is the supervisor's business.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from launch import node
from launch.child import Program
from launch.environment import Ports, uses_sandbox
from launch.ports import answers
from launch.probes import answers_http
from launch.seed import Seed

WEBHOOK_PATH = "/hooks/stripe/"
SANDBOX = "stripe-sandbox"


def manage(name: str, environment: Mapping[str, str], *arguments: str) -> Program:
    """One management command as a program."""
    return Program(name, [sys.executable, "manage.py", *(arguments or (name.replace("-", "_"),))], environment)


def is_python(program: Program) -> bool:
    """True for the programs that load the project's Python code."""
    return program.command[0] == sys.executable


def programs(environment: Mapping[str, str], ports: Ports, state: Path) -> list[Program]:
    """Everything that serves a page, a stream and a payment."""
    return [
        *([_stripe(environment, ports, state)] if uses_sandbox(environment) else []),
        _web(environment, ports),
        manage("sequencer", environment),
        Program(
            "worker",
            _celery("worker", "-Q", "default,media", "--concurrency", "2", "--loglevel", "INFO"),
            environment,
            grace=20,
        ),
        Program("beat", _celery("beat", "--schedule", str(state / "beat.db"), "--pidfile", ""), environment),
        Program(
            "rtmp",
            [node.node_program(), "rtmp/server.mjs"],
            {**node.node_environment(), **environment},
            is_ready=lambda: answers(ports.rtmp),
        ),
        manage("media-engine", environment),
    ]


def demo_programs(environment: Mapping[str, str], seed: Seed, state: Path) -> list[Program]:
    """What makes a demo live: a camera for each show on air, and an audience."""
    cameras = [
        Program(
            f"encoder-{broadcast.brand}",
            [
                sys.executable, "-m", "demo.encoder", "--url", environment["VITRINE_RTMP_URL"],
                "--brand", broadcast.brand, "--directory", state / "film",
            ],
            {**environment, "STREAM_KEY": broadcast.key},
        )
        for broadcast in seed.broadcasts
    ]  # fmt: skip
    return [*cameras, Program("viewers", [sys.executable, "-m", "demo.viewers", "--seed", seed.path], environment)]


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "config", *arguments]


def _web(environment: Mapping[str, str], ports: Ports) -> Program:
    return Program(
        "web",
        [
            sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(ports.web),
            "--no-server-name", "config.asgi:application",
        ],
        environment,
        is_ready=lambda: answers_http(ports.web, "/readyz"),
        ready_within=90,
    )  # fmt: skip


def _stripe(environment: Mapping[str, str], ports: Ports, state: Path) -> Program:
    platform = environment["VITRINE_PLATFORM_URL"].rstrip("/")
    # Its webhook secret it reads from the environment, where no other user of the machine sees it.
    return Program(
        SANDBOX,
        [
            sys.executable, "-m", "sandbox.stripe", "--port", str(ports.stripe),
            "--public-url", f"http://localhost:{ports.stripe}",
            "--webhook-url", f"{platform}{WEBHOOK_PATH}", "--state", state / "stripe.db",
            "--processing-basis-points", "150",
        ],
        environment,
        is_ready=lambda: answers_http(ports.stripe, "/_sandbox/health"),
    )  # fmt: skip
