"""The route before Django on real servers: both keep connections, and an answer that was lost is given again.

Not here: whom it lets in (test_hold_route).
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from django.db import connection

from catalog.models import Stock
from checkout.models import Hold
from kernel.tenancy import brand_context, run_in_brand
from tenants.models import Brand
from tests.chat.conftest import free_port
from tests.checkout.doorstep import Doorstep, code_of
from tests.factories.catalog import make_variant

SERVERS = {
    "uvicorn": ["-m", "uvicorn", "--lifespan", "off", "--log-level", "warning", "--port"],
    "daphne": ["-m", "daphne", "-b", "127.0.0.1", "-v", "0", "-p"],
}


@contextlib.contextmanager
def serving(name: str, log: Path, application: str = "config.asgi:application") -> Iterator[int]:
    """A server process on the tests' database; its end is waited for."""
    port = free_port()
    parts = {**connection.get_connection_params(), "dbname": connection.settings_dict["NAME"]}
    url = " ".join(f"{key}='{parts[key]}'" for key in ("dbname", "user", "password", "host", "port") if parts.get(key))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *SERVERS[name], str(port), application],
            env={**os.environ, "DATABASE_URL": url},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/livez")
                break
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture
def serum(live_brands: dict[str, Brand]) -> str:
    with brand_context(live_brands["aurora"]):
        return make_variant(name="Dawn Serum", stock=10).public_id


@contextlib.asynccontextmanager
async def in_front_of(port: int, *, connections: int = 1) -> AsyncIterator[Doorstep]:
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx.AsyncClient(limits=limits, timeout=20) as client:
        yield Doorstep(client, port=port)


@pytest.mark.parametrize("server", SERVERS)
async def test_one_connection_serves_many_taps(
    live_brands: dict[str, Brand], serum: str, server: str, tmp_path: Path
) -> None:
    """Held, refused and too large in turn; what was refused leaves nothing behind for the next one."""
    with serving(server, tmp_path / "log") as port:
        async with in_front_of(port) as noor:
            for _ in range(3):
                assert code_of(await noor.ask({"variant": serum})) == (201, "")
                assert code_of(await noor.ask({"variant": serum}, x_hold_ticket="x")) == (401, "ticket_invalid")
                assert code_of(await noor.ask(b"{", ticket_for=serum)) == (400, "malformed")
                assert code_of(await noor.ask({"variant": serum}, origin="http://x.test")) == (403, "origin_refused")
                too_large = await noor.ask(b'{"variant": "' + b"v" * 100_000 + b'"}', ticket_for=serum)
                assert code_of(too_large) == (413, "body_too_large")


@pytest.mark.parametrize("server", SERVERS)
async def test_a_crowd_gets_what_there_is(
    live_brands: dict[str, Brand], serum: str, server: str, tmp_path: Path
) -> None:
    """Sixty viewers on thirty connections, ten pieces."""
    with serving(server, tmp_path / "log") as port:
        async with in_front_of(port, connections=30) as noor:
            crowd = [Doorstep(noor.client, port=port) for _ in range(60)]
            answers = await asyncio.gather(*(buyer.ask({"variant": serum}) for buyer in crowd))
    codes = [code_of(answer) for answer in answers]
    assert (codes.count((201, "")), codes.count((409, "sold_out"))) == (10, 50)
    counts = await run_in_brand(live_brands["aurora"], lambda: Stock.objects.values("available", "held").get())
    assert counts == {"available": 0, "held": 10}


async def test_killed_between_commit_and_answer(live_brands: dict[str, Brand], serum: str, tmp_path: Path) -> None:
    """The page heard nothing and asks again under the same key: the hold is there, once, and it is theirs."""
    aurora = live_brands["aurora"]
    with serving("uvicorn", tmp_path / "first", "tests.checkout.dying:application") as port:
        async with in_front_of(port) as noor:
            with pytest.raises(httpx.TransportError):
                await noor.ask({"variant": serum}, idempotency_key="mine")
    made = await run_in_brand(aurora, lambda: Hold.objects.get().public_id)
    with serving("uvicorn", tmp_path / "second") as port:
        async with in_front_of(port) as again:
            again.viewer = noor.viewer
            first, second = [await again.ask({"variant": serum}, idempotency_key="mine") for _ in range(2)]
    assert (code_of(first), first.json()["id"]) == ((201, ""), made)
    assert first.content == second.content
    assert await run_in_brand(aurora, lambda: Stock.objects.get().held) == 1
