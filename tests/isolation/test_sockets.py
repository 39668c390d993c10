"""Sockets and raw hosts on a real server: whose room it is, who may open it, and what crosses.

Not here: what rooms do (tests/chat).
"""

import asyncio
import contextlib
import json
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import websockets
from django.test.utils import override_settings

from chat.routing import websocket_urlpatterns
from kernel.viewers import COOKIE
from tenants.models import Brand
from tests.chat.conftest import port, sequencer
from tests.factories.chat import staff_cookie
from tests.isolation.identities import viewer_ticket
from tests.isolation.routes import Route
from tests.isolation.world import World, fill_world

__all__ = ["port", "sequencer"]
WAIT = 5.0


@dataclass(frozen=True)
class Stage:
    port: int
    world: World

    def path(self) -> str:
        """The room whose show has the same id in both brands."""
        (pattern,) = websocket_urlpatterns  # another socket route needs tests of its own here
        return Route(str(pattern.pattern), "", pattern.callback, is_regex=False).path(self.world.samples["aurora"])

    def host(self, slug: str) -> str:
        return f"{slug}.localhost:{self.port}"


@pytest.fixture
def filled(live_brands: dict[str, Brand], tmp_path: Path) -> Iterator[World]:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield fill_world()


@pytest.fixture
def stage(filled: World, sequencer: object, port: int) -> Stage:
    return Stage(port, filled)


@contextlib.asynccontextmanager
async def opened(
    stage: Stage, host: str, *, origin: str | None = "", cookie: str = "", said: list[str] | None = None
) -> AsyncIterator[Any]:
    """A socket with this Host; its Origin is the same host's unless one is given."""
    async with websockets.connect(
        f"ws://{host}{stage.path()}",
        host="127.0.0.1",
        port=stage.port,
        origin=websockets.Origin(f"http://{host}" if origin == "" else origin) if origin is not None else None,
        additional_headers={"Cookie": cookie} if cookie else None,
        close_timeout=1,
        max_size=None,
    ) as channel:
        yield channel


async def snapshot(channel: Any) -> dict[str, Any]:
    await channel.send(json.dumps({"t": "hello", "cursors": None, "epoch": None}))
    return await following(channel, "snapshot")


async def following(channel: Any, *kinds: str, seen: list[str] | None = None) -> dict[str, Any]:
    """The next frame of these kinds; `seen` collects all text on the way."""
    async with asyncio.timeout(WAIT):
        while True:
            text = await channel.recv()
            if seen is not None:
                seen.append(text)
            frame: dict[str, Any] = json.loads(text)
            if frame["t"] in kinds:
                return frame


FOREIGN = [
    ("aurora", "http://fjord.localhost:{port}"),
    ("aurora", "http://aurora.localhost"),
    ("aurora", "http://aurora.localhost:{port}.example.test"),
    ("aurora", "http://example.test"),
    ("aurora", "http://localhost:{port}"),
    ("aurora", "null"),
    ("aurora", None),
    ("fjord", "http://aurora.localhost:{port}"),
    ("nobody", ""),
]


async def test_a_foreign_origin_or_host_opens_nothing(stage: Stage) -> None:
    """One server for the whole table."""
    for slug, written in FOREIGN:
        origin = written.format(port=stage.port) if written else written
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with opened(stage, stage.host(slug), origin=origin):
                pytest.fail(f"{origin} opened a room of {slug}")
        assert refused.value.response.status_code == 403
        assert b"canary" not in (refused.value.response.body or b"")


async def test_the_platform_has_no_rooms(stage: Stage) -> None:
    with pytest.raises(websockets.InvalidStatus):
        async with opened(stage, f"localhost:{stage.port}"):
            pass


async def test_a_snapshot_is_of_the_host_alone(stage: Stage) -> None:
    for slug, other in (("aurora", "fjord"), ("fjord", "aurora")):
        async with opened(stage, stage.host(slug)) as channel:
            text = json.dumps(await snapshot(channel))
        assert f"canary-{slug}" in text
        assert f"canary-{other}" not in text


async def test_the_other_brands_viewer_is_a_stranger(stage: Stage) -> None:
    ticket = await asyncio.to_thread(viewer_ticket, stage.world.brands["aurora"], signed_in=True)
    async with opened(stage, stage.host("aurora"), cookie=f"{COOKIE}={ticket}") as channel:
        at_home = (await snapshot(channel))["state"]["me"]
    async with opened(stage, stage.host("fjord"), cookie=f"{COOKIE}={ticket}") as channel:
        abroad = (await snapshot(channel))["state"]["me"]
    assert at_home
    assert at_home["name"] == "Noor"
    assert not abroad or (abroad["key"] != at_home["key"] and not abroad["customer"])


