"""Ten thousand taps a second cost every viewer one frame a second, and none is lost."""

import asyncio
import contextlib
import time
import uuid

from chat.services.rooms import count_reactions
from config.wiring import READERS
from kernel.eventlog.cursors import drain
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import read_topic, show_topic
from kernel.tenancy import run_in_brand
from streams.services.on_air import end_show
from tenants.models import Brand
from tests.chat.conftest import Stage
from tests.chat.page import Page, joined
from tests.factories.chat import make_viewer, viewer_cookie
from tests.factories.streams import ACTOR, make_live_show

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


async def told(stage: Stage) -> list[int]:
    await run_in_brand(stage.brands["aurora"], order_all)
    log = await run_in_brand(stage.brands["aurora"], read_topic, show_topic(stage.shows["aurora"]), after=0)
    return [record.data["total"] for record in log if record.type == "reaction.counted"]


def order_all() -> None:
    while order_pending():
        pass


async def test_the_last_hearts_of_a_room_are_told_when_everybody_leaves(stage: Stage) -> None:
    """Also those that came within a second of the last sum, when it is nobody's turn to tell one."""
    aurora, show = stage.brands["aurora"], stage.shows["aurora"]
    async with joined(stage, cookie=viewer_cookie(aurora, make_viewer("Fan"))) as page:
        assert await run_in_brand(aurora, count_reactions, show_id=show, count=4)
        await page.send(t="react", n=3)
        key = str(uuid.uuid4())
        await page.send(t="name", key=key, name="Fan of all")
        await page.answer(key)  # what was sent before has been taken
    async with asyncio.timeout(3):
        while (await told(stage))[-1:] != [7]:
            await asyncio.sleep(0.05)


def test_a_sum_that_a_process_did_not_live_to_tell_is_told_with_the_end(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    assert count_reactions(show_id=show.pk, count=4)
    assert not count_reactions(show_id=show.pk, count=3)  # and then it is killed
    end_show(show_id=show.pk, actor=ACTOR)
    order_all()
    for _ in range(2):
        drain(next(reader for reader in READERS if reader.name == "last_hearts"))
    order_all()
    sums = [record.data for record in read_topic(show_topic(show.pk), after=0) if record.type == "reaction.counted"]
    assert sums == [{"count": 4, "total": 4}, {"count": 3, "total": 7}]
