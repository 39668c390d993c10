"""The room on Daphne, which the demo runs: another server, another transport, the same room."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from django.db import connection

from kernel.eventlog.sequencer import Sequencer
from tenants.models import Brand
from tests.chat.conftest import Stage, free_port
from tests.chat.page import joined, opened
from tests.factories.chat import make_viewer, viewer_cookie


@pytest.fixture(params=["auto", "off"], ids=["tap", "no tap"])
def tap(request: Any, settings: Any) -> str:
    """The way frames leave, in both processes."""
    settings.ROOM_TAP = request.param == "auto"
    return str(request.param)


@pytest.fixture
def daphne(live_brands: dict[str, Brand], tap: str) -> Iterator[int]:
    port = free_port()
    parts = {**connection.get_connection_params(), "dbname": connection.settings_dict["NAME"]}
    url = " ".join(f"{key}='{parts[key]}'" for key in ("dbname", "user", "password", "host", "port") if parts.get(key))
    server = subprocess.Popen(
        [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "config.asgi:application"],
        env={**os.environ, "DATABASE_URL": url, "VITRINE_ROOM_TAP": tap},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/livez")
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield port
    server.terminate()
    server.wait(10)


async def test_two_processes_show_the_same_room(stage: Stage, sequencer: Sequencer, daphne: int) -> None:
    """A page on Daphne and one on uvicorn: messages, viewers and a ban cross between the processes."""
    elsewhere = replace(stage, port=daphne)
    aurora = stage.brands["aurora"]
    noor = make_viewer("Noor")
    async with (
        joined(elsewhere, cookie=viewer_cookie(aurora, noor)) as on_daphne,
        joined(stage) as on_uvicorn,
        joined(stage, cookie=stage.team["aurora"]) as team,
    ):
        said = await on_daphne.say("hello from the other side")
        assert (await on_uvicorn.until("message.posted"))["data"]["message_id"] == said["id"]
        answer = await team.say("hello back")
        while on_daphne.events[-1:] == [] or on_daphne.events[-1]["data"]["message_id"] != answer["id"]:
            await on_daphne.next("events")
        while (await on_uvicorn.next("tick"))["viewers"] != 2:
            pass
        await team.moderate("ban", viewer=noor.key)
        assert await on_daphne.closed() == 4403
    async with opened(elsewhere, cookie=viewer_cookie(aurora, noor)) as again:
        assert await again.closed() == 4403
