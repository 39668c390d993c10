"""Buying over the room's socket: what only this door has to say.

Not here: that it answers as the other two do (test_hold_doors).
"""

import uuid
from typing import Any

import httpx
import pytest

from catalog.models import Stock
from checkout.doors import queues
from checkout.errors import InLine
from checkout.models import Hold
from kernel import ids
from kernel.tenancy import brand_context, run_in_brand
from streams.services.line_up import Place, set_line_up
from tests.chat.conftest import Stage
from tests.chat.page import Page, joined, opened
from tests.factories.catalog import make_variant
from tests.factories.chat import ACTOR, make_viewer, viewer_cookie

HELD = Hold.Status.ACTIVE


@pytest.fixture
def serum(stage: Stage) -> str:
    with brand_context(stage.brands["aurora"]):
        variant = make_variant(name="Dawn Serum", stock=10)
        set_line_up(show_id=stage.shows["aurora"], places=[Place(variant.pk)], actor=ACTOR)
        return variant.public_id


async def tap(page: Page, variant: str, key: str = "", **more: Any) -> dict[str, Any]:
    key = key or str(uuid.uuid4())
    await page.send(t="hold", key=key, variant=variant, **more)
    return await page.answer(key)


async def test_a_tap_is_held_for_the_room_s_show_and_let_go_again(stage: Stage, serum: str) -> None:
    aurora, noor = stage.brands["aurora"], make_viewer("Noor")
    async with joined(stage, cookie=viewer_cookie(aurora, noor)) as page:
        held = await tap(page, serum, quantity=2)
        assert (held["t"], held["hold"]["name"], held["hold"]["quantity"]) == ("held", "Dawn Serum", 2)
        row = await run_in_brand(aurora, Hold.objects.get)
        assert (row.show_id, row.viewer_key, row.status) == (stage.shows["aurora"], noor.key, HELD)
        for _ in range(2):  # again changes nothing
            key = str(uuid.uuid4())
            await page.send(t="release", key=key, hold=held["hold"]["id"])
            assert await page.answer(key) == {"t": "ack", "key": key, "id": held["hold"]["id"], "seq": None}
    assert await run_in_brand(aurora, lambda: Stock.objects.get().available) == 10


async def test_nobody_lets_go_what_is_another_s(stage: Stage, serum: str) -> None:
    aurora = stage.brands["aurora"]
    async with (
        joined(stage, cookie=viewer_cookie(aurora, make_viewer("Noor"))) as noor,
        joined(stage, cookie=viewer_cookie(aurora, make_viewer("Per"))) as per,
    ):
        held = await tap(noor, serum)
        for hold in (held["hold"]["id"], ids.public_id("hld", ids.uuid7()), "hld_1"):
            key = str(uuid.uuid4())
            await per.send(t="release", key=key, hold=hold)
            assert (await per.answer(key))["code"] == "not_found"
    assert await run_in_brand(aurora, lambda: Hold.objects.get().status) == HELD


async def test_who_is_nobody_joins_first_and_says_hello(stage: Stage, serum: str) -> None:
    async with joined(stage) as page:
        assert (await tap(page, serum))["code"] == "join_first"
    async with opened(stage, cookie=viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))) as early:
        assert (await tap(early, serum))["code"] == "hello_first"


async def test_one_of_the_team_holds_as_the_viewer_they_are(stage: Stage, serum: str) -> None:
    aurora, noor = stage.brands["aurora"], make_viewer("Noor")
    both = f"{stage.team['aurora']}; {viewer_cookie(aurora, noor)}"
    async with joined(stage, cookie=both) as page:
        assert (await tap(page, serum))["t"] == "held"
    async with joined(stage, cookie=stage.team["aurora"]) as page:
        assert (await tap(page, serum))["code"] == "join_first"
    assert await run_in_brand(aurora, lambda: Hold.objects.get().viewer_key) == noor.key


async def test_an_answer_that_got_lost_is_given_on_the_next_connection(stage: Stage, serum: str) -> None:
    aurora, key = stage.brands["aurora"], str(uuid.uuid4())
    cookie = viewer_cookie(aurora, make_viewer("Noor"))
    async with joined(stage, cookie=cookie) as page:
        await page.send(t="hold", key=key, variant=serum)
    async with joined(stage, cookie=cookie) as again:
        first = await tap(again, serum, key)
        assert await tap(again, serum, key) == first
    assert first["t"] == "held"
    assert await run_in_brand(aurora, lambda: Stock.objects.get().held) == 1


async def test_the_snapshot_brings_a_ticket_for_when_the_socket_is_gone(stage: Stage, serum: str) -> None:
    host = f"aurora.localhost:{stage.port}"
    async with joined(stage, cookie=viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))) as page:
        ticket = next(frame["ticket"] for frame in page.frames if frame["t"] == "snapshot")
    headers = {"Host": host, "Origin": f"http://{host}", "X-Hold-Ticket": ticket, "Idempotency-Key": "k"}
    async with httpx.AsyncClient() as client:
        body = {"variant": serum, "show": stage.public_ids["aurora"]}
        answer = await client.post(f"http://127.0.0.1:{stage.port}/hold/", json=body, headers=headers)
    assert answer.status_code == 201
    async with joined(stage) as nobody:
        assert next(frame["ticket"] for frame in nobody.frames if frame["t"] == "snapshot") == ""


async def test_a_place_in_line_is_told(stage: Stage, serum: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: queues.HoldQueue, request: object) -> None:
        raise InLine(place=5004, seconds=3, retry_after=3)

    monkeypatch.setattr(queues.HoldQueue, "hold", full)
    async with joined(stage, cookie=viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))) as page:
        answer = await tap(page, serum)
    assert (answer["code"], answer["place"], answer["retry_after"]) == ("in_line", 5004, 3)


@pytest.mark.parametrize("more", [{"quantity": "two"}, {"colour": "red"}, {"price_minor": 1}])
async def test_a_frame_that_says_more_is_not_read(stage: Stage, serum: str, more: dict[str, Any]) -> None:
    async with joined(stage, cookie=viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))) as page:
        await page.send(t="hold", key=str(uuid.uuid4()), variant=serum, **more)
        assert (await page.next("refused"))["code"] == "frame_invalid"
