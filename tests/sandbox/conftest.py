"""Fixtures for the Stripe sandbox's tests: one server for the plain ones, a fresh one where webhooks are watched."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import stripe

from tests.sandbox.running import Receiver, RunningSandbox

StartSandbox = Callable[..., RunningSandbox]


@pytest.fixture(autouse=True)
def _no_brand_left_over() -> None:
    """The sandbox knows no brands: nothing of the whole suite's clean-up is needed here."""


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    server = RunningSandbox(tmp_path_factory.mktemp("sandbox") / "state.sqlite", "--slow-seconds", "0.4")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(sandbox: RunningSandbox) -> stripe.StripeClient:
    return sandbox.client()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.start()
    yield receiver
    receiver.stop()


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[StartSandbox]:
    """Start a server of this test's own, with the options it names."""
    started: list[RunningSandbox] = []

    def start(*options: str) -> RunningSandbox:
        server = RunningSandbox(tmp_path / f"state-{len(started)}.sqlite", *options)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()
