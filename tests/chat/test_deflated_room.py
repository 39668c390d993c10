"""A room whose frames are compressed once for all: late pages, addressees and the team read it whole."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from chat.tap import deflating
from chat.tap.deflating import Choir, DeflatingOutlet
from chat.wire import Context, Frame
from tests.chat.conftest import Stage
from tests.chat.page import Page, joined
from tests.factories.chat import make_viewer, viewer_cookie


def lines(page: Page) -> list[str]:
    return [event["data"]["message_id"] for event in page.events if event["type"] == "message.posted"]


async def test_every_page_reads_all_of_it(stage: Stage, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages come one by one into the talk, and some are told what others are not."""
    settings.ROOM_DEFLATE = True
    monkeypatch.setattr(deflating, "BEGINNING_BYTES", 100)  # nobody stands apart for longer than a frame or two
    in_step: list[int] = []
    push = Choir._push

    def counted(choir: Choir, frame: Frame, outlets: Mapping[DeflatingOutlet, Any], context: Context) -> None:
        push(choir, frame, outlets, context)
        in_step.append(choir._in_step)

    monkeypatch.setattr(Choir, "_push", counted)
    said: list[str] = []
    pages: list[Page] = []
    async with AsyncExitStack() as stack:
        team = await stack.enter_async_context(joined(stage, cookie=stage.team["aurora"]))
        for name in ("Noor", "Maya", "Eva", "Sam"):
            cookie = viewer_cookie(stage.brands["aurora"], make_viewer(name))
            pages.append(await stack.enter_async_context(joined(stage, cookie=cookie)))
            for page in pages[-2:]:
                answer = await page.say(f"{name} has come, says number {len(said)}")
                said += [answer["id"]] if answer["t"] == "ack" else []
            await team.moderate("timeout", viewer=pages[-1].state["me"]["key"], seconds=10)
            said += [(await team.say(f"and we say {each} of {name}"))["id"] for each in range(3)]
        for number in range(12):  # a frame each
            said.append((await team.say(f"and that was all, we say for the {number}th time"))["id"])
            await asyncio.sleep(0.06)
        for page in pages:
            while said[-1] not in lines(page):
                await page.next("events")
            assert lines(page) == said[-len(lines(page)) :]
            assert page.state["messages"][-1]["id"] == said[-1]
    assert all(len(lines(page)) >= 3 for page in pages)
    assert max(in_step) == len(pages)
