"""The variables that the programs of one environment are started with, and the ports behind them.

What each variable means is written where the settings read it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launch.dotenv import read_dotenv
from launch.errors import LaunchError
from launch.paths import ROOT
from launch.ports import free_port
from launch.secret_store import secrets_of

# The names by which the application knows itself.
KINDS = {"bench": "development", "demo": "demo", "dev": "development", "test": "test"}
# What a shell may hold for other purposes. Made-up people of a demo must get no real mail, and the tests
# bring their own world whole.
_STRIPE = ("STRIPE_PUBLISHABLE_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")
_S3 = ("S3_ACCESS_KEY_ID", "S3_BUCKET", "S3_ENDPOINT_URL", "S3_REGION", "S3_SECRET_ACCESS_KEY")
KEPT_OUT = {"demo": ("EMAIL_URL",), "test": ("EMAIL_URL", *_S3, *_STRIPE), "bench": ("EMAIL_URL", *_S3, *_STRIPE)}
RUNNING = {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"}
# In the order of Ports: web, RTMP, Stripe's sandbox.
FIRST_PORTS = {
    "demo": (8000, 1935, 12111),
    "dev": (8100, 1945, 12121),
    "test": (8200, 1955, 12131),
    "bench": (8300, 1965, 12141),
}


@dataclass(frozen=True)
class Ports:
    """One port for each program that listens."""

    web: int
    rtmp: int
    stripe: int


def choose_ports(environment: str, *, web: int | None = None) -> Ports:
    """The environment's usual ports, each moved up to the next free one."""
    first_web, first_rtmp, first_stripe = FIRST_PORTS[environment]
    return Ports(web=free_port(web or first_web), rtmp=free_port(first_rtmp), stripe=free_port(first_stripe))


def given_variables(environment: str) -> dict[str, str]:
    """What the person set: the shell's variables, and under them .env, which only development reads.

    A demo takes servers, storage and test payments of one's own; the tests never touch somebody's real ones.
    """
    shell = {name: value for name, value in os.environ.items() if value}
    if environment == "dev":
        return {**read_dotenv(ROOT / ".env"), **shell}
    kept_out = KEPT_OUT.get(environment, KEPT_OUT["test"])
    if environment == "demo":
        key = shell.get("STRIPE_SECRET_KEY", "")
        if "_live_" in key:
            raise LaunchError("STRIPE_SECRET_KEY is a live key. The demo takes a test key, or none for its sandbox.")
        # Without the key, the rest of an account would only confuse the sandbox.
        kept_out = kept_out if key else (*kept_out, *_STRIPE)
    return {name: value for name, value in shell.items() if name not in kept_out}


def variables(
    environment: str, *, state: Path, ports: Ports, services: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """The programs' whole environment. In development what was given stands over what is computed."""
    computed = {
        **secrets_of(state),
        "VITRINE_LOCAL_DIR": str(state),
        "VITRINE_PLATFORM_URL": f"http://localhost:{ports.web}",
        "VITRINE_RTMP_URL": f"rtmp://localhost:{ports.rtmp}/live",
        "VITRINE_DRAIN_SECONDS": "0",  # there is no other process that could take its sockets
        "VITRINE_RTMP_PULL_URL": f"rtmp://127.0.0.1:{ports.rtmp}/live",
    }
    if uses_sandbox(given):
        sandbox = f"http://localhost:{ports.stripe}"
        computed |= {"STRIPE_API_BASE": sandbox, "STRIPE_JS_URL": f"{sandbox}/sandbox/elements.js"}
        if environment == "demo":
            # Its brands set up accounts of their own at the sandbox; at a real one people have to do that.
            computed |= {"VITRINE_BRAND_ACCOUNTS": "required", "VITRINE_PLATFORM_FEE_BASIS_POINTS": "200"}
    settled = {**computed, **given} if environment == "dev" else {**given, **computed}
    if not uses_sandbox(given) and "STRIPE_WEBHOOK_SECRET" in given:
        settled["STRIPE_WEBHOOK_SECRET"] = given["STRIPE_WEBHOOK_SECRET"]
    settled |= {**services, "VITRINE_ENV": KINDS[environment], **RUNNING}
    return settled | _rtmp_server(settled, ports)


def uses_sandbox(given: Mapping[str, str]) -> bool:
    """Without a key of their own, payments go to the sandbox server."""
    return not given.get("STRIPE_SECRET_KEY")


def _rtmp_server(settled: Mapping[str, str], ports: Ports) -> dict[str, str]:
    """The same facts under the names that the RTMP server reads."""
    return {
        "RTMP_PORT": str(ports.rtmp),
        "RTMP_PULL_TOKEN": settled["VITRINE_RTMP_PULL_TOKEN"],
        "INGEST_HOOK_URL": f"{settled['VITRINE_PLATFORM_URL'].rstrip('/')}/internal/ingest",
        "INGEST_HOOK_SECRET": settled["VITRINE_INGEST_HOOK_SECRET"],
    }
