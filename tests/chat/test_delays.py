"""How far behind the audience's pictures are: told by pages, summed over processes, shown to the team."""

import asyncio
import json
import time
import uuid

from hypothesis import given
from hypothesis import strategies as st

from chat import presence
from chat.delays import WINDOW_BEATS, Delays, delay_of
from kernel.redis import client, subscriber
from tests.chat.conftest import Stage
from tests.chat.page import joined
from tests.factories.chat import make_viewer, viewer_cookie


@given(st.lists(st.floats(0, 60), min_size=1, max_size=200))
def test_the_quantiles_are_those_of_the_sorted_reports(seconds: list[float]) -> None:
    """To a tenth of a second, however the reports are spread over three processes."""
    processes = [Delays() for _ in range(3)]
    for number, report in enumerate(seconds):
        processes[number % 3].note(report)
    delay = delay_of(process.beat() for process in processes)
    assert delay is not None
    in_order = sorted(seconds)
    for told, share in ((delay.median, 0.5), (delay.p95, 0.95)):
        exact = in_order[max(0, -int(-len(in_order) * share // 1) - 1)]
        assert abs(told - exact) <= 0.0501
    assert delay.reports == len(seconds)


def test_who_has_gone_is_forgotten_and_nonsense_is_not_counted() -> None:
    delays = Delays()
    for nonsense in (-60.0, 1e9, float("inf"), float("nan")):
        delays.note(nonsense)
    assert delay_of([delays.beat()]) is None
    delays.note(-0.2)  # the clocks differ a little
    delays.note(4.0)
    for _ in range(WINDOW_BEATS - 1):
        assert delay_of([delays.beat()]) == delay_of([{0: 1, 40: 1}])
    for _ in range(2 * WINDOW_BEATS):
        told = delays.beat()
    assert delay_of([told]) is None


async def test_the_sum_is_over_all_processes() -> None:
    show = uuid.uuid4()
    names = f"vitrine:presence:b_aurora:{show}"
    client().sadd(names, "web-1", "web-2", presence.PROCESS)
    client().set(f"{names}:web-1:delays", json.dumps({20: 3}), ex=5)
    connection = subscriber()
    [delay] = await presence.share_delays(connection, {("b_aurora", show): {50: 1}})
    await connection.aclose()
    assert delay == delay_of([{20: 3, 50: 1}])


async def test_the_team_is_told_the_audiences_delay(stage: Stage) -> None:
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as viewer, joined(stage, cookie=stage.team["aurora"]) as team:
        for behind in (2.1, 9.0):  # the second is too soon
            await viewer.send(t="watching", picture=round((time.time() - behind) * 1000))
        await team.send(t="watching", picture=round((time.time() - 30) * 1000))
        told = await team.next("delay")
        assert (told["reports"], told["p95"]) == (1, told["median"])
        assert abs(told["median"] - 2.1) <= 0.3
        await viewer.send(t="watching", picture=-5)
        assert (await viewer.next("refused"))["code"] == "frame_invalid"
        await viewer.send(t="watching")
        await asyncio.sleep(2.1)
        await viewer.send(t="ping")
        await viewer.next("pong")
        assert "delay" not in {frame["t"] for frame in viewer.frames}