async def test_the_other_brands_staff_is_nobody(stage: Stage) -> None:
    target = stage.world.samples["aurora"]["message"]
    remove = {"t": "moderate", "act": "remove", "key": str(uuid.uuid4()), "message": target}
    for role in ("moderator", "host", "owner"):
        cookie = await asyncio.to_thread(staff_cookie, stage.world.brands["aurora"], role)
        async with opened(stage, stage.host("fjord"), cookie=cookie) as channel:
            me = (await snapshot(channel))["state"]["me"]
            assert not me or not me["staff"]
            await channel.send(json.dumps(remove))
            abroad = await following(channel, "refused", "ack")
        async with opened(stage, stage.host("aurora"), cookie=cookie) as channel:
            assert (await snapshot(channel))["state"]["me"]["staff"]
            await channel.send(json.dumps(remove))
            at_home = await following(channel, "refused", "ack")
        assert (abroad["t"], at_home["t"]) == ("refused", "ack")


async def test_what_is_said_in_one_room_stays_there(stage: Stage) -> None:
    """Both rooms have the same show id, the speakers the same viewer id."""
    heard: dict[str, list[str]] = {"aurora": [], "fjord": []}
    async with contextlib.AsyncExitStack() as stack:
        channels = {}
        for slug, brand in stage.world.brands.items():
            ticket = await asyncio.to_thread(viewer_ticket, brand)
            channels[slug] = await stack.enter_async_context(
                opened(stage, stage.host(slug), cookie=f"{COOKIE}={ticket}")
            )
            await snapshot(channels[slug])
        for round_ in range(5):
            for slug, channel in channels.items():
                said = {"t": "say", "key": str(uuid.uuid4()), "text": f"canary-{slug}-said-{round_}", "reply_to": None}
                await channel.send(json.dumps(said))
        for slug, channel in channels.items():
            while sum(text.count("message.posted") for text in heard[slug]) < 5:
                await following(channel, "events", seen=heard[slug])
    for slug, other in (("aurora", "fjord"), ("fjord", "aurora")):
        text = "".join(heard[slug])
        assert all(f"canary-{slug}-said-{number}" in text for number in range(5))
        assert f"canary-{other}" not in text


HOSTS = [
    # What stands in the request, and whose page comes back: a slug, "platform" or None for a refusal.
    (["Host: aurora.localhost"], "aurora"),
    (["Host: AURORA.LocalHost"], "aurora"),
    (["Host: aurora.localhost."], "aurora"),
    (["Host: aurora.localhost:8000"], "aurora"),
    (["Host: aurora.localhost:0"], "aurora"),
    (["Host: localhost"], "platform"),
    (["Host: nobody.localhost"], None),
    (["Host: www.aurora.localhost"], None),
    (["Host: aurora.localhost.example.test"], None),
    (["Host: canary-aurora-domain.example.test"], None),  # claimed, never verified
    (["Host: aurora.localhost:port"], None),
    (["Host: aurora.localhost@fjord.localhost"], None),
    (["Host: aurora.localhost/fjord"], None),
    (["Host: aurora_localhost"], None),
    (["Host: [::1]"], None),
    (["Host: [::1]:8000"], None),
    (["Host: 127.0.0.1"], None),
    (["Host: "], None),
    (["Host: aurora.localhost", "Host: fjord.localhost"], None),
    (["Host: fjord.localhost", "X-Forwarded-Host: aurora.localhost"], "fjord"),
    (["Host: nobody.localhost", "X-Forwarded-Host: aurora.localhost"], None),
    (["Host: fjord.localhost", "Forwarded: host=aurora.localhost"], "fjord"),
    (["Host: fjord.localhost", "X-Host: aurora.localhost", "X-Original-Host: aurora.localhost"], "fjord"),
]


def raw(port_: int, lines: list[str], target: str = "/live/same-live/") -> tuple[int, str]:
    """Send a request as bytes, so that no client puts it right. Returns status and everything."""
    with socket.create_connection(("127.0.0.1", port_), timeout=WAIT) as channel:
        head = [f"GET {target} HTTP/1.1", *lines, "Accept: text/html", "Connection: close", "", ""]
        channel.sendall("\r\n".join(head).encode("latin-1"))
        answer = b""
        while part := channel.recv(65536):
            answer += part
    return int(answer.split(b" ", 2)[1]), answer.decode(errors="replace")


def test_the_host_header_decides_exactly(stage: Stage) -> None:
    """One server for the whole table: each line costs a request, not a server."""
    wrong = []
    for lines, whose in HOSTS:
        status, text = raw(stage.port, lines)
        shown = {slug for slug in ("aurora", "fjord") if f"canary-{slug}" in text}
        if whose in ("aurora", "fjord"):
            good = status == 200 and shown == {whose}
        else:
            good = status in (400, 404, 421) and not shown
        if not good:
            wrong.append(f"{lines} → {status}, shows {shown or 'nobody'}, not {whose}")
    assert not wrong, "\n".join(wrong)


def test_an_absolute_address_does_not_overrule_the_host(stage: Stage) -> None:
    _, text = raw(stage.port, ["Host: fjord.localhost"], target="http://aurora.localhost/live/same-live/")
    assert "canary-aurora" not in text


def test_an_unknown_host_gets_a_page_that_says_so(stage: Stage) -> None:
    status, text = raw(stage.port, ["Host: nobody.localhost"])
    assert status == 404
    assert "<h1" in text
    assert "Set-Cookie" not in text
