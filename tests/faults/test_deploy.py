"""A socket process is replaced during a show: nobody is cut off, all go elsewhere a few at a time."""

import asyncio
import contextlib
import http.client
import json
import signal
import time
from collections.abc import Sequence

import pytest
import websockets
from websockets.typing import Origin

from benchmarks.outages.crowd import eventually, make_crowd, talking
from benchmarks.outages.plant import DAPHNE, UVICORN, House, Plant
from benchmarks.outages.visitor import Venue
from tests.faults.conftest import RATE, verdict_of

pytestmark = [pytest.mark.slow, pytest.mark.faults]
DRAIN = 8  # seconds; 30 by default


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


async def close_code(venue: Venue, port: int) -> int:
    """The code that one gets who does not follow the hint, but waits for the end."""
    host = f"{venue.host}:{port}"
    url = f"ws://{host}/rooms/{venue.show}/"
    async with websockets.connect(url, host="127.0.0.1", port=port, origin=Origin(f"http://{host}")) as socket:
        await socket.send(json.dumps({"t": "hello"}))
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await socket.recv()
    return socket.close_code or 0


@pytest.mark.parametrize("server", [UVICORN, DAPHNE], ids=["uvicorn", "daphne"])
def test_a_deploy_moves_everybody_and_loses_nothing(server: Sequence[str], plant: Plant, house: House) -> None:
    stays = plant.ports[0]
    leaves = plant.start_web(server, VITRINE_DRAIN_SECONDS=str(DRAIN))
    child = plant.children.pop(f"web-{leaves}")
    plant.ports.remove(leaves)
    crowd = make_crowd(plant.venue(house, [leaves]), 60, house.cookies, seed=11)

    async def show() -> tuple[float, float]:
        async with talking(crowd, RATE):
            patient = asyncio.create_task(close_code(plant.venue(house), leaves))
            await asyncio.sleep(2)
            for visitor in crowd.visitors:
                visitor.venue = plant.venue(house, [stays])
            asked = time.monotonic()
            child.ask_to_end()
            await eventually(lambda: status(leaves, "/readyz") == 503, 1.0)
            assert status(leaves, "/livez") == 200
            await eventually(lambda: all(one.present and one.port == stays for one in crowd.visitors), 45)
            moved = time.monotonic() - asked
            await eventually(lambda: child.exit_code() is not None, DRAIN + 10)
            assert await patient == 1012
            return moved, time.monotonic() - asked

    try:
        moved, ended = asyncio.run(show())
    finally:
        child.signal_group(signal.SIGKILL)
        child.exit_code()
    hints = sorted(visitor.hints[0] for visitor in crowd.visitors)
    assert hints[-1] - hints[0] > DRAIN * 0.4, "spread over time"
    assert all(hints[number + 30] - hints[number] > DRAIN * 0.2 for number in range(30)), "and evenly"
    assert moved < DRAIN
    assert ended < DRAIN + 5
    verdict = verdict_of(plant, house, crowd)
    assert (verdict.lost, verdict.doubled, verdict.failed_yet_there, verdict.unknown) == (0, 0, 0, 0)
    assert (verdict.faults, verdict.gaps) == ([], 0)
