"""Fixtures of the media tests: a hook, a gate, encoders, each ended with its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.media import stage


@pytest.fixture
def hook() -> Iterator[stage.IngestHookServer]:
    server = stage.IngestHookServer()
    yield server
    server.close()


@pytest.fixture
def gate(hook: stage.IngestHookServer, tmp_path: Path) -> Iterator[stage.GateProcess]:
    stage.install_gate()
    process = stage.GateProcess(hook.url, tmp_path)
    yield process
    process.close()


@pytest.fixture
def encode(gate: stage.GateProcess) -> Iterator[Callable[..., stage.Encoder]]:
    """Start an encoder that pushes into the gate."""
    running: list[stage.Encoder] = []

    def start(key: str = stage.KEY, **how: Any) -> stage.Encoder:
        running.append(stage.Encoder(gate.base, key, **how))
        return running[-1]

    yield start
    for encoder in running:
        encoder.close()
