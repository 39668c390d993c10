"""What a socket may do, and how soon it feels that its owner may not any more.

Not here: who gets a socket at all (test_door), and moderation by words (test_moderation).
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import websockets
from django.db import transaction
from websockets.typing import Origin

from chat import protocol
from chat.services.moderation import ban_viewer
from config.settings.env import BASE_DIR
from kernel.tenancy import brand_context, public_context, run_in_public
from streams.models import Visibility
from streams.services.details import set_visibility
from streams.services.schedule import withdraw_show
from tenants import sockets
from tenants.models import Brand
from tenants.services.api_keys import SCOPES, create_api_key
from tests.chat.conftest import Stage
from tests.chat.page import Page, joined
from tests.chat.twins import remove_member
from tests.factories.chat import make_viewer, viewer_cookie
from tests.factories.streams import ACTOR, make_scheduled_show

NOOR = make_viewer("Noor")


@dataclass(frozen=True)
class Loss:
    """A right that somebody on an open socket loses: how, and the code that says so."""

    act: Callable[[Stage], None]
    code: int
    staff: bool = False
    scheduled: bool = False


def ban(stage: Stage) -> None:
    with brand_context(stage.brands["aurora"]):
        ban_viewer(viewer_key=NOOR.key, actor=ACTOR)


def suspend(stage: Stage) -> None:
    with public_context():
        Brand.objects.filter(slug="aurora").update(status=Brand.Status.SUSPENDED)


def remove_from_team(stage: Stage) -> None:
    remove_member(stage.brands["aurora"], "moderator")


def make_private(stage: Stage) -> None:
    with brand_context(stage.brands["aurora"]):
        set_visibility(show_id=stage.shows["aurora"], visibility=Visibility.PRIVATE, actor=ACTOR)


def withdraw(stage: Stage) -> None:
    with brand_context(stage.brands["aurora"]):
        withdraw_show(show_id=stage.shows["aurora"], actor=ACTOR)


LOSSES = {
    "banned": Loss(ban, protocol.CLOSE_REFUSED),
    "brand suspended": Loss(suspend, protocol.CLOSE_SUSPENDED),
    "member removed": Loss(remove_from_team, protocol.CLOSE_RESTART, staff=True),
    "show made private": Loss(make_private, protocol.CLOSE_RESTART),
    "show withdrawn": Loss(withdraw, protocol.CLOSE_RESTART, scheduled=True),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
async def test_a_lost_right_is_felt_within_two_seconds(loss: Loss, stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    if loss.scheduled:

        def reschedule() -> None:
            with brand_context(aurora), transaction.atomic():
                show = make_scheduled_show(title="Next week")
                stage.shows["aurora"], stage.public_ids["aurora"] = show.pk, show.public_id

        await run_in_public(reschedule)
    cookie = stage.team["aurora"] if loss.staff else viewer_cookie(aurora, NOOR)
    async with joined(stage, cookie=cookie) as page:
        began = time.monotonic()
        await run_in_public(loss.act, stage)
        assert await page.closed() == loss.code
        assert time.monotonic() - began < 2.0


async def test_an_api_key_opens_no_socket_for_anybody(stage: Stage) -> None:
    """So that nothing is left open when it is revoked."""
    brand = stage.brands["aurora"]

    def make_key() -> str:
        with brand_context(brand):
            return create_api_key(brand=brand, name="Partner", scopes=list(SCOPES), created_by=None)[1]

    host = f"aurora.localhost:{stage.port}"
    key = await run_in_public(make_key)
    async with websockets.connect(
        f"ws://{host}/rooms/{stage.public_ids['aurora']}/", host="127.0.0.1", port=stage.port,
        origin=Origin(f"http://{host}"), additional_headers={"Authorization": f"Bearer {key}"},
    ) as socket:  # fmt: skip
        page = Page(socket)
        await page.hello()
        await page.next("snapshot")
        assert page.state["me"]["key"] == ""
        assert not page.state["me"]["staff"]
        assert (await page.say("hello"))["code"] == "join_first"
        assert (await page.moderate("slow", seconds=5))["code"] == "join_first"


async def test_the_team_may_say_a_hundred_lines_in_thirty_seconds(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.consumers.FRAMES", 500)  # a human types slower than this test
    async with joined(stage, cookie=stage.team["aurora"]) as team:
        answers = [await team.say(f"line {number}") for number in range(102)]
    refused = [answer["code"] for answer in answers if answer["t"] == "refused"]
    assert 1 <= len(refused) <= 2
    assert set(refused) == {"too_many_messages"}
    assert all(answer["t"] == "ack" for answer in answers[:100])


async def test_a_frame_in_many_pieces_is_as_long_as_a_whole_one(stage: Stage) -> None:
    async with joined(stage) as page:
        await page.socket.send("x" * 100 for _ in range(200))
        assert (await page.next("refused"))["code"] == "frame_too_large"
        assert await page.closed() == 1009


def test_every_code_stands_in_the_description() -> None:
    page = (BASE_DIR / "docs" / "concepts" / "room.md").read_text()
    described = {int(code) for code in re.findall(r"^\| (\d{4}) \|", page, re.MULTILINE)}
    constants = [*vars(protocol).items(), *vars(sockets).items()]
    codes = {value for name, value in constants if name.startswith("CLOSE_")}
    assert codes <= described
    assert all(f"| {name}" in page for name in LOSSES)
