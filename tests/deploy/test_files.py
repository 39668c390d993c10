"""The files for a server name only commands, folders and variables that exist.

They can't be run where there is no container engine; these checks are what is left.
"""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from config.settings.env import BASE_DIR, VARIABLES

DEPLOY = BASE_DIR / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
KNOWN = {variable.name for variable in VARIABLES}


def commands() -> list[list[str]]:
    return [service["command"] for service in SERVICES.values() if "command" in service and "build" in service]


def test_every_management_command_exists() -> None:
    used = [command[2] for command in commands() if command[:2] == ["python", "manage.py"]]
    assert {"migrate_brands", "sequencer", "media_engine"} == set(used)
    assert set(used) <= set(get_commands())


def test_every_vitrine_variable_is_a_setting() -> None:
    text = (DEPLOY / "compose.yaml").read_text() + (DEPLOY / "Dockerfile").read_text()
    assert set(re.findall(r"VITRINE_[A-Z_]+", text)) <= KNOWN


def test_every_copied_path_exists() -> None:
    for line in (DEPLOY / "Dockerfile").read_text().splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--from"):
            assert all((BASE_DIR / source).exists() for source in words[1:-1]), line


def test_every_app_is_copied_into_the_image() -> None:
    copied = set(re.findall(r"^COPY (\w+) \w+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE))
    assert {"config", "kernel", "tenants", "catalog", "streams", "checkout", "chat", "templates"} <= copied


def test_one_process_can_be_replaced_while_another_serves() -> None:
    """As long as a process takes to send its sockets away, and somebody there to take them."""
    webs = [service for service in SERVICES.values() if "uvicorn" in service.get("command", [])]
    assert len(webs) == 2
    drain = next(int(variable.default or 0) for variable in VARIABLES if variable.name == "VITRINE_DRAIN_SECONDS")
    for web in webs:
        graceful = int(web["command"][web["command"].index("--timeout-graceful-shutdown") + 1])
        assert int(web["stop_grace_period"].removesuffix("s")) >= drain + graceful
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert all(f"{name}:8000" in caddy for name in ("web-a", "web-b"))
    assert SERVICES["sequencer"]["deploy"]["replicas"] == 2


def test_volumes_and_secrets_that_are_used_are_declared() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source.startswith(".") or source in COMPOSE["volumes"], name
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])


def test_nobody_outside_reaches_the_ingest_hook() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert "@inside path /internal/*" in caddy
    assert "respond @inside 404" in caddy


@pytest.mark.skipif(shutil.which("caddy") is None, reason="caddy is not installed here")
def test_caddy_reads_its_file() -> None:
    environment = {"PLATFORM_HOST": "vitrine.test", "PATH": "/usr/bin:/bin", "HOME": "/tmp"}
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == 0
