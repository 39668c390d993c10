"""A real server, a real sequencer and real sockets, for the tests of rooms.

Not here: the client (page) and the reference of what events mean for a page (reducer).
"""

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from django.db import connections

from config.asgi import application
from kernel.eventlog.sequencer import Sequencer
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.chat import staff_cookie
from tests.factories.streams import make_lobby


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the rooms are: a port, two brands, and a show in the lobby in each."""

    port: int
    brands: dict[str, Brand]
    shows: dict[str, uuid.UUID]
    public_ids: dict[str, str]
    team: dict[str, str]  # the cookie of a moderator


@pytest.fixture
def sequencer(live_brands: dict[str, Brand]) -> Iterator[Sequencer]:
    running = Sequencer(after_round=lambda schema, types: None)

    def work() -> None:
        try:
            running.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield running
    running.stopping = True
    thread.join(10)


@pytest.fixture
def port(live_brands: dict[str, Brand]) -> Iterator[int]:
    number = free_port()
    config = uvicorn.Config(
        application, port=number, lifespan="off", log_level="error", ws="chat.tap.sockets:RoomProtocol"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    yield number
    server.should_exit = server.force_exit = True
    thread.join(10)


@pytest.fixture
def stage(live_brands: dict[str, Brand], sequencer: Sequencer, port: int) -> Stage:
    shows, public_ids = {}, {}
    for slug, brand in live_brands.items():
        with brand_context(brand):
            show = make_lobby()
            shows[slug], public_ids[slug] = show.pk, show.public_id
    team = {slug: staff_cookie(brand) for slug, brand in live_brands.items()}
    return Stage(port=port, brands=live_brands, shows=shows, public_ids=public_ids, team=team)
