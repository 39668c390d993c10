"""Ten thousand taps a second cost every viewer one frame a second, and none is lost."""

import asyncio
import contextlib
import time

from kernel.eventlog.store import read_topic, show_topic
from kernel.tenancy import run_in_brand
from tests.chat.conftest import Stage
from tests.chat.page import Page, joined
from tests.factories.chat import make_viewer, viewer_cookie

PEOPLE, FRAMES, TAPS = 50, 20, 20
EVERY = 0.1  # 10,000 taps a second, as pages send them: twenty at most in a frame


async def test_ten_thousand_taps_a_second_are_one_frame_a_second(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    async with contextlib.AsyncExitStack() as stack:
        watcher = await stack.enter_async_context(joined(stage))
        people = [
            await stack.enter_async_context(joined(stage, cookie=viewer_cookie(aurora, make_viewer(f"Fan {number}"))))
            for number in range(PEOPLE)
        ]
        before = len(watcher.frames)
        start = time.monotonic()
        await asyncio.gather(*map(tap, people))
        while not watcher.events or watcher.events[-1]["data"].get("total") != PEOPLE * FRAMES * TAPS:
            await watcher.next("events")
        seconds = time.monotonic() - start
    frames = watcher.frames[before:]
    sums = [event["data"] for event in watcher.events if event["type"] == "reaction.counted"]
    assert sum(told["count"] for told in sums) == PEOPLE * FRAMES * TAPS
    assert 2 <= len(sums) <= seconds / 0.9 + 1
    assert len([frame for frame in frames if frame["t"] == "events"]) == len(sums)
    # The number of viewers has ticks of its own, one in two seconds at most.
    assert len(frames) - len(sums) <= seconds / 2 + 1
    log = await run_in_brand(aurora, read_topic, show_topic(stage.shows["aurora"]), after=0)
    assert [record.data for record in log if record.type == "reaction.counted"] == sums


async def tap(page: Page) -> None:
    for _ in range(FRAMES):
        await page.send(t="react", n=TAPS)
        await asyncio.sleep(EVERY)
