"""A show's audience over real sockets, from the first three seconds to the exact numbers at its end."""

import asyncio
import contextlib
import datetime as dt
from typing import Any

import pytest

from kernel.tenancy import run_in_brand
from streams.models import Show, VisitRecord
from streams.services.audience import close_audiences
from streams.services.on_air import end_show, go_live
from tests.chat.conftest import Stage
from tests.chat.page import joined
from tests.factories.chat import make_viewer, viewer_cookie
from tests.factories.streams import ACTOR, make_broadcast


async def test_the_numbers_at_the_end_are_those_of_who_was_there(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four viewers in turn, never more than three at once; one has two windows, one leaves too soon."""
    monkeypatch.setattr("chat.attendance.COUNTS_AFTER", dt.timedelta(seconds=0.4))
    monkeypatch.setattr("streams.services.audience.SETTLE", dt.timedelta(0))
    aurora, show_id = stage.brands["aurora"], stage.shows["aurora"]

    def start() -> None:
        make_broadcast(Show.objects.get(pk=show_id))
        go_live(show_id=show_id, actor=ACTOR)

    await run_in_brand(aurora, start)
    cookies = [viewer_cookie(aurora, make_viewer(name)) for name in ("Noor", "Maya", "Jo", "Tom")]
    noor, maya, jo, tom = ({"cookie": cookie} for cookie in cookies)
    async with contextlib.AsyncExitStack() as stays:
        await seated(stays, stage, noor, noor, {"cookie": stage.team["aurora"]})
        async with contextlib.AsyncExitStack() as short:
            await seated(short, stage, maya, jo)
            await asyncio.sleep(0.6)
        async with contextlib.AsyncExitStack() as too_short:
            await seated(too_short, stage, {"headers": {"User-Agent": "hasty"}})
        await seated(stays, stage, tom)
        await asyncio.sleep(0.6)
    await asyncio.sleep(0.3)  # the room's last one out has its visits written
    await run_in_brand(aurora, end_show, show_id=show_id, actor=ACTOR)
    assert await run_in_brand(aurora, VisitRecord.objects.count) == 4
    await run_in_brand(aurora, close_audiences)
    closed = await run_in_brand(aurora, Show.objects.get, pk=show_id)
    assert (closed.unique_viewers, closed.peak_viewers) == (4, 3)
    assert await run_in_brand(aurora, VisitRecord.objects.count) == 0


async def seated(stack: contextlib.AsyncExitStack, stage: Stage, *who: dict[str, Any]) -> None:
    for how in who:
        await stack.enter_async_context(joined(stage, **how))
