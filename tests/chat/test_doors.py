"""Who is let in how often, and that nobody who left is still counted."""

import asyncio
import uuid
from collections.abc import Hashable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import websockets

from chat import presence
from chat.doors import Doors, limits_of
from chat.rooms import Rooms
from kernel.callers import caller_address, neighbourhood
from kernel.redis import subscriber
from tests.chat.conftest import Stage
from tests.chat.page import joined, opened
from tests.factories.chat import make_viewer, viewer_cookie


def test_a_count_that_is_full_lets_nobody_in_and_counts_nothing() -> None:
    doors = Doors()
    assert doors.enter({"a": 1, "b": 2})
    assert not doors.enter({"a": 1, "b": 2})
    assert doors.enter({"b": 2})
    doors.leave({"a": 1, "b": 2})
    assert doors.enter({"a": 1, "b": 2})


async def test_a_person_is_counted_over_processes() -> None:
    """Two doors, as of two processes, that tell one another by Redis."""
    person = ("b_aurora", f"shw_{uuid.uuid4()}", "vwr_1")
    limits: dict[Hashable, int] = {person: 10}
    here, there = Doors(), Doors()
    for _ in range(7):
        assert there.enter(limits)
    for _ in range(2):
        assert here.enter(limits)
    redis = subscriber()
    try:
        process = uuid.uuid4().hex
        assert await presence.share_crowd(redis, here.crowd(), process=f"here-{process}") == {}
        await presence.share_crowd(redis, there.crowd(), process=f"there-{process}")
        here.hear(await presence.share_crowd(redis, here.crowd(), process=f"here-{process}"))
        assert here.enter(limits)
        assert not here.enter(limits)  # 7 and 3
        assert here.enter({("b_aurora", "shw_1", "vwr_2"): 10})
        await presence.share_crowd(redis, here.crowd(), process=f"here-{process}")
        assert (await presence.share_crowd(redis, {}, process=f"there-{process}"))[person] == 3
        for _ in range(7):
            there.leave(limits)
        await presence.share_crowd(redis, there.crowd(), process=f"there-{process}")
        here.hear(await presence.share_crowd(redis, here.crowd(), process=f"here-{process}"))
        assert here.enter(limits)
        here.hear({})  # without Redis each counts its own
        assert here.enter(limits)
    finally:
        await redis.aclose()


def test_only_the_nameless_share_an_address(settings: Any) -> None:
    where = {"schema": "b_aurora", "show": "shw_1"}
    settings.ROOM_SOCKETS_PER_ADDRESS = 7
    assert limits_of(None, address="1.2.3.4", **where) == {("b_aurora", "1.2.3.4"): 7}
    for unknown in ("", "127.0.0.1", "10.0.0.7", "fd00::7"):  # perhaps a proxy, and everybody behind it
        assert limits_of(None, address=unknown, **where) == {}
    settings.ROOM_SOCKETS_PER_ADDRESS = 0
    assert limits_of(None, address="1.2.3.4", **where) == {}


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
    ],
)
def test_a_line_has_a_whole_network_of_the_new_addresses(address: str, counted: str) -> None:
    assert neighbourhood(address) == counted


@pytest.mark.parametrize(
    ("proxies", "forwarded", "caller"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (3, "198.51.100.7, 203.0.113.9", "192.0.2.1"),
        (1, "nonsense", "192.0.2.1"),
    ],
)
def test_a_caller_is_whom_the_nearest_proxy_of_ours_heard(
    settings: Any, proxies: int, forwarded: str, caller: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert caller_address("192.0.2.1", forwarded) == caller


async def test_one_address_opens_so_many_nameless_sockets(stage: Stage, settings: Any) -> None:
    settings.ROOM_SOCKETS_PER_ADDRESS, settings.TRUSTED_PROXIES = 3, 1
    crowd: dict[str, Any] = {"headers": {"X-Forwarded-For": "1.2.3.4"}}
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(joined(stage, **crowd))
        async with opened(stage, **crowd) as page:
            assert await page.closed() == 4008
        await stack.enter_async_context(joined(stage, cookie=noor, **crowd))  # somebody with a name
        await stack.enter_async_context(joined(stage, brand="fjord", **crowd))  # another brand's audience
    for _ in range(50):
        try:
            async with joined(stage, **crowd):
                return
        except websockets.ConnectionClosed:
            await asyncio.sleep(0.05)  # the three are still leaving
    pytest.fail("sockets that are gone are still counted")


async def test_a_socket_that_went_while_its_room_opened_leaves_nothing(stage: Stage) -> None:
    registry = Rooms()
    for patience in (0.0, 0.002, 0.01, 0.05, 0.2):
        entering = asyncio.create_task(registry.enter("b_aurora", stage.shows["aurora"]))
        await asyncio.sleep(patience)
        if entering.cancel():
            with pytest.raises(asyncio.CancelledError):
                await entering
        else:
            registry.leave(await entering)
        assert registry._slots == {}


async def test_others_still_wait_for_a_room_that_one_has_left(stage: Stage) -> None:
    registry = Rooms()
    hasty, patient = (asyncio.create_task(registry.enter("b_aurora", stage.shows["aurora"])) for _ in range(2))
    await asyncio.sleep(0)
    hasty.cancel()
    room = await patient
    assert room.show.pk == stage.shows["aurora"]
    registry.leave(room)
    assert registry._slots == {}


async def test_a_show_that_is_not_there_leaves_nothing(stage: Stage) -> None:
    registry = Rooms()
    with pytest.raises(Exception, match="show"):
        await registry.enter("b_aurora", uuid.uuid4())
    assert registry._slots == {}
